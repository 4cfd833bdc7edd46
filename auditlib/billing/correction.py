"""Correct one claim: its own segments, with only the reviewed changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Literal

from auditlib.billing.health_codes import correct_health_codes
from auditlib.billing.original import OriginalClaim
from auditlib.billing.service_lines import correct_lines
from auditlib.billing.verified import SERVICE_SYSTEMS, CodeValue, Editing, Gap, Supplement, VerifiedCode
from auditlib.sources.x12.write.segment import (
    Segment,
    blocks,
    money,
    segment,
    simple,
    tag,
    with_component,
    with_element,
)

Purpose = Literal["replacement", "original", "void"]
"""Whether the claim replaces one that the payer has, is sent for the first time, or voids one."""

_NOTHING = Supplement()
_FREQUENCIES: dict[str, str] = {"replacement": "7", "void": "8"}
_GUIDES = {"X222": ("P", "005010X222A1"), "X223": ("I", "005010X223A2")}
# Segments that follow the references of a claim, at claim level.
_AFTER_REFERENCES = ("K3", "NTE", "CR1", "CR2", "CR3", "CRC", "HI", "HCP", "NM1", "SBR")
_BELOW_CLAIM = ("NM1", "SBR", "LX")
_FREQUENCY_COMPONENT = 3
# Types of bill of stays, whose diagnoses have POA indicators.
_STAYS = ("11", "18", "21", "41")
_POA = 9
_PLACE = 5


@dataclass(frozen=True, slots=True)
class CorrectedClaim:
    """A corrected claim for billing.

    Parameters
    ----------
    original
        The claim of the file, with its segments corrected.
    form, version
        P or I, and the implementation guide.
    changes
        Differences from the claim as billed, one phrase each.
    notes
        Consequences to check, one sentence each.
    gaps
        Why it cannot be written yet; empty if it can.
    not_on_claim
        Codes that the review corrected and the claim does not bill.
    left_out
        Diagnoses that the settings leave out for want of room.
    as_billed
        The claim as in its file, None if it is the same.
    codes, supplement, purpose
        What it was corrected by.
    added_services
        Code and modifiers of each line that was added.
    """

    original: OriginalClaim
    form: str
    version: str
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    gaps: tuple[Gap, ...]
    not_on_claim: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    as_billed: OriginalClaim | None = None
    codes: tuple[VerifiedCode, ...] = ()
    supplement: Supplement = _NOTHING
    purpose: Purpose = "original"
    added_services: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def charge_amount(self) -> Decimal | None:
        """Charge of the claim as corrected."""
        try:
            return Decimal(simple(self.original.claim[0], 2)).quantize(Decimal("0.01"))
        except (InvalidOperation, IndexError):
            return None


def correct_claim(
    original: OriginalClaim,
    codes: Sequence[VerifiedCode],
    *,
    purpose: Purpose,
    supplement: Supplement,
    payer_reference: str | None = None,
) -> CorrectedClaim:
    """Return a claim with the verified codes of its encounter.

    Parameters
    ----------
    original
        The claim as in its file.
    codes
        All codes of the encounter after review; those of them that the claim bills are corrected on it, and
        those that the reviewer added are added to it. A void takes no code.
    purpose
        Purpose of the claim.
    supplement
        What the biller adds.
    payer_reference
        The payer's number of the claim, from its remittance.
    """
    form, version = next((names for part, names in _GUIDES.items() if part in original.version), ("", ""))
    editing = Editing(form, supplement)
    if not form or not original.version.startswith("005010"):
        editing.gaps.append(Gap("The claim is not an 837P or 837I of version 005010."))
        return CorrectedClaim(original, form, version, (), (), tuple(editing.gaps))
    if not original.billing or not original.subscriber:
        editing.gaps.append(Gap("The claim has no billing provider or no subscriber above it in its file."))
    claim = list(original.claim)
    if purpose != "void":
        claim = _with_codes(claim, codes, editing)
    if purpose != "original":
        reference = supplement.original_reference or payer_reference
        claim = _sent_again(claim, _FREQUENCIES[purpose], reference, editing)
    return CorrectedClaim(
        replace(original, claim=tuple(claim)),
        form,
        version,
        tuple(editing.changes),
        tuple(dict.fromkeys(editing.notes)),
        tuple(dict.fromkeys(editing.gaps)),
        tuple(editing.not_on_claim),
        tuple(editing.left_out),
        original,
        tuple(codes),
        supplement,
        purpose,
        tuple(editing.added_services),
    )


def _with_codes(claim: list[Segment], codes: Sequence[VerifiedCode], editing: Editing) -> list[Segment]:
    head, *lines = blocks(claim, "LX")
    own_count = next((number for number, values in enumerate(head) if tag(values) in _BELOW_CLAIM), len(head))
    own, below = head[:own_count], head[own_count:]
    rows = [values for values in own if tag(values) == "HI"]
    editing.reports_poa = editing.form == "I" and _reports_poa(own, rows)
    codes = [part for code in codes for part in _of_one_kind(code)]
    health, pointing, carried = correct_health_codes(rows, codes, editing)
    corrected, total, carried_too = correct_lines(lines, codes, pointing, editing)
    editing.not_on_claim += [
        code.value.code for code in codes if code.is_changed and code not in carried | carried_too
    ]
    place = own.index(rows[0]) if rows else len(own)
    others = [values for values in own if tag(values) != "HI"]
    own = [*others[:place], *health, *others[place:]]
    if total is not None and own:
        charge = money(int(total * 100))
        if charge != simple(own[0], 2):
            editing.changes.append(f"charge {simple(own[0], 2)} made {charge}")
            own[0] = with_element(own[0], 2, charge)
            _require_no_balance(own + below, editing)
    return [*own, *below, *(values for line in corrected for values in line)]


def _of_one_kind(code: VerifiedCode) -> tuple[VerifiedCode, ...]:
    """Return a change from a diagnosis to a service, or the like, as a deletion and an addition."""
    billed, verified = code.billed, code.verified
    if billed is None or verified is None or _kind(billed) == _kind(verified):
        return (code,)
    return VerifiedCode("delete", billed, None), VerifiedCode("add", None, verified)


def _kind(value: CodeValue) -> str:
    return "service" if value.code_system in SERVICE_SYSTEMS else value.code_system


def _reports_poa(own: Sequence[Segment], rows: Sequence[Segment]) -> bool:
    """Return True for a stay, and for any claim that has POA indicators as billed."""
    has_indicator = any(len(element) >= _POA and element[_POA - 1] for row in rows for element in row[1:])
    return has_indicator or (bool(own) and simple(own[0], _PLACE).lstrip("0")[:2] in _STAYS)


def _require_no_balance(segments: Sequence[Segment], editing: Editing) -> None:
    """Add a gap where the claim has amounts that must add up to the charge that was changed."""
    decided = any(
        tag(values) == "CAS" or (tag(values), simple(values, 1)) == ("AMT", "D") for values in segments
    )
    if decided:
        editing.gaps.append(
            Gap(
                "The claim says what another payer paid of its charge, which has changed: correct it by hand."
            )
        )
    if any(tag(values) in {"HCP", "CN1"} for values in segments):
        editing.notes.append(
            "Contract and repricing amounts (CN1, HCP) stay as billed, though the charge changed."
        )


def _sent_again(
    claim: list[Segment], frequency: str, reference: str | None, editing: Editing
) -> list[Segment]:
    """Return the claim with its frequency, and the payer's number of the claim that it replaces or voids."""
    if not reference:
        reason = "The payer's number of the claim is not known: no remittance answers it."
        editing.gaps.append(Gap(reason, "claim", "original_reference"))
        return claim
    opened = claim[0]
    if not simple(opened, _PLACE):
        editing.gaps.append(Gap("The claim has no place of service or type of bill (CLM05)."))
    else:
        opened = with_element(opened, _PLACE, with_component(opened[_PLACE], _FREQUENCY_COMPONENT, frequency))
    end = next(
        (number for number, values in enumerate(claim) if tag(values) in (*_AFTER_REFERENCES, "LX")),
        len(claim),
    )
    reference_segment = segment("REF", "F8", reference)
    own = [values for values in claim[1:end] if not (tag(values) == "REF" and simple(values, 1) == "F8")]
    return [opened, *own, reference_segment, *claim[end:]]
