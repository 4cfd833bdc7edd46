"""Corrected claims from verified codes: status of each claim, and what is missing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.audits.audit import sampled_encounters, with_records
from auditlib.billing.correction import CorrectedClaim, Purpose, correct_claim
from auditlib.billing.differences import differences
from auditlib.billing.new_claim import Visit, new_claim
from auditlib.billing.original import OriginalClaim, read_original_claims
from auditlib.billing.outgoing_findings import FATAL, new_fatal_findings, outgoing_findings
from auditlib.billing.settings import ExportSettings
from auditlib.billing.verified import Gap, ServiceSupplement, VerifiedCode, service_name
from auditlib.billing.verified_codes import verified_codes
from auditlib.errors import AuditError, UsageError
from auditlib.ledger import Event
from auditlib.progress import Progress, SilentProgress
from auditlib.review import chart_frame, decision_frame, verdict_frame, worklist_from
from auditlib.review.final_reviews import final_reviews
from auditlib.review.fold import ChartReview
from auditlib.review.record_statement import MISSING as RECORD_MISSING
from auditlib.review.stay_verdict import stay_verdict_frame
from auditlib.review.upheld import upheld_frame
from auditlib.sources.x12.write.envelope import Parties
from auditlib.workspace.folder import Workspace

EXPORTED: Final = "claims exported"
READY, AS_BILLED, OPEN, LEFT_OUT, MISSING, HELD, WITHOUT_CLAIM = (
    "ready",
    "verified as billed",
    "review not completed",
    "left out",
    "something is missing",
    "held back",
    "no claim loaded",
)
PURPOSES: Final[tuple[Purpose, ...]] = ("replacement", "original", "void")
_LACKS_RECORD: Final = (pl.col("record_status") == RECORD_MISSING) | (pl.col("no_record_count") > 0)
_VOID, _LATE_CHARGE = "8", "5"
# Claim status codes (CLP02) of a payer's answer.
_DENIED, _REVERSED = "4", "22"
_EXPORT_COLUMNS: Final = {
    "encounter_id": pl.String(),
    "form": pl.String(),
    "payer_name": pl.String(),
    "status": pl.String(),
    "charge_amount": pl.Decimal(18, 2),
    "changes": pl.String(),
    "notes": pl.String(),
    "missing": pl.String(),
}


@dataclass(frozen=True, slots=True)
class ClaimOut:
    """One claim of a reviewed encounter, with its status.

    Parameters
    ----------
    encounter_id
        Its encounter.
    status
        ready, verified as billed, review not completed, left out, something is missing, held back or no
        claim loaded.
    claim
        The corrected claim, or None.
    codes
        Verified codes of the encounter.
    form, payer_name
        Of the claim as billed, or None.
    reasons
        Why it is not exported.
    notes
        Notes besides those of the claim itself.
    """

    encounter_id: str
    status: str
    claim: CorrectedClaim | None = None
    codes: tuple[VerifiedCode, ...] = ()
    form: str | None = None
    payer_name: str | None = None
    reasons: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing."""
        return (*self.reasons, *(self.claim.gaps if self.claim else ()))


@dataclass(frozen=True, slots=True)
class ClaimsOut:
    """The corrected claims of an audit.

    Parameters
    ----------
    audit, purpose
        The audit, and the purpose: replacement, original or void.
    claims
        The claims of every reviewed encounter, with their status.
    parties
        Sender and receiver, or None for those of the claims' files.
    """

    audit: str
    purpose: Purpose
    claims: tuple[ClaimOut, ...]
    parties: Parties | None = None

    @property
    def ready(self) -> tuple[ClaimOut, ...]:
        """The claims that can be written."""
        return tuple(claim for claim in self.claims if claim.status == READY)

    @property
    def missing_count(self) -> int:
        """Number of claims that cannot be written until something is added."""
        return sum(claim.status in {MISSING, HELD, WITHOUT_CLAIM} for claim in self.claims)

    @property
    def frame(self) -> pl.DataFrame:
        """One row per claim: status, changes, notes, and what is missing."""
        rows = [
            {
                "encounter_id": out.encounter_id,
                "form": out.form and f"837{out.form}",
                "payer_name": out.payer_name,
                "status": out.status,
                "charge_amount": out.claim and out.claim.charge_amount,
                "changes": "; ".join(out.claim.changes if out.claim else ()),
                "notes": " ".join((*out.notes, *(out.claim.notes if out.claim else ()))),
                "missing": " ".join(gap.reason for gap in out.gaps),
            }
            for out in self.claims
        ]
        return pl.DataFrame(rows, schema=_EXPORT_COLUMNS)

    @property
    def settings_to_fill(self) -> str:
        """Settings file entries for what is missing, with empty values."""
        keys: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = defaultdict(list)
        for out in self.claims:
            for gap in out.gaps:
                entry = keys[gap.table, out.encounter_id, gap.code, gap.modifiers]
                if gap.key not in entry:
                    entry.append(gap.key)
        lines = []
        for (table, encounter_id, code, modifiers), missing in keys.items():
            if table:
                named = [f'code = "{code}"'] if code else []
                named += [f"modifiers = {json.dumps(modifiers)}"] if modifiers else []
                open_values = [f"{key} =" for key in missing]
                lines += [f"[[{table}]]", f'encounter_id = "{encounter_id}"', *named, *open_values, ""]
        return "\n".join(lines)


