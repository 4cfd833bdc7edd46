"""`auditlib denials`: how often claims are denied, why, what became of them, and the lists to work on."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession
from auditlib.cli.values import (
    AsOf,
    Formats,
    FromDay,
    MissingRule,
    NewFile,
    Share,
    ToDay,
    converted_day,
    read_day,
)
from auditlib.errors import UsageError
from auditlib.text import counted

if TYPE_CHECKING:
    from auditlib.report.result import Result

app = App(name="denials")
for _verb, _about in (
    ("assign", "Enter who works on claims, or on payments without a claim."),
    ("note", "Enter a note on a claim, or on a payment without a claim."),
    ("state-ground", "Enter the ground of a denial as the payer's letter states it."),
    ("appeal-sent", "Enter that an appeal was sent: the next level, in order."),
    ("appeal-decided", "Enter what the payer decided of the latest appeal."),
    ("records-requested", "Enter that the payer asked for records by letter (ADR)."),
    ("records-sent", "Enter that the records of a claim were sent."),
    ("close", "Enter that nobody works on a claim, or on a payment without a claim, any more."),
    ("undo", "Undo the latest entry on a claim or payment; both stay on record."),
):
    # The texts stand here so that the list of commands is printed without importing them.
    app.command(f"auditlib.cli.denial_work:{_verb.replace('-', '_')}", name=_verb, help=_about)

_MONTH = re.compile(r"\d{4}-\d{2}")
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}

Dimension: TypeAlias = Literal["payer", "month", "form"]
LineBy: TypeAlias = Annotated[list[str] | None, Parameter(name="--by", consume_multiple=True)]
Only: TypeAlias = Annotated[list[str] | None, Parameter(name="--only", consume_multiple=True)]
OnlyCoding: TypeAlias = Annotated[bool, Parameter(name="--only-coding")]
ReducedShow: TypeAlias = Literal["lines", "claims", "worklist", "sample"]
FirstDay: TypeAlias = Annotated[dt.date | None, Parameter(name="--first-day", converter=converted_day)]
WorkOrder: TypeAlias = Literal["expected", "amount", "deadline"]
WaitBy: TypeAlias = Annotated[Literal["all", "payer", "month"], Parameter(name="--by")]
By: TypeAlias = Annotated[list[Dimension] | None, Parameter(name="--by", consume_multiple=True)]


@app.command
def rate(*, by: By = None, session: InSession) -> Outcome:
    """Show initial denial rates of original claims to the primary payer, with Wilson intervals at 95 %.

    Parameters
    ----------
    by
        One or more of payer, month, form; by default all claims together.
    """
    return _outcome("rates", session.workbench().denials.rate(by or ()))


@app.command
def reasons(*, by: By = None, session: InSession) -> Outcome:
    """Show denials by reason, costliest first.

    Parameters
    ----------
    by
        One or more of payer, month, form, that keep denials apart first.
    """
    return _outcome("reasons", session.workbench().denials.reasons(by or ()))


@app.command
def overturned(*, by: By = None, session: InSession) -> Outcome:
    """Show the share of initial denials that were paid in the end.

    Parameters
    ----------
    by
        One or more of payer, month, form; by default all denials together.
    """
    return _outcome("rates", session.workbench().denials.overturned(by or ()))


@app.command
def caught(*, session: InSession) -> Outcome:
    """Show the denials that a check of ours would have caught, by reason."""
    return _outcome("reasons", session.workbench().denials.caught())


@app.command
def by_check(*, session: InSession) -> Outcome:
    """Show for each denial reason which check would have named how many, and at which false alarms."""
    denials = session.workbench().denials
    result, without = denials.by_check(), denials.without_named()
    return Outcome(
        lambda: {"reasons": result.frame, "without": without.frame},
        (*result.frame["sentence"], result.note, without),
    )


@app.command
def against_audits(*, only_coding: OnlyCoding = False, session: InSession) -> Outcome:
    """Show audited-wrong and audited-right claims by whether they were denied at first.

    Parameters
    ----------
    only_coding
        Count only denials for reasons of coding and bundling.
    """
    return _outcome("claims", session.workbench().denials.against_audits(only_coding=only_coding))


@app.command
def cost_of_errors(*, as_of: AsOf = None, session: InSession) -> Outcome:
    """Show denied dollars and days to settlement of audited-wrong claims beside audited-right ones.

    Parameters
    ----------
    as_of
        The day of looking; by default the last day on which anything is known.
    """
    return _outcome("claims", session.workbench().denials.cost_of_errors(as_of))


@app.command
def reduced(
    show: ReducedShow = "lines",
    *,
    by: LineBy = None,
    only: Only = None,
    order: Literal["amount", "deadline"] = "amount",
    as_of: AsOf = None,
    count: int = 30,
    seed: str = "1",
    out: NewFile | None = None,
    session: InSession,
) -> Outcome:
    """Show payments that were reduced and not refused: another code, group or level, fewer units, bundled.

    With a fee table of your own (codesets load), also what was paid below the contract.

    Parameters
    ----------
    show
        lines; claims behind a bar; the worklist; or a sample of the claims.
    by
        Counts and dollars by one or more of payer_name, reduction, billed_code, paid_code, provider_id,
        payment_month, form, appeal_level.
    only
        Of these the values that count, as reduction="visit level"; several of one are alternatives.
    order
        Of the worklist: amount or deadline.
    as_of
        Of the worklist: the day from which days are counted; by default today.
    count
        Claims of the sample.
    seed
        Of the sample.
    out
        A .csv or .xlsx file to write besides.
    """
    payments, filters = session.workbench().denials.reduced_payments, read_filters(only or [])
    if by and show != "lines":
        message = f"Bars are of the lines: --by does not go with '{show}'."
        raise UsageError(message, hint="Leave one out; --only selects the claims behind a bar.")
    if show == "claims":
        result = payments.claims(filters)
    elif show == "worklist":
        result = payments.worklist(filters, order=order, as_of=as_of)
    elif show == "sample":
        result = payments.sample(count, seed=seed, filters=filters)
    else:
        result = payments.bars(by, filters) if by else payments.lines(filters)
    if out is not None:
        payments.write(out, result)
    return _outcome("bars" if by else show, result)


@app.command
def exemption_draw(
    name: Annotated[str, Parameter(name="--name")],
    *,
    payer: str,
    codes: Annotated[list[str], Parameter(consume_multiple=True)],
    threshold: Share,
    count: int,
    seed: str,
    provider: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    from_date: FromDay = None,
    to_date: ToDay = None,
    assurance: Share = 0.95,
    spares: int = 0,
    session: InSession,
) -> Outcome:
    """Draw charts as an audit that is to show a payer how often the billed level is right.

    Parameters
    ----------
    name
        Name of the audit; it is reviewed on the desk like any other.
    payer
        Name of the payer, or its identifier.
    codes
        The family of codes, as 99202-99215.
    threshold
        Share of charts to be right, as 95%.
    count
        Charts to draw; fewer than can meet the threshold are refused.
    seed
        Of the draw.
    provider
        Whose visits; by default all.
    from_date
        First day of service.
    to_date
        Last day of service.
    assurance
        One-sided level.
    spares
        Charts drawn for those that turn out not to be in the universe.
    """
    from auditlib.audits.exemption import ExemptionTerms, most_wrong

    terms = ExemptionTerms(
        payer, tuple(codes), threshold, tuple(provider or ()), from_date, to_date, assurance
    )
    exemptions = session.workbench_to_write().denials.exemptions
    manifest = exemptions.draw(terms, name=name, count=count, seed=seed, spare_count=spares)
    drawn, size = manifest.design.sample_count, manifest.frame.unit_count
    wrong = most_wrong(drawn, size, terms)
    may_be = f"with at most {wrong} wrong" if wrong else "only if all are right"
    return Outcome(
        lambda: {"audit": name, "drawn_count": drawn, "universe_count": size, "most_wrong_count": wrong},
        (
            terms.sentence,
            f"Drawn: {drawn:,} of {counted(size, 'chart')}. The threshold is met {may_be}.",
            f"Review them on the desk, then: auditlib denials exemption {shlex.quote(name)}",
        ),
    )


@app.command
def exemption(
    name: str,
    *,
    signed_by: str | None = None,
    signed_on: Annotated[dt.date | None, Parameter(converter=converted_day)] = None,
    formats: Formats = (),
    missing_rule: MissingRule | None = None,
    session: InSession,
) -> Outcome:
    """Show what a review for an exemption shows; with a format or a signature, write the pack.

    Parameters
    ----------
    name
        The audit.
    signed_by
        Who signs; a review that is not finished is refused.
    signed_on
        The day of the signature.
    formats
        html, pdf, xlsx or docx, separated by commas.
    missing_rule
        How missing records count: error-in-full, increment, excluded, not-reviewed.
    """
    from auditlib.report.result import Result

    exemptions = session.workbench().denials.exemptions
    found = exemptions.find(name, missing_rule=missing_rule)
    paths = []
    if formats or signed_by is not None or signed_on is not None:
        paths = exemptions.write(
            name,
            signed_by=signed_by,
            signed_on=signed_on,
            formats=formats or ("html", "pdf", "xlsx"),
            missing_rule=missing_rule,
        )
    figures = {
        "state": found.state,
        "right_count": found.right_count,
        "chart_count": found.chart_count,
        "least_share": None if found.bound is None else found.bound.lower,
        "charts": found.charts,
        "files": [str(path) for path in paths],
    }
    charts = Result(found.charts, "Charts of the evidence", hidden=["reason"], row_limit=None)
    return Outcome(lambda: figures, (found.terms.sentence, found.sentence, *map(str, paths), charts))


@app.command
def outcomes(*, session: InSession) -> Outcome:
    """Show what became of the claims, from submission to final outcome."""
    return _outcome("paths", session.workbench().denials.outcomes())


@app.command
def metrics(*, as_of: AsOf = None, session: InSession) -> Outcome:
    """Show the metrics of HFMA's task force and the other usual ones, each with what it divides.

    Parameters
    ----------
    as_of
        The day of looking; by default the last day on which anything is known.
    """
    return _outcome("metrics", session.workbench().denials.metrics(as_of))


@app.command
def lines(*, by: LineBy = None, only: Only = None, session: InSession) -> Outcome:
    """Show denied lines, each once: counts and dollars, costliest first.

    Parameters
    ----------
    by
        One or more of payer_name, denial_category, reason_label, reason_code, group_code, code, provider_id,
        denial_month, submit_month, form, hardness, stated_ground, owner, is_preventable, check_state,
        final_state, is_initial.
    only
        Of these the values that count, as reason_code=197; several of one are alternatives.
    """
    return _outcome("bars", session.workbench().denials.bars(by or (), read_filters(only or [])))


@app.command
def claims(*, only: Only = None, session: InSession) -> Outcome:
    """Show the claims behind a bar, costliest first.

    Parameters
    ----------
    only
        The bar: dimensions and values, as payer_name="LANTERN HEALTH PLAN" reason_code=197.
    """
    return _outcome("claims", session.workbench().denials.claims(read_filters(only or [])))


@app.command
def findings(*, seed: int = 0, session: InSession) -> Outcome:
    """Show what stands out among initial denials: rises, and payers and procedures with more than the rest.

    Parameters
    ----------
    seed
        Of the permutations that the p-values come from.
    """
    result = session.workbench().denials.findings(seed)
    sentences = (f"{row['rank']}. {row['sentence']}" for row in result.frame.iter_rows(named=True))
    return Outcome(lambda: {"findings": result.frame}, (*sentences, result.note))


@app.command
def aged(*, as_of: AsOf = None, session: InSession) -> Outcome:
    """Show the denied lines that are not paid by days since the first denial."""
    return _outcome("ages", session.workbench().denials.aged(as_of))


@app.command
def worklist(
    *,
    only: Only = None,
    order: WorkOrder = "expected",
    as_of: AsOf = None,
    out: NewFile | None = None,
    session: InSession,
) -> Outcome:
    """Show the claims that are denied and not paid: what to do, by when, what it is likely to bring.

    Parameters
    ----------
    only
        Dimensions and values, as for claims.
    order
        expected (dollars times chance of overturn), amount, or deadline.
    as_of
        The day from which days are counted; by default today.
    out
        A .csv or .xlsx file to write besides.
    """
    denials = session.workbench().denials
    result = denials.worklist(read_filters(only or []), order=order, as_of=as_of)
    if out is not None:
        denials.write_worklist(out, result)
    return _outcome("worklist", result)


@app.command
def takebacks(*, out: NewFile | None = None, session: InSession) -> Outcome:
    """Show what payers took back (PLB): tied to which claims or why not, and balances still open.

    Parameters
    ----------
    out
        A .csv or .xlsx file to write the list to besides.
    """
    denials = session.workbench().denials
    listed, totals, steps = denials.takebacks(), denials.takeback_totals(), denials.payments()
    if out is not None:
        denials.write_worklist(out, listed)
    return Outcome(
        lambda: {"takebacks": listed.frame, "totals": totals.frame, "steps": steps.frame},
        (totals, steps, listed),
    )


@app.command
def payer(name: str, *, out: NewFile | None = None, session: InSession) -> Outcome:
    """Show the page for a meeting with one payer: rate, overturned denials, days, reasons, examples.

    Parameters
    ----------
    name
        The payer's name or identifier.
    out
        A .html, .xlsx, .pdf or .docx file to write the page to besides.
    """
    page = session.workbench().denials.payer(name)
    if out is not None:
        page.write(out)
    return Outcome(
        lambda: {"metrics": page.figures.metrics, "examples": page.figures.examples}, tuple(page.results)
    )


@app.command
def records(*, as_of: AsOf = None, session: InSession) -> Outcome:
    """Show the requests for records: who asked, the last day, and their state.

    Parameters
    ----------
    as_of
        The day of looking; by default today.
    """
    return _outcome("requests", session.workbench().denials.records(as_of))


@app.command
def unmatched(*, as_of: AsOf = None, out: NewFile | None = None, session: InSession) -> Outcome:
    """Show the payments without a claim to work on: by dollars and age, with what would tie them.

    Parameters
    ----------
    as_of
        The day to which ages count; by default today.
    out
        A .csv or .xlsx file to write besides.
    """
    denials = session.workbench().denials
    result = denials.unmatched(as_of)
    if out is not None:
        denials.write_worklist(out, result)
    return _outcome("payments", result)


@app.command
def letter(number: str, *, first_day: FirstDay = None, session: InSession) -> Outcome:
    """Print the draft of an appeal, from what the files say.

    Parameters
    ----------
    number
        The claim's patient control number, as the worklist shows it.
    first_day
        First day of service, where the number is of several.
    """
    text = session.workbench().denials.letter(number, first_day=first_day)
    return Outcome(lambda: {"letter": text}, (text,))


@app.command
def differ(*, session: InSession) -> Outcome:
    """Show why two totals of denied dollars differ: first answers against the paths of the claims."""
    return _outcome("steps", session.workbench().denials.why_totals_differ())


@app.command
def waits(*, by: WaitBy = "all", as_of: AsOf = None, session: InSession) -> Outcome:
    """Show what first answers say by days since submission, and the share that is still open.

    Parameters
    ----------
    by
        all, payer or month of submission.
    as_of
        The day of looking; by default the last day on which anything is known.
    """
    return _outcome("waits", session.workbench().denials.first_answers(by, as_of))


@app.command
def cohorts(*, as_of: AsOf = None, session: InSession) -> Outcome:
    """Show what was answered and denied of each month's claims within 30, 60, 90 and 120 days."""
    return _outcome("cohorts", session.workbench().denials.cohorts(as_of))


def read_filters(pairs: list[str]) -> dict[str, list[object]]:
    """Return filters from texts as reason_code=197; an empty value is a missing one, months are days.

    Raises
    ------
    UsageError
        If a text has no '=', a month is none, or what is yes or no is neither.
    """
    filters: dict[str, list[object]] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            message = f"'{pair}' names no value."
            raise UsageError(message, hint="Write the dimension and its value, as reason_code=197.")
        read: object = value or None
        if value and name.endswith("_month"):
            read = read_day(f"{value}-01" if _MONTH.fullmatch(value) else value)
        elif value and name.startswith("is_"):
            read = _is_true(name, value)
        filters.setdefault(name, []).append(read)
    return filters


def _is_true(name: str, value: str) -> bool:
    if value.casefold() not in _TRUTHS:
        message = f"'{name}' is yes or no, not '{value}'."
        raise UsageError(message, hint=f"Write {name}=yes or {name}=no.")
    return _TRUTHS[value.casefold()]


def _outcome(name: str, result: Result) -> Outcome:
    return Outcome(lambda: {name: result.frame}, (result,))
