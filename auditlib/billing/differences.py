"""What a corrected claim, read back, says otherwise than the verified codes of its chart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from auditlib.billing.correction import CorrectedClaim
from auditlib.billing.read_back import Content, Named, Service, contents
from auditlib.billing.verified import (
    AT_THE_DOOR,
    ICD10CM,
    ICD10PCS,
    SERVICE_SYSTEMS,
    CodeValue,
    VerifiedCode,
    list_of,
)
from auditlib.errors import AuditError

_UNCHANGED: Final = (
    "patient_control_number",
    "form",
    "payer_id",
    "payer_name",
    "patient_id",
    "billing_provider_id",
)
_FREQUENCIES: Final = {"replacement": "7", "void": "8"}


def differences(claims: Sequence[CorrectedClaim]) -> list[tuple[str, ...]]:
    """Return for each claim what its file would say otherwise than its chart; empty where all agrees.

    Expected is the claim as billed, with the verdicts on its codes; it is made here from the tables that the
    reader makes of both files, without what made the claim.
    """
    if not claims:
        return []
    try:
        after = contents(claims)
        before = contents([_as_billed(claim) for claim in claims])
    except AuditError as error:
        if len(claims) == 1:
            return [(f"it cannot be written and read again ({error})",)]
        # One claim that cannot be written must not hold back the others.
        return [phrases for claim in claims for phrases in differences([claim])]
    return [
        tuple(_differences(claim, billed, read))
        for claim, billed, read in zip(claims, before, after, strict=True)
    ]


def _as_billed(claim: CorrectedClaim) -> CorrectedClaim:
    return replace(claim, original=claim.as_billed or claim.original)


def _differences(one: CorrectedClaim, before: Content, after: Content) -> Iterator[str]:
    """Yield what differs, one phrase each."""
    for name in _UNCHANGED:
        if before.claim[name] != after.claim[name]:
            yield f"{name.replace('_', ' ')} is another"
    if one.purpose in _FREQUENCIES:
        if after.claim["frequency_code"] != _FREQUENCIES[one.purpose]:
            yield f"the frequency code is not {_FREQUENCIES[one.purpose]}"
        if not after.claim["original_reference_number"]:
            yield "the payer's number is missing"
    if one.purpose == "void":
        if (before.diagnoses, before.procedures, before.services) != (
            after.diagnoses,
            after.procedures,
            after.services,
        ):
            yield "a void has other codes than the claim"
        return
    form = one.form
    expected = _ExpectedDiagnoses.of(one, before)
    yield from expected.differences(before, after, form)
    yield from _procedure_differences(one.codes if form == "I" else (), before, after)
    yield from _ExpectedServices.of(one, before).differences(after)
    yield from _charge_differences(before, after)
    if form == "P":
        yield from _pointer_differences(one, expected, before, after)


@dataclass(frozen=True, slots=True)
class _ExpectedDiagnoses:
    """What the diagnoses of a claim should be.

    Parameters
    ----------
    named
        Its diagnoses.
    values
        What the review says of those that it changed or added.
    became
        Codes that each billed code became, those that a deletion left without any as well.
    """

    named: set[Named]
    values: Mapping[Named, Sequence[CodeValue]]
    became: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, one: CorrectedClaim, before: Content) -> _ExpectedDiagnoses:
        form, billed_names = one.form, before.named
        removed: Counter[Named] = Counter()
        gained: dict[Named, list[CodeValue]] = defaultdict(list)
        agreed: set[Named] = set()
        became: dict[str, list[str]] = defaultdict(list)
        for code in (code for code in one.codes if code.value.code_system == ICD10CM):
            named = None if code.billed is None else _named_as_billed(form, code.billed, billed_names)
            if code.billed is not None and named is None:
                continue
            if named is not None and not code.is_changed:
                agreed.add(named)
                became[named[1]].append(named[1])
                continue
            value = _new_value(form, code, named, before)
            if named is not None:
                removed[named] += 1
                became[named[1]] += [value.code] if value else []
            if value is not None:
                gained[_named_on(form, value)].append(value)
        for code in (code for code in one.codes if code.value.code_system != ICD10CM):
            if code.billed and code.verified and code.verified.code_system == ICD10CM:
                gained[_named_on(form, code.verified)].append(code.verified)
        kept = {named for named, count in Counter(billed_names).items() if count > removed[named]}
        left_out = {("diagnosis", code) for code in one.left_out}
        return cls((kept | agreed | set(gained)) - left_out, gained, became)

    def differences(self, before: Content, after: Content, form: str) -> Iterator[str]:
        """Yield what the diagnoses say otherwise."""
        named = after.named
        for lacking in sorted(self.named - set(named)):
            yield f"{lacking[1]} is missing ({lacking[0]})"
        for extra in sorted(set(named) - self.named):
            yield f"{extra[1]} is there, which the chart has not ({extra[0]})"
        billed_counts = Counter(before.named)
        for twice, count in Counter(named).items():
            if count > max(1, billed_counts[twice]):
                yield f"{twice[1]} is there {count} times ({twice[0]})"
        yield from self._order(before, after)
        if form == "I":
            yield from self._indicators(before, after)

    def _order(self, before: Content, after: Content) -> Iterator[str]:
        first = {one.code for one in after.diagnoses if one.role == "principal"}
        wanted = {
            value.code
            for values in self.values.values()
            for value in values
            if value.code_role == "principal"
        }
        billed_first = {one.code for one in before.diagnoses if one.role == "principal"}
        if not wanted and all(
            ("diagnosis", code) in self.named and ("diagnosis", code) not in self.values
            for code in billed_first
        ):
            wanted = billed_first
        if wanted and first != wanted:
            yield f"the principal diagnosis is {' and '.join(sorted(first)) or 'missing'}"
        moved = {one.named for one in (*before.diagnoses, *after.diagnoses) if one.role == "principal"}
        fixed = (set(before.named) & set(after.named)) - moved - set(self.values)
        orders = [
            sorted(dict.fromkeys(one for one in content.named if one in fixed), key=lambda named: named[0])
            for content in (before, after)
        ]
        if orders[0] != orders[1]:
            yield "unchanged diagnoses are in another order"

    def _indicators(self, before: Content, after: Content) -> Iterator[str]:
        reports = any(one.poa for one in (*before.diagnoses, *after.diagnoses))
        billed = {one.named: one.poa for one in before.diagnoses}
        for one in after.diagnoses:
            if one.role in AT_THE_DOOR:
                continue
            allowed = {
                (value.poa_indicator or "").replace("1", "") for value in self.values.get(one.named, ())
            }
            if not allowed or (len(self.became.get(one.code, ())) > 1 or not any(allowed)):
                allowed.add(billed.get(one.named, ""))
            if reports and one.poa not in allowed:
                yield f"the POA indicator of {one.code} is {one.poa or 'blank'}"


def _new_value(form: str, code: VerifiedCode, named: Named | None, before: Content) -> CodeValue | None:
    """Return what a verdict puts on the claim, None if nothing.

    What the reviewer left as the coder had it stays as the claim has it.
    """
    billed, verified = code.billed, code.verified
    if verified is None or verified.code_system != ICD10CM:
        return None
    if billed is None or named is None:
        is_elsewhere = form == "P" and verified.code_role in AT_THE_DOOR
        return None if is_elsewhere and _named_on(form, verified) not in before.named else verified
    own = next(one for one in before.diagnoses if one.named == named)
    return replace(
        verified,
        code_role=own.role if verified.code_role == billed.code_role else verified.code_role,
        poa_indicator=(
            own.poa or None if verified.poa_indicator == billed.poa_indicator else verified.poa_indicator
        ),
    )


def _named_on(form: str, value: CodeValue) -> Named:
    return ("diagnosis" if form == "P" else list_of(value.code_role)), value.code


def _named_as_billed(form: str, billed: CodeValue, names: Sequence[Named]) -> Named | None:
    """Return the diagnosis of the claim that a coder's code is, in its own list or in one like it."""
    named = _named_on(form, billed)
    like = ("diagnosis", "external cause") if named[0] in {"diagnosis", "external cause"} else ()
    return next((one for one in (named, *((name, billed.code) for name in like)) if one in names), None)