def claims_out(
    workspace: Workspace,
    audit: str,
    *,
    purpose: Purpose = "replacement",
    settings: ExportSettings | None = None,
    encounter_ids: Sequence[str] | None = None,
    reviewer: str | None = None,
    progress: Progress | None = None,
) -> ClaimsOut:
    """Return the corrected claims of an audit.

    Parameters
    ----------
    workspace
        The workspace with claims, remittances and reviews.
    audit
        Name of the audit.
    purpose
        ``replacement`` for the claims that the review changed, each with the payer's number of the one that
        it replaces; ``original`` for claims that were not sent yet, changed or not; ``void`` for the claims
        of the encounters that are named.
    settings
        Settings added by the biller.
    encounter_ids
        These encounters, instead of those of the audit's sample.
    reviewer
        Whose verdicts count if several reviewers completed a chart and differ.
    progress
        Advanced for each file of claims.

    Raises
    ------
    UsageError
        If there is no such audit, an encounter has no codes, or a void names no encounter.
    """
    if purpose not in PURPOSES:
        message = f"There is no purpose '{purpose}'."
        raise UsageError(message, hint=f"Choose among: {', '.join(PURPOSES)}.")
    if purpose == "void" and not encounter_ids:
        message = "To void claims, their encounters must be named."
        raise UsageError(message, hint="Name each with --encounter.")
    chosen = (
        sampled_encounters(workspace, audit) if encounter_ids is None else list(dict.fromkeys(encounter_ids))
    )
    reviewed = _reviewed(workspace, audit, chosen, reviewer)
    claims = workspace.warehouse().query("queries/billing/claims_to_correct", {"encounter_ids": chosen})
    originals = _originals(claims, progress or SilentProgress())
    sent = _sent_before(workspace.ledger().events(kinds=[EXPORTED]))
    rows_of: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in claims.iter_rows(named=True):
        rows_of[row["encounter_id"]].append(row)
    claims_found: list[ClaimOut] = []
    visits = workspace.warehouse().query("queries/billing/visits_to_bill", {"encounter_ids": chosen})
    by_encounter = {row[0]: Visit(*row) for row in visits.iter_rows()}
    order = _Order(purpose, settings or ExportSettings(), originals, by_encounter)
    for encounter_id in chosen:
        for out in _encounter_out(encounter_id, reviewed[encounter_id], rows_of[encounter_id], order):
            before = sent.get(encounter_id, ()) if out.status == READY else ()
            claims_found.append(replace(out, notes=(*out.notes, *before)))
    proved = _without_findings(_as_verified(claims_found), order, workspace)
    return ClaimsOut(audit, purpose, tuple(proved), order.settings.parties)


def _as_verified(claims: Sequence[ClaimOut]) -> list[ClaimOut]:
    """Return the claims, with those held back that do not read back as the verified codes of their charts."""
    ready = [out for out in claims if out.status == READY]
    held = dict(zip(map(id, ready), differences([out.claim for out in ready if out.claim]), strict=True))
    return [
        _held(out, [Gap(f"Read back, the claim differs from its verified codes: {'; '.join(phrases)}.")])
        if (phrases := held.get(id(out)))
        else out
        for out in claims
    ]


def _held(out: ClaimOut, reasons: Sequence[Gap]) -> ClaimOut:
    return replace(out, status=HELD, reasons=(*out.reasons, *reasons))


