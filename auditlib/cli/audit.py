"""`auditlib audit`: say what is known of records, estimate, stop or go on, report, and export to billing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.appraisal_screen import appraisal_screen
from auditlib.cli.audit_actions import action, actions
from auditlib.cli.audit_attachments import attach, attachments
from auditlib.cli.audit_prices import price
from auditlib.cli.audit_programmes import next_, plan, programmes
from auditlib.cli.audit_queries import queries, query
from auditlib.cli.audit_rebuttals import decide, rebut, rebuttals
from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table, count_text
from auditlib.cli.screens import report_screen
from auditlib.cli.session import InSession, Session
from auditlib.cli.values import (
    TARGET,
    AsOf,
    AuditName,
    Formats,
    MissingRule,
    NewFile,
    Pack,
    Programme,
    Share,
    Sides,
    converted_day,
    require_new_file,
)
from auditlib.errors import UsageError
from auditlib.text import counted

if TYPE_CHECKING:
    from decimal import Decimal

    from auditlib.billing.corrected_claims import ClaimsOut
    from auditlib.billing.export import Exported
    from auditlib.estimation.audit_estimate import AuditEstimate
    from auditlib.measures.coder_comparison import CoderComparison
    from auditlib.review import RecordStatus
    from auditlib.review.blindness import BlindTo
    from auditlib.workbench.audit import Audit

app = App(name="audit")
for command in (rebuttals, rebut, decide, actions, action, queries, query, attach, attachments, price):
    app.command(command)

app.command(programmes)
app.command(plan)
app.command(next_, name="next")

Blind: TypeAlias = Literal[
    "codes", "coder", "payer", "findings", "first-reviewer", "machine-suggestion", "suggested-codes"
]
_NO_AUDIT = "No sample is drawn yet: 'auditlib sample draw NAME --seed SEED --count COUNT' draws the first."
_BLIND: dict[str, BlindTo] = {
    "codes": "codes",
    "coder": "coder",
    "payer": "payer",
    "findings": "findings",
    "first-reviewer": "first reviewer",
    "machine-suggestion": "machine suggestion",
    "suggested-codes": "suggested codes",
}


_UnitInError = Parameter(name="--missing")


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """List the audits, oldest first: how many units each sampled, and how far their review is."""
    workbench = session.workbench()
    audits = [_audit_figures(workbench.audit(name)) for name in workbench.samples.names()]
    rows = [
        (
            str(audit["audit"]),
            f"{audit['sample_count']:,}",
            str(audit["unit"]),
            f"{audit['reviewed_chart_count']:,}",
            f"{audit['verdict_count']:,}",
            f"{audit['missing_record_count']:,}",
            f"{audit['not_stated_count']:,}",
        )
        for audit in audits
    ]
    headings = (
        "audit",
        "sample",
        "unit",
        "charts reviewed",
        "verdicts",
        "records missing",
        "record not stated",
    )
    screen: Screen = (Table(headings, rows),) if rows else (_NO_AUDIT,)
    return Outcome(lambda: {"audits": audits}, screen)


def _audit_figures(audit: Audit) -> dict[str, object]:
    reviewed = audit.reviewed
    return {
        "audit": audit.name,
        "sample_count": audit.manifest.design.sample_count,
        "unit": audit.manifest.universe.unit,
        "reviewed_chart_count": reviewed.final.charts.height,
        "verdict_count": reviewed.verdicts.height,
        "missing_record_count": len(reviewed.final.missing_charts),
        "not_stated_count": reviewed.final.not_stated.height,
    }


@app.command
def record(
    audit: AuditName = None,
    *,
    encounter: list[str] | None = None,
    status: Literal["missing", "partly-missing", "reviewed-elsewhere", "withdrawn"] | None = None,
    where: str | None = None,
    code: str | None = None,
    overpaid: str | None = None,
    underpaid: str | None = None,
    evidence: str | None = None,
    document: int | None = None,
    findings: Path | None = None,
    reviewer: str | None = None,
    session: InSession,
) -> Outcome:
    """Say what is known of the record of charts without documents, or add dollars and evidence to verdicts.

    With neither, charts without documents are listed.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    encounter
        The chart; may be given several times.
    status
        Of its record: no code of it is judged or counts before somebody says so.
    where
        Where it was reviewed (then required), or looked for.
    code
        The code of a recorded verdict that gets dollars or evidence, or its position.
    overpaid
        Dollars that were paid too much because of it.
    underpaid
        Dollars that were paid too little because of it.
    evidence
        The sentence of the chart that it rests on, word for word.
    document
        Number of the document that holds it.
    findings
        CSV of encounter_id, code, payment_difference (minus is underpaid), evidence, document_number.
    reviewer
        Whose review it is; by default the user.
    """
    if code is not None or findings is not None or overpaid or underpaid or evidence or document:
        if status is not None or where is not None:
            message = "The record of a chart and the dollars of a verdict are two statements."
            raise UsageError(message, hint="Give --status in a command of its own.")
        added = _Added(encounter or [], code, overpaid, underpaid, evidence, document, findings)
        return _with_dollars(session, audit, added, reviewer)
    if (status is None) != (not encounter) or (where is not None and status is None):
        message = "To say what is known of a record, its encounter and its status are both needed."
        raise UsageError(
            message, hint="As in: --encounter E1 --status missing; without both, charts are listed."
        )
    workbench = session.workbench() if status is None else session.workbench_to_write()
    chosen = workbench.audit(audit)
    who = reviewer or workbench.user
    done: tuple[str, ...] = ()
    if status == "withdrawn":
        chosen.withdraw_record_statement(encounter or (), reviewer=reviewer)
        done = (f"Withdrawn by {who} in '{chosen.name}': what was said of {', '.join(encounter or ())}.",)
    elif status is not None:
        stated: RecordStatus = _RECORD_STATUSES[status]
        chosen.state_record(encounter or (), stated, place=where, reviewer=reviewer)
        done = (f"Entered by {who} in '{chosen.name}': {', '.join(encounter or ())}, {_ENTERED[stated]}.",)
    frame = chosen.without_documents().frame
    rows = [
        (
            row["encounter_id"],
            row["record_status"] or "not stated",
            row["record_place"] or "",
            row["reviewer"] or "",
        )
        for row in frame.iter_rows(named=True)
    ]
    return Outcome(
        lambda: {"audit": chosen.name, "charts_without_documents": frame},
        (
            *done,
            _bare_charts(frame["encounter_id"].n_unique()),
            Table(("encounter", "record", "where", "reviewer"), rows),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Added:
    """What a command adds to verdicts."""

    encounters: list[str]
    code: str | None
    overpaid: str | None
    underpaid: str | None
    evidence: str | None
    document: int | None
    findings: Path | None


def _with_dollars(session: Session, audit: str | None, added: _Added, reviewer: str | None) -> Outcome:
    """Enter dollars and evidence of one verdict, or of those of a file."""
    from auditlib.review import Supplement, read_supplements

    single = (added.code, added.overpaid, added.underpaid, added.evidence, added.document, *added.encounters)
    if added.findings is not None:
        if any(part is not None for part in single):
            message = "A file of findings names its charts and codes itself."
            raise UsageError(message, hint="Give --findings alone, or --encounter and --code.")
        supplements = read_supplements(added.findings)
    else:
        difference = _difference(added)
        if len(added.encounters) != 1 or added.code is None or (difference is None and not added.evidence):
            message = "Dollars or evidence are added to the verdict on one code of one chart."
            hint = "As in: --encounter E1 --code 99214 --overpaid 45.20 --evidence 'No problem was managed.'"
            raise UsageError(message, hint=hint)
        supplements = [
            Supplement(added.encounters[0], added.code, difference, added.evidence, added.document)
        ]
    workbench = session.workbench_to_write()
    chosen = workbench.audit(audit)
    count = chosen.add_to_verdicts(supplements, reviewer=reviewer)
    who = reviewer or workbench.user
    charts = ", ".join(dict.fromkeys(supplement.encounter_id for supplement in supplements))
    entered = f"dollars or evidence of {counted(count, 'verdict')}, {charts}"
    return Outcome(
        lambda: {"audit": chosen.name, "supplemented_count": count},
        (f"Entered by {who} in '{chosen.name}': {entered}.",),
    )


def _difference(added: _Added) -> Decimal | None:
    from auditlib.review.payment_difference import read_difference

    if added.overpaid is not None and added.underpaid is not None:
        message = "A verdict is either overpaid or underpaid."
        raise UsageError(message, hint="Give one of --overpaid and --underpaid.")
    amount = read_difference(added.overpaid or added.underpaid)
    if amount is not None and amount < 0:
        message = "An amount that is overpaid or underpaid is given without a sign."
        raise UsageError(message, hint="Give --underpaid for what was paid too little.")
    return -amount if amount is not None and added.underpaid is not None else amount


def _bare_charts(count: int) -> str:
    charts = "1 chart to review has" if count == 1 else f"{count_text(count)} charts to review have"
    return f"{charts} no documents."


_ENTERED: dict[RecordStatus, str] = {
    "missing": "record missing; the chart is completed and counts by the rule for missing records "
    "(--status withdrawn takes it back)",
    "partly missing": "record partly missing; a code left without a verdict has no support",
    "reviewed elsewhere": "reviewed elsewhere; its verdicts count as usual",
}
_RECORD_STATUSES: dict[str, RecordStatus] = {
    "missing": "missing",
    "partly-missing": "partly missing",
    "reviewed-elsewhere": "reviewed elsewhere",
}


@app.command
def assign(
    audit: AuditName = None,
    *,
    reviewer: list[str] | None = None,
    second_share: Share | None = None,
    rule: Literal["share", "random", "coder", "finding", "disagreement"] = "random",
    review_count: int = 2,
    only: list[str] | None = None,
    codes_as: list[str] | None = None,
    blind: list[Blind] | None = None,
    suggestions_of: tuple[str, str] | None = None,
    shown_share: Share = 1.0,
    seed: str = "1",
    session: InSession,
) -> Outcome:
    """Give the charts of an audit to reviewers, nobody their own; without a reviewer, show the plan.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    reviewer
        A reviewer; given several times.
    second_share
        Share of charts that get further reviewers; by default 0.2, of findings and disagreements all.
    rule
        Which ones: in even steps, by chance, of each coder, with findings, or where the first reviewer
        disagreed with the coder.
    review_count
        Reviewers of such a chart.
    only
        Limit the rule to a coder, or to a check; may be given several times.
    codes_as
        REVIEWER=CODER, an id under which a reviewer codes; may be given several times.
    blind
        What is hidden from reviewers; may be given several times.
    suggestions_of
        Name and version of the machine coder whose codes reviewers are shown.
    shown_share
        Share of the charts on which they are shown, by chance: 0.5 for a random half.
    seed
        Fixes every choice.
    """
    if not reviewer:
        chosen = session.workbench().audit(audit)
        plan = chosen.plan
        if plan is None:
            message = f"No review of '{chosen.name}' is planned: everybody reviews every chart."
            return Outcome(lambda: {"audit": chosen.name, "plan": None}, (message,))
    else:
        chosen = session.workbench_to_write().audit(audit)
        plan = chosen.plan_review(
            reviewer,
            second_share=second_share,
            rule=rule,
            review_count=review_count,
            only=only or (),
            coder_ids=_coder_ids(codes_as or ()),
            blind=[_BLIND[level] for level in blind or ()],
            seed=seed,
            suggestions_of=suggestions_of,
            shown_share=shown_share,
        )
    planned = plan
    rows = [
        (row["encounter_id"], str(row["round"]), row["reviewer"])
        for row in planned.frame.iter_rows(named=True)
    ]
    return Outcome(
        lambda: {"audit": chosen.name, **planned.plan.to_payload()},
        (planned.sentence, Table(("encounter", "review", "reviewer"), rows)),
    )


def _coder_ids(pairs: Sequence[str]) -> dict[str, list[str]]:
    coder_ids: dict[str, list[str]] = {}
    for pair in pairs:
        reviewer, sign, coder = (part.strip() for part in pair.partition("="))
        if not sign or not reviewer or not coder:
            message = f"'{pair}' does not say under which id a reviewer codes."
            raise UsageError(message, hint="Write --codes-as REVIEWER=CODER, as 'A. Stone=C07'.")
        coder_ids.setdefault(reviewer, []).append(coder)
    return coder_ids


@app.command
def adjudicate(
    audit: AuditName = None,
    *,
    encounter: str | None = None,
    code: str | None = None,
    follow: str | None = None,
    withdraw: bool = False,
    reason: str | None = None,
    replace: bool = False,
    own_review_reason: str | None = None,
    adjudicator: str | None = None,
    session: InSession,
) -> Outcome:
    """Decide what reviewers of a chart judge differently; without an encounter, the disagreements are listed.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    encounter
        The chart.
    code
        The code, its position, or its item as listed.
    follow
        The reviewer whose verdict is final: A, B and so on as listed, or the name.
    withdraw
        Take back the decision instead.
    reason
        Why.
    replace
        Put the decision in the place of an earlier one.
    own_review_reason
        Why a reviewer of the chart may decide it.
    adjudicator
        Who decides; by default the user.
    """
    done: tuple[str, ...] = ()
    if encounter is None and not withdraw and not any((code, follow, reason)):
        chosen = session.workbench().audit(audit)
    elif encounter is None or code is None or reason is None or (follow is None) != withdraw:
        message = "A decision needs its encounter, code, reason, and whom it follows."
        hint = "As in: --encounter E1 --code 99214 --follow A --reason 'The note says so.'"
        raise UsageError(message, hint=hint)
    else:
        workbench = session.workbench_to_write()
        chosen = workbench.audit(audit)
        who = adjudicator or workbench.user
        if follow is None:
            chosen.withdraw_adjudication(encounter, code, reason=reason, adjudicator=who)
        else:
            chosen.adjudicate(
                encounter,
                code,
                follow=follow,
                reason=reason,
                replace=replace,
                own_review_reason=own_review_reason,
                adjudicator=who,
            )
        what = "Withdrawn" if withdraw else "Decided"
        done = (f"{what} by {who} in '{chosen.name}': {code} of {encounter}.",)
    listed = chosen.disagreements()
    frame = listed.frame
    verdicts = [name for name in frame.columns if name.startswith("verdict_")]
    headings = ("encounter", "item", "code", *(name.removeprefix("verdict_") for name in verdicts), "state")
    rows = [
        tuple(row[name] or "" for name in ("encounter_id", "item", "code", *verdicts, "state"))
        for row in frame.iter_rows(named=True)
    ]
    return Outcome(
        lambda: {"audit": chosen.name, "disagreements": frame},
        (*done, listed.note or repr(listed), *([Table(headings, rows)] if rows else [])),
    )


@app.command
def estimate(
    audit: AuditName = None,
    *,
    amounts: Path | None = None,
    missing: Annotated[list[str] | None, _UnitInError] = None,
    confidence: list[float] | None = None,
    sides: Sides = "two-sided",
    programme: Programme | None = None,
    missing_rule: MissingRule | None = None,
    all_methods: bool = False,
    workpaper: NewFile | None = None,
    largest_underpayment: float | None = None,
    reason: str = "",
    session: InSession,
) -> Outcome:
    """Estimate the universe from the reviewed sample of an audit.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    amounts
        CSV of unit_id, examined (paid), audited (corrected): dollars too. Of a planned audit the verdicts'
        dollars are taken without it.
    missing
        Unit whose record was not found, if no reviewer said so. May be repeated.
    confidence
        Level, may be repeated (default 0.8 0.9 0.95).
    sides
        Limits on both sides, or on one.
    programme
        Also the figure that it demands; it says how missing records count. A planned audit has its own.
    missing_rule
        How a missing record counts, without a programme.
    all_methods
        Other methods' limits also where nothing warns.
    workpaper
        Write the estimate as a workpaper in Markdown.
    largest_underpayment
        The most dollars that a unit was paid too little: net total.
    reason
        Why the figure is another programme's than the planned one; it is printed.
    """
    from auditlib.estimation.levels import LEVELS

    estimated = (
        session.workbench()
        .audit(audit, missing_rule=missing_rule)
        .estimate(
            amounts=amounts,
            missing=missing or (),
            programme=programme,
            confidence=tuple(confidence or LEVELS),
            sides=sides,
            all_methods=all_methods,
            largest_underpayment=largest_underpayment,
            reason=reason,
        )
    )
    if workpaper is not None:
        workpaper.write_text(estimated.paper, encoding="utf-8")
    return Outcome(estimated.to_values, _estimate_screen(estimated))


def _estimate_screen(estimated: AuditEstimate) -> Screen:
    from auditlib.estimation.sampled_file import outside_sentences
    from auditlib.estimation.workpaper import number

    yield (
        f"{estimated.audit}: {estimated.error_count:,} of {estimated.reviewed_count:,} reviewed units are in "
        "error"
    )
    for sentence in estimated.records:
        yield f"  {sentence}"
    for sentence in outside_sentences(estimated.looked_at_count, estimated.outside_count):
        yield f"  {sentence}"
    for stratum in estimated.not_covered:
        yield f"  Not covered: stratum '{stratum}', of which no unit was drawn"
    for row in estimated.error_rates():
        lower, upper = (
            number(None if row[side] is None else 100 * (row[side] or 0)) for side in ("lower", "upper")
        )
        level = 100 * (row["confidence"] or 0)
        yield f"  Error rate of the universe, {level:.6g} %: {lower} % to {upper} %"
    yield "Units in error"
    yield from appraisal_screen(estimated.units_in_error)
    if estimated.dollars_in_error is not None:
        yield "Dollars in error"
        yield from appraisal_screen(estimated.dollars_in_error)


@app.command
def bound(
    audit: AuditName = None,
    *,
    threshold: float = 0.05,
    confidence: float = 0.90,
    amounts: Path | None = None,
    missing: Annotated[list[str] | None, _UnitInError] = None,
    missing_rule: MissingRule | None = None,
    session: InSession,
) -> Outcome:
    """Say whether a review may stop: limits that hold at every look.

    Parameters
    ----------
    audit
        Name of the audit, its sample simple or sequential; by default the latest sample.
    threshold
        Share to decide about.
    confidence
        Of all looks at once.
    amounts
        Sequential: CSV with unit_id, examined, audited.
    missing
        Unit whose record was not found, if no reviewer said so. May be repeated.
    missing_rule
        How a missing record counts; as an error in full by default.
    """
    stopping = (
        session.workbench()
        .audit(audit, missing_rule=missing_rule)
        .may_stop(
            threshold=threshold,
            confidence=confidence,
            amounts=amounts,
            missing=missing or (),
        )
    )
    return Outcome(lambda: {**asdict(stopping.bound), "sentence": stopping.sentence}, (stopping.sentence,))


@app.command
def compare(
    audit: AuditName = None, *, unit: Literal["code", "record"] = "code", session: InSession
) -> Outcome:
    """Say which coders differ in accuracy, by a test of every pair, corrected for the number of pairs.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    unit
        Codes, or charts without any error.
    """
    reviewed = session.workbench().audit(audit)
    compared = reviewed.coder_comparison(unit=unit)
    return Outcome(
        lambda: {
            "audit": reviewed.name,
            "pairs": compared.pairs,
            "not_compared": compared.left_out,
            "sentence": compared.sentence,
            "method": compared.method,
        },
        _compare_screen(compared),
    )


def _compare_screen(compared: CoderComparison) -> Screen:
    from auditlib.text import format_share

    yield compared.sentence
    yield Table(
        ("coder", "coder", "rate", "rate", "corrected p", "conclusion"),
        [
            (
                row["first_coder_id"],
                row["second_coder_id"],
                format_share(row["first_rate"]),
                format_share(row["second_rate"]),
                f"{row['adjusted_p_value']:.3f}",
                row["conclusion"],
            )
            for row in compared.pairs.iter_rows(named=True)
        ],
    )
    yield compared.method


@app.command
def report(
    audit: AuditName = None,
    *,
    pack: Pack = "audit",
    format: Formats = (),  # noqa: A002 - the option's name
    coder: str | None = None,
    provider: str | None = None,
    as_of: AsOf = None,
    suppress_below: int | None = None,
    deidentified: bool = False,
    pseudonymised: bool = False,
    target: Share | None = TARGET,
    chart_target: Share | None = None,
    reaudit: Annotated[dt.date | None, Parameter(name="--reaudit", converter=converted_day)] = None,
    chart_numbers: bool = False,
    example_note: list[str] | None = None,
    example_notes: Path | None = None,
    missing_rule: MissingRule | None = None,
    folder: Path | None = None,
    amounts: Path | None = None,
    session: InSession,
) -> Outcome:
    """Write the report of an audit, or a pack of it: scorecards, education letters, the workpaper, denials.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample. The pack of denials takes none.
    pack
        audit: the report with every finding. scorecard: of one coder or provider, or of all coders.
        education: a letter to one, or to all coders. workpaper: all that repeats the draw. denials: of all
        claims.
    format
        Formats with commas between, as html,xlsx; by default those that the pack usually has.
    coder
        Whose scorecard or letter.
    provider
        The same of a provider.
    as_of
        Day of the report, as 2026-11-30 or 11/30/2026; now by default. The same day and workspace give the
        same bytes.
    suppress_below
        Withhold counts of 1 to one less than this; 11 is usual for what leaves the house.
    deidentified
        Leave out what names a patient, a chart or a person, in the files and in their names (safe harbor).
    pseudonymised
        Give ids and people codes made with the workspace's key, and move days by patient: still PHI.
    target
        Share of codes right to reach: 0.95, 95 or 95%.
    chart_target
        Share of charts paid rightly to reach; none by default.
    reaudit
        Day of the next review, for letters.
    chart_numbers
        Give a chart's number in the order of the draw in letters; a letter never names the chart itself.
    example_note
        Your own text on an example of one letter, as 1=TEXT. Letters hold no other comment and no quotation.
    example_notes
        CSV with the columns person, example and note, for several letters.
    missing_rule
        How a missing record counts; as an error in full by default.
    folder
        Where the files go; by default the workspace's reports.
    amounts
        Of a workpaper: CSV of unit_id, examined (paid), audited (corrected), in the place of the verdicts'.
    """
    from auditlib.workbench.example_notes import parse_example_note, read_example_notes

    workbench = session.workbench_to_write()
    name = None if pack == "denials" and audit is None else workbench.audit(audit).name
    with session.progress() as progress:
        written = workbench.reports.write(
            name,
            folder=folder,
            pack=pack,
            formats=format,
            coder=coder,
            provider=provider,
            as_of=as_of,
            suppress_below=suppress_below,
            deidentified=deidentified,
            pseudonymised=pseudonymised,
            target=target,
            chart_target=chart_target,
            reaudit_on=reaudit,
            chart_numbers=chart_numbers,
            example_notes=dict(map(parse_example_note, example_note or ())),
            notes_by_person={} if example_notes is None else read_example_notes(example_notes),
            missing_rule=missing_rule,
            amounts=amounts,
            progress=progress,
        )
        paths = [str(path) for path in written]
    return Outcome(lambda: {"audit": name, "pack": pack, "reports": paths}, report_screen(paths))


@app.command
def export(
    audit: AuditName = None,
    *,
    form: Literal["837", "csv"] = "837",
    out: Path | None = None,
    purpose: Literal["replacement", "original", "void"] = "replacement",
    encounter: list[str] | None = None,
    settings: Path | None = None,
    reviewer: str | None = None,
    control_number: int | None = None,
    deidentified: bool = False,
    pseudonymised: bool = False,
    suppress_below: int | None = None,
    session: InSession,
) -> Outcome:
    """Write the claims that a review corrected: 837 or CSV for billing, or CSV without ids for others.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    form
        What to write.
    out
        A new 837 file, or a folder for the four CSV files; left out: only show what would be written.
    purpose
        Replace the claims that the payer has, send for the first time, or void.
    encounter
        Only this encounter; may be given several times.
    settings
        A TOML file of charges, dates, numbers and parties that no file holds.
    reviewer
        Whose verdicts count where several reviewers differ.
    control_number
        Of the interchange; by default the next one.
    deidentified
        CSV without what names a patient, a chart or a person (safe harbor).
    pseudonymised
        CSV with ids and people as codes made with the workspace's key, and days moved by patient: still PHI.
    suppress_below
        CSV of how many claims have each payer and code, without rows and without counts of 1 to one less.
    """
    is_for_others = deidentified or pseudonymised or suppress_below is not None
    if is_for_others and (out is None or form == "837"):
        message = "Claims without ids are CSV files in a folder: an 837 file names its patients."
        raise UsageError(message, hint="Give --form csv and --out FOLDER.")
    _require_place(out, form)
    workbench = session.workbench() if out is None else session.workbench_to_write()
    reviewed = workbench.audit(audit)
    with session.progress() as progress:
        claims = reviewed.corrected_claims(
            purpose=purpose,
            settings=settings,
            encounter_ids=encounter,
            reviewer=reviewer,
            progress=progress,
        )
    exported = None
    if out is not None and is_for_others:
        exported = claims.export_apart(
            out, deidentified=deidentified, pseudonymised=pseudonymised, suppress_below=suppress_below
        )
        paths = [str(path) for path in exported.paths]
        return Outcome(
            lambda: {"audit": reviewed.name, "purpose": claims.purpose, "paths": paths},
            (f"Written: {', '.join(paths)}.",),
        )
    if out is not None and form == "csv":
        exported = claims.export_csv(out)
    elif out is not None:
        exported = claims.export_837(out, control_number=control_number)
    return Outcome(
        lambda: {
            "audit": reviewed.name,
            "purpose": claims.purpose,
            "claims": claims.frame,
            "ready_count": len(claims.ready),
            "missing_count": claims.missing_count,
            "settings_to_fill": claims.settings_to_fill,
            "paths": [str(path) for path in exported.paths] if exported else [],
            "control_number": exported.control_number if exported else None,
        },
        _export_screen(claims, exported),
        ExitCode.DONE_WITH_RECORDS_NOT_LOADED if claims.missing_count else ExitCode.DONE,
    )


def _require_place(out: Path | None, form: str) -> None:
    """Refuse a place that cannot be written to, before any claim is read."""
    if out is None or form == "csv":
        return
    if out.exists():
        message = f"{out} exists already."
        raise UsageError(message, hint="Name another: what went to billing is never overwritten.")
    require_new_file(out)


def _export_screen(claims: ClaimsOut, exported: Exported | None) -> Screen:
    """Yield what each claim is, then what is still needed."""
    from auditlib.billing.corrected_claims import AS_BILLED, READY

    rows = [row for row in claims.frame.iter_rows(named=True) if row["status"] != AS_BILLED]
    yield Table(
        ("encounter", "claim", "status", "charge", "changes"),
        [
            (
                row["encounter_id"],
                row["form"] or "",
                row["status"],
                "" if row["charge_amount"] is None else f"{row['charge_amount']:,}",
                row["changes"],
            )
            for row in rows
        ],
    )
    as_billed_count = claims.frame.height - len(rows)
    yield f"  {count_text(as_billed_count)} claims or encounters are verified as billed and not sent again."
    for row in claims.frame.iter_rows(named=True):
        if row["missing"] or (row["notes"] and row["status"] in {READY, AS_BILLED}):
            yield f"  {row['encounter_id']}: {' '.join(filter(None, (row['missing'], row['notes'])))}"
    if claims.settings_to_fill:
        yield "\nPut this into a file, fill it in, and give it by --settings:\n"
        yield claims.settings_to_fill
    if exported is not None:
        names = ", ".join(str(path) for path in exported.paths)
        yield f"\nWritten: {names}; {count_text(len(claims.ready))} claims."
    else:
        yield f"\n{count_text(len(claims.ready))} claims are ready. Name a file by --out to write them."