def _procedure_differences(codes: Sequence[VerifiedCode], before: Content, after: Content) -> Iterator[str]:
    expected = Counter(before.procedures)
    for code in codes:
        billed, verified = code.billed, code.verified
        is_procedure = billed is not None and billed.code_system == ICD10PCS
        if is_procedure and billed is not None and before.procedures.count(billed.code):
            if code.is_changed:
                expected[billed.code] -= 1
            else:
                continue
        elif is_procedure:
            continue
        if verified is not None and verified.code_system == ICD10PCS:
            expected[verified.code] += 1
    found = Counter(after.procedures)
    for name in sorted(expected.keys() | found.keys()):
        # Procedures made equal on one day are written once, and one that was there is not added again.
        if not min(expected[name], 1) <= found[name] <= expected[name]:
            yield f"procedure {name} is there {found[name]} times instead of {max(expected[name], 0)}"


@dataclass(frozen=True, slots=True)
class _ExpectedServices:
    """What the lines of a claim should be.

    Parameters
    ----------
    line_counts
        Code to its number of lines; None for lines without a code.
    values
        What the review says of those that it changed or added, with the code as billed or None.
    untouched
        Lines as billed that no verdict changed.
    """

    line_counts: Mapping[str | None, int]
    values: Sequence[tuple[CodeValue, CodeValue | None]]
    untouched: Counter[Service]

    @classmethod
    def of(cls, one: CorrectedClaim, before: Content) -> _ExpectedServices:
        billed_counts = Counter(service.code for service in before.services)
        expected, values = Counter(billed_counts), list[tuple[CodeValue, CodeValue | None]]()
        codes_of: dict[str, list[VerifiedCode]] = defaultdict(list)
        for code in one.codes:
            if code.billed and code.billed.code_system in SERVICE_SYSTEMS:
                codes_of[code.billed.code].append(code)
        changed = {name for name, codes in codes_of.items() if any(code.is_changed for code in codes)}
        for name in changed:
            several, line_count = codes_of[name], billed_counts[name]
            # One code says what becomes of all its lines; as many codes as lines say it one by one.
            factor = 1 if len(several) == line_count else line_count if len(several) == 1 else 0
            for code in (code for code in several if factor and code.is_changed):
                expected[name] -= factor
                if code.verified is not None and code.verified.code_system in SERVICE_SYSTEMS:
                    expected[code.verified.code] += factor
                    values.append((code.verified, code.billed))
        unclaimed = Counter({name: count for name, count in billed_counts.items() if name not in codes_of})
        for value in _added_services(one):
            expected[value.code] += not unclaimed[value.code]
            unclaimed[value.code] -= unclaimed[value.code] > 0
            values.append((value, None))
        untouched = Counter(_unpointed(service) for service in before.services if service.code not in changed)
        return cls(expected, values, untouched)

    def differences(self, after: Content) -> Iterator[str]:
        """Yield what the lines say otherwise."""
        found = Counter(service.code for service in after.services)
        for name in sorted(self.line_counts.keys() | found.keys(), key=str):
            if found[name] != self.line_counts.get(name, 0):
                shown = name or "no code"
                yield f"{shown} is on {found[name]} lines instead of {self.line_counts.get(name, 0)}"
        for value, billed in self.values:
            if not any(_is_as_verified(service, value, billed) for service in after.services):
                yield f"{value.code} has other modifiers or units"
        if not self.untouched <= Counter(map(_unpointed, after.services)):
            yield "a line that the review did not change is another"