def _without_findings(claims: Sequence[ClaimOut], order: _Order, workspace: Workspace) -> list[ClaimOut]:
    """Return the claims, with those held back whose correction brings what is fatal; the rest are notes."""
    ready = [out.claim for out in claims if out.status == READY and out.claim and order.purpose != "void"]
    as_billed = [replace(claim, original=claim.as_billed or claim.original) for claim in ready]
    warehouse = workspace.warehouse()
    found = outgoing_findings(warehouse, ready)
    is_fatal = any(finding.severity == FATAL for of_claim in found for finding in of_claim)
    before = outgoing_findings(warehouse, as_billed) if is_fatal else [()] * len(ready)
    findings = {id(claim): both for claim, *both in zip(ready, found, before, strict=True)}
    checked = []
    for out in claims:
        now, billed = findings.get(id(out.claim), ((), ()))
        accepted = order.settings.supplement(out.encounter_id).accepted_findings
        brought = [one for one in new_fatal_findings(now, billed) if one.check_id not in accepted]
        notes = [one.sentence for one in now if one not in brought]
        reason = "Correct it in the review, or accept the finding."
        reasons = [Gap(f"{one.sentence} {reason}", "claim", "accepted_findings") for one in brought]
        noted = replace(out, notes=(*out.notes, *notes))
        checked.append(_held(noted, reasons) if brought else noted)
    return checked


def _sent_before(events: Iterable[Event]) -> dict[str, tuple[str, ...]]:
    """Return for each encounter a sentence on each earlier export of its claims."""
    sentences: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for event in events:
        encounters = event.payload.get("encounter_ids")
        for encounter_id in encounters if isinstance(encounters, list) else ():
            sentence = f"Exported before, on {event.recorded_at:%Y-%m-%d} as {event.payload.get('purpose')}."
            sentences[encounter_id] = (*sentences[encounter_id], sentence)
    return sentences


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """Verified codes of an encounter; ``is_completed`` is false where no reviewer is done."""

    codes: tuple[VerifiedCode, ...]
    is_completed: bool
    gaps: tuple[Gap, ...] = ()


def _reviewed(
    workspace: Workspace, audit: str, encounter_ids: list[str], reviewer: str | None
) -> dict[str, _Reviewed]:
    """Return the verified codes of each encounter, by the final verdicts on its chart."""
    codes = workspace.warehouse().query("queries/audits/encounter_codes_of", {"encounter_ids": encounter_ids})
    strange = sorted(set(encounter_ids) - set(codes["encounter_id"]))
    if strange:
        message = f"Encounter {strange[0]} has no codes in this workspace."
        raise UsageError(message, hint="Name an encounter as its claim's patient control number has it.")
    worklist = worklist_from(encounter_ids, codes)
    events = workspace.ledger().events(audit=audit)
    is_asked = pl.col("encounter_id").is_in(encounter_ids)
    verdicts, charts = verdict_frame(events).filter(is_asked), chart_frame(events).filter(is_asked)
    decisions = decision_frame(events).filter(is_asked)
    upheld = upheld_frame(events)
    stays = stay_verdict_frame(events).filter(is_asked)
    found = with_records(workspace, verdicts, charts, decisions, upheld=upheld, stays=stays)
    final = found.final
    if reviewer is not None:
        # What an adjudicator decided is final, whoever's verdicts count where nobody did.
        decided = final.disagreements.join(final.not_adjudicated, on="encounter_id", how="anti")
        is_counted = (pl.col("reviewer") == reviewer) | pl.col("encounter_id").is_in(
            decided["encounter_id"].unique().to_list()
        )
        counted = charts.filter(is_counted)
        found = with_records(workspace, verdicts, counted, decisions, upheld=upheld, stays=stays)
        final = found.final
    without_support = set(final.records.filter(_LACKS_RECORD)["encounter_id"])
    reviews = final_reviews(final, events)
    review_counts = charts.join(final.not_adjudicated, on="encounter_id", how="semi").group_by("encounter_id")
    differing = dict(review_counts.len().iter_rows())
    changed_stays = set(found.final_stays.verdicts.filter(action="change")["encounter_id"])
    reviewed_codes = {}
    for encounter_id in encounter_ids:
        codes_now = verified_codes(worklist[encounter_id], reviews.get(encounter_id, ChartReview()))
        if encounter_id in differing:
            gap = Gap(
                f"not adjudicated: {differing[encounter_id]} reviewers differ on its codes. "
                "Adjudicate the chart, or say whose verdicts count."
            )
            reviewed_codes[encounter_id] = _Reviewed(codes_now, is_completed=True, gaps=(gap,))
        elif encounter_id not in reviews:
            reviewed_codes[encounter_id] = _Reviewed(codes_now, is_completed=False)
        elif encounter_id in without_support:
            gap = Gap("codes of it have no record that supports them, so that they are not verified.")
            reviewed_codes[encounter_id] = _Reviewed(codes_now, is_completed=False, gaps=(gap,))
        elif encounter_id in changed_stays:
            gap = Gap("the review changes its discharge status or DRG, which is mended on the claim by hand.")
            reviewed_codes[encounter_id] = _Reviewed(codes_now, is_completed=True, gaps=(gap,))
        else:
            reviewed_codes[encounter_id] = _Reviewed(codes_now, is_completed=True)
    return reviewed_codes