def _unpointed(service: Service) -> Service:
    return replace(service, pointers=())


def _charge_differences(before: Content, after: Content) -> Iterator[str]:
    charges = [[service.charge for service in content.services] for content in (before, after)]
    total = sum((charge or Decimal(0) for charge in charges[1]), Decimal(0))
    if charges[0] == charges[1]:
        total = Decimal(str(before.claim["charge_amount"]))
    if total != after.claim["charge_amount"]:
        yield f"the charge is {after.claim['charge_amount']} and not {total}"


def _added_services(one: CorrectedClaim) -> list[CodeValue]:
    """Return the services that the review added to a claim of this form."""
    return [
        code.verified
        for code in one.codes
        if code.verified is not None
        and code.verified.code_system in SERVICE_SYSTEMS
        and (code.billed is None or code.billed.code_system not in SERVICE_SYSTEMS)
        and one.supplement.service(code.verified.code, code.verified.modifiers).form in {None, one.form}
    ]


def _is_as_verified(service: Service, value: CodeValue, was: CodeValue | None) -> bool:
    has_modifiers = service.modifiers == value.modifiers or (
        was is not None and was.modifiers == value.modifiers
    )
    has_units = (
        service.units == (value.unit_count or 1)
        or (was is not None and was.unit_count == value.unit_count)
        or (was is not None and value.unit_count is None)
    )
    return service.code == value.code and has_modifiers and has_units


def _pointer_differences(
    one: CorrectedClaim, expected: _ExpectedDiagnoses, before: Content, after: Content
) -> Iterator[str]:
    codes = {diagnosis.code for diagnosis in after.diagnoses if diagnosis.pointer is not None}
    pointed = [after.pointed(service) for service in after.services]
    for number, names in enumerate(pointed, start=1):
        if "" in names and "" not in {
            name for service in before.services for name in before.pointed(service)
        }:
            yield f"line {number} points to no diagnosis of the claim"
    counts = Counter(diagnosis.code for diagnosis in before.diagnoses if diagnosis.pointer is not None)
    follows = []
    for service in before.services:
        names = before.pointed(service)
        if any(counts[name] != 1 for name in names):
            # A code that was billed twice, or a pointer to none, does not say what it became.
            return
        became = [
            new for name in names for new in ([name] if name in codes else expected.became.get(name, []))
        ]
        follows.append(tuple(dict.fromkeys(name for name in became if name in codes)))
    stated = {tuple(supplement.points_to) for supplement in one.supplement.services.values()}
    added_count = len(_added_services(one))
    is_aligned = len(after.services) == len(before.services) + added_count
    for number, names in enumerate(pointed[: len(pointed) - added_count], start=1):
        allowed = {follows[number - 1]} if is_aligned else set(follows)
        if names not in allowed and not (() in allowed and names in stated):
            yield f"line {number} points to {', '.join(names) or 'nothing'}"