def _originals(claims: pl.DataFrame, progress: Progress) -> dict[tuple[int, int], OriginalClaim | Gap]:
    """Return each claim from its file, or why it cannot be read."""
    originals: dict[tuple[int, int], OriginalClaim | Gap] = {}
    of_file = claims.group_by("source_file_id", "file_path", "sha256", maintain_order=True).agg(
        "source_offset"
    )
    progress.start("Reading claims", total=of_file.height)
    for file_id, path, sha256, offsets in of_file.iter_rows():
        keys = {(file_id, offset) for offset in offsets}
        try:
            if not _is_unchanged(Path(path), sha256):
                gap = Gap(
                    f"{Path(path).name} has changed since it was loaded: put the file back that was loaded."
                )
                originals.update(dict.fromkeys(keys, gap))
            else:
                for original in read_original_claims(Path(path), offsets):
                    originals[file_id, original.source_offset] = original
        except (OSError, AuditError):
            gap = Gap(f"{Path(path).name} cannot be read where it was loaded from: put it back there.")
            originals.update(dict.fromkeys(keys, gap))
        progress.advance()
    return originals


def _is_unchanged(path: Path, sha256: str) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


@dataclass(frozen=True, slots=True)
class _Order:
    """The export request, and the claims as in their files."""

    purpose: Purpose
    settings: ExportSettings
    originals: Mapping[tuple[int, int], OriginalClaim | Gap]
    visits: Mapping[str, Visit]


def _encounter_out(
    encounter_id: str,
    reviewed: _Reviewed,
    rows: Sequence[Mapping[str, object]],
    order: _Order,
) -> Iterator[ClaimOut]:
    """Yield the claims of one encounter."""
    codes, is_changed = reviewed.codes, any(code.is_changed for code in reviewed.codes)
    if not reviewed.is_completed and order.purpose != "void":
        yield ClaimOut(encounter_id, OPEN, codes=codes, reasons=reviewed.gaps)
        return
    # A void sends no codes, so that those nobody could verify do not keep it back.
    gaps = reviewed.gaps if reviewed.is_completed else ()
    if order.purpose == "replacement" and rows and not is_changed and not gaps:
        yield ClaimOut(encounter_id, AS_BILLED, codes=codes)
        return
    outs = [_corrected(ClaimOut(encounter_id, MISSING, None, codes), row, gaps, order) for row in rows]
    if not rows:
        outs.append(_first_claim(encounter_id, reviewed, order))
    yield from _with_codes_on_no_claim(_with_services_on_one_claim(outs))


def _corrected(bare: ClaimOut, row: Mapping[str, object], gaps: Sequence[Gap], order: _Order) -> ClaimOut:
    """Return one claim of an encounter as corrected."""
    bare = replace(bare, form=str(row["form"]), payer_name=str(row["payer_name"] or "") or None)
    original = order.originals.get((int(str(row["source_file_id"])), int(str(row["source_offset"]))))
    blocked = _blocked(row, order.purpose)
    if blocked:
        return replace(bare, status=blocked[0], reasons=(Gap(blocked[1]),))
    if gaps or not isinstance(original, OriginalClaim):
        absent = original if isinstance(original, Gap) else Gap("The claim is not where it was loaded from.")
        return replace(bare, reasons=tuple(gaps) or (absent,))
    claim = correct_claim(
        original,
        bare.codes,
        purpose=order.purpose,
        supplement=order.settings.supplement(bare.encounter_id),
        payer_reference=None if row["payer_reference"] is None else str(row["payer_reference"]),
    )
    if order.purpose == "replacement" and not claim.changes and not claim.gaps:
        return replace(bare, status=AS_BILLED, claim=claim)
    status = MISSING if claim.gaps else READY
    return replace(bare, status=status, claim=claim, notes=tuple(_notes_on_answers(row, order.purpose)))


def _notes_on_answers(row: Mapping[str, object], purpose: Purpose) -> Iterator[str]:
    """Yield what the biller should know of the payer's answers before a claim goes out."""
    if purpose == "original":
        return
    if row["is_rejected"] and not row["is_answered"]:
        yield "It was rejected before adjudication, so the payer has no claim to replace: send an original."
    elif row["payer_reference"] is not None and not row["is_answered"]:
        yield "The latest claim of its chain is not answered yet: the payer's number is an earlier one's."
    if row["claim_status_code"] == _REVERSED:
        yield "The payer has taken its last payment back and not decided anew."
    elif row["claim_status_code"] == _DENIED or (
        row["paid_amount"] is not None and not row["paid_amount"] and not row["patient_responsibility_amount"]
    ):
        yield (
            f"The payer paid nothing on it (claim status {row['claim_status_code']}): many want an appeal or "
            "a new claim instead of a replacement."
        )


def _with_services_on_one_claim(outs: Sequence[ClaimOut]) -> list[ClaimOut]:
    """Return the claims with a gap if an added service would go out on several of them."""
    claims = [out.claim for out in outs if out.claim]
    taken = [set(claim.added_services) for claim in claims]
    several = {name for names in taken for name in names if sum(name in others for others in taken) > 1}
    if not several:
        return list(outs)
    gaps = [
        Gap(
            f"{len(claims)} claims bill the encounter, and {service_name(code, modifiers)} was added: say "
            "whether it belongs to the 837P or the 837I, or correct them by hand.",
            "service",
            "form",
            code,
            modifiers,
        )
        for code, modifiers in sorted(several)
    ]
    return [replace(out, status=MISSING, reasons=(*out.reasons, *gaps)) if out.claim else out for out in outs]


def _first_claim(encounter_id: str, reviewed: _Reviewed, order: _Order) -> ClaimOut:
    """Return a new claim for an unbilled encounter, from the demographics in the settings."""
    bare, visit = ClaimOut(encounter_id, WITHOUT_CLAIM, codes=reviewed.codes), order.visits.get(encounter_id)
    if visit is None or not order.settings.has_demographics or order.purpose == "void":
        reason = (
            "No claim of it is loaded: load its 837, give demographics by --settings, or take --form csv."
        )
        gaps = () if order.purpose == "void" else reviewed.gaps
        return replace(bare, reasons=(*gaps, Gap(reason)))
    demographics = order.settings.demographics(encounter_id, visit.provider_id)
    empty, to_fill = new_claim(visit, demographics)
    if empty is None or reviewed.gaps:
        return replace(bare, reasons=(*reviewed.gaps, *to_fill))
    supplement = order.settings.supplement(encounter_id)
    codes = [VerifiedCode("add", None, code.verified) for code in reviewed.codes if code.verified]
    if visit.first_day == visit.last_day:
        services = {code.value.code: ServiceSupplement() for code in codes} | dict(supplement.services)
        services = {
            name: replace(one, service_date=one.service_date or visit.first_day)
            for name, one in services.items()
        }
        supplement = replace(supplement, services=services)
    claim = correct_claim(empty, codes, purpose="original", supplement=supplement)
    status = MISSING if claim.gaps else READY
    payer = demographics.patient.get("payer_name")
    return replace(bare, status=status, claim=claim, form=claim.form, payer_name=payer)


def _blocked(row: Mapping[str, object], purpose: Purpose) -> tuple[str, str] | None:
    """Return status and reason of a claim that must not be written."""
    if row["is_other_payer"]:
        return LEFT_OUT, "Its first payer must answer the corrected claim before a later payer can."
    if row["frequency_code"] == _VOID and purpose != "original":
        return LEFT_OUT, "The latest claim of its chain voids it: there is nothing to correct."
    if row["frequency_code"] == _LATE_CHARGE and purpose == "replacement":
        return MISSING, (
            "The latest claim of its chain is for late charges only (frequency 5): a replacement must hold "
            "the lines of both. Correct it by hand."
        )
    if int(str(row["interim_count"])) > 1 and purpose == "replacement":
        return MISSING, (
            f"The stay is billed in {row['interim_count']} interim claims: which of them a code belongs to "
            "is not known. Correct them by hand."
        )
    return None


def _with_codes_on_no_claim(outs: Sequence[ClaimOut]) -> list[ClaimOut]:
    """Return the claims with a gap if a corrected code of their encounter is on none of them."""
    claims = [out.claim for out in outs if out.claim]
    if not claims:
        return list(outs)
    nowhere = set.intersection(*(set(claim.not_on_claim) for claim in claims))
    gaps = tuple(
        Gap(f"{name} was corrected in the review but is on no claim of the encounter: correct it by hand.")
        for name in sorted(nowhere)
    )
    if not gaps:
        return list(outs)
    return [replace(out, status=MISSING, reasons=(*out.reasons, *gaps)) if out.claim else out for out in outs]
