"""Service lines with verified codes: deleted, changed, repriced and added, with moved pointers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from auditlib.billing.health_codes import Pointing
from auditlib.billing.verified import (
    SERVICE_SYSTEMS,
    CodeValue,
    Editing,
    Gap,
    ServiceSupplement,
    VerifiedCode,
    service_name,
)
from auditlib.sources.x12.write.segment import (
    Element,
    Segment,
    composite,
    day,
    money,
    segment,
    simple,
    tag,
    with_component,
    with_element,
)

MOST_LINES = {"P": 50, "I": 999}
_MOST_POINTERS = 4
# Numbers of the elements, by segment: procedure, charge, units.
_ELEMENTS = {"SV1": (1, 2, 4), "SV2": (2, 3, 5)}
_POINTERS = 7
_CODE, _FIRST_MODIFIER, _LAST_MODIFIER = 2, 3, 6
_DESCRIPTION = 7
_REPEATED = frozenset(("76", "77", "91"))
_LARGEST, _CENT = Decimal(10) ** 12, Decimal("0.01")
# Modifiers that say where a service was done, or apart from what: they set no price of their own.
_WITHOUT_PRICE = frozenset(
    (
        *("LT", "RT", "E1", "E2", "E3", "E4", "LC", "LD", "LM", "RC", "RI"),
        *(f"F{place}" for place in "A123456789"),
        *(f"T{place}" for place in "A123456789"),
        *("24", "25", "57", "58", "59", "76", "77", "78", "79", "91", "XE", "XP", "XS", "XU"),
    )
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as billed: its segments, and which of them is the service."""

    block: list[Segment]
    place: int

    @property
    def segment(self) -> Segment:
        return self.block[self.place]

    @property
    def procedure(self) -> Element:
        number = _ELEMENTS[tag(self.segment)][0]
        return self.segment[number] if number < len(self.segment) else ("",)

    @property
    def code(self) -> str:
        return self.procedure[1].strip().upper() if len(self.procedure) > 1 else ""

    @property
    def modifiers(self) -> tuple[str, ...]:
        parts = self.procedure[_FIRST_MODIFIER - 1 : _LAST_MODIFIER]
        return tuple(text.strip().upper() for text in parts if text.strip())

    @property
    def revenue_code(self) -> str:
        return simple(self.segment, 1) if tag(self.segment) == "SV2" else ""

    @property
    def day(self) -> str:
        return next(
            (simple(row, 3) for row in self.block if tag(row) == "DTP" and simple(row, 1) == "472"), ""
        )

    @property
    def identity(self) -> tuple[object, ...]:
        return self.code, frozenset(self.modifiers), self.day, self.revenue_code

    @property
    def service(self) -> tuple[str, tuple[str, ...]]:
        return self.code, self.modifiers

    @property
    def charge(self) -> Decimal | None:
        return _number(simple(self.segment, _ELEMENTS[tag(self.segment)][1]))

    @property
    def units(self) -> Decimal | None:
        return _number(simple(self.segment, _ELEMENTS[tag(self.segment)][2]) or "1")

    def with_segment(self, values: Segment) -> _Line:
        """Return the line with another service segment."""
        return _Line([*self.block[: self.place], values, *self.block[self.place + 1 :]], self.place)


def correct_lines(
    blocks: Sequence[list[Segment]],
    codes: Sequence[VerifiedCode],
    pointing: Pointing,
    editing: Editing,
) -> tuple[list[list[Segment]], Decimal | None, set[VerifiedCode]]:
    """Return the lines of a claim with verified services.

    Parameters
    ----------
    blocks
        Segments of each line, from its LX on.
    codes
        Verified codes of the encounter.
    pointing
        The targets of diagnosis pointers.
    editing
        The claim's form and supplement; takes what is to be said.

    Returns
    -------
    tuple
        Lines, the sum of their charges (None where nothing changed it), and which codes the claim carries.
    """
    lines = _read(blocks, editing)
    services = [code for code in codes if code.value.code_system in SERVICE_SYSTEMS]
    pairs, carried = _paired(lines, services, editing)
    kept_lines: list[_Line] = []
    for number, line in enumerate(lines):
        code = pairs.get(number)
        if code is None or not code.is_changed:
            kept_lines.append(line)
        elif any(tag(values) == "SVD" for values in line.block):
            editing.gaps.append(
                Gap(f"Line {number + 1} holds what another payer decided on it: correct it by hand.")
            )
        elif code.verified is None:
            editing.changes.append(f"line {number + 1}, {line.code}, deleted")
        else:
            kept_lines.append(_changed(line, code, editing))
    kept_lines = [_repointed(line, number, pointing, editing) for number, line in enumerate(kept_lines, 1)]
    assigned = {code.billed.code for code in services if code.billed}
    unclaimed = [line for line in lines if line.code not in assigned]
    missed = [code for code in services if code.billed is None]
    carried.update(code for code in missed if code.verified and _is_for(code.verified, editing))
    values = [code.verified for code in missed if code.verified and _is_for(code.verified, editing)]
    billed_counts = Counter([line.code for line in kept_lines] + [value.code for value in values])
    for value in _without_line(values, unclaimed, editing):
        addition = _Addition(value, lines, billed_counts[value.code] > 1, editing)
        editing.added_services.append((value.code, value.modifiers))
        kept_lines.append(_added(addition, pointing))
        editing.changes.append(f"line {service_name(value.code, value.modifiers)} added")
    numbered = [[segment("LX", number), *line.block[1:]] for number, line in enumerate(kept_lines, start=1)]
    if [line.segment for line in kept_lines] == [line.segment for line in lines]:
        return [list(line.block) for line in kept_lines], None, carried
    _require_sendable(kept_lines, editing)
    _require_apart(lines, kept_lines, editing)
    return numbered, _total(kept_lines), carried


def _require_sendable(lines: Sequence[_Line], editing: Editing) -> None:
    """Add gaps that prevent changed lines from being sent."""
    if not lines:
        editing.gaps.append(Gap("No service is left to bill: void the claim instead of replacing it."))
    most = MOST_LINES[editing.form]
    if len(lines) > most:
        reason = (
            f"The claim would have {len(lines)} lines; an 837{editing.form} carries {most}: split it by hand."
        )
        editing.gaps.append(Gap(reason))
    for number, line in enumerate(lines, start=1):
        if line.charge is None:
            editing.gaps.append(Gap(f"The charge of line {number} cannot be read: correct it by hand."))


def _require_apart(before: Sequence[_Line], after: Sequence[_Line], editing: Editing) -> None:
    """Add gaps for services that the review made equal: of such lines of one day a payer takes one."""
    billed_counts = Counter(line.identity for line in before)
    numbers_of: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for number, line in enumerate(after, start=1):
        if line.code and not _REPEATED.intersection(line.modifiers):
            numbers_of[line.identity].append(f"{number}")
    for identity, numbers in numbers_of.items():
        if len(numbers) > max(1, billed_counts[identity]):
            reason = (
                f"Lines {' and '.join(numbers)} would bill {identity[0]} with the same modifiers on one day: "
                "delete one in the review and give the other its units, or distinguish them by a modifier."
            )
            editing.gaps.append(Gap(reason))


def _is_for(value: CodeValue, editing: Editing) -> bool:
    """Return True if an added service belongs to a claim of this form."""
    form = editing.supplement.service(value.code, value.modifiers).form
    return form in {None, editing.form}


def _without_line(
    added: Sequence[CodeValue], unclaimed: Sequence[_Line], editing: Editing
) -> list[CodeValue]:
    """Return the added services that are none of the lines which no code of the coder bills."""
    free = list(unclaimed)
    # Those with the same modifiers first: of two sides missed, the one that is billed keeps its line.
    alike_lines = [_taken_from(free, value, value.modifiers) for value in added]
    without = []
    for value, alike in zip(added, alike_lines, strict=True):
        line = alike or _taken_from(free, value)
        name = service_name(value.code, value.modifiers)
        if line is None:
            without.append(value)
        elif alike is not None and value.unit_count in {None, alike.units}:
            editing.notes.append(f"{name}, added in the review, is on the claim already.")
        else:
            reason = (
                f"{name} was added in the review, but the claim bills {service_name(*line.service)} with "
                "other modifiers or units, which is not among the coder's codes: correct it by hand."
            )
            editing.gaps.append(Gap(reason))
    return without


def _taken_from(free: list[_Line], value: CodeValue, modifiers: Sequence[str] | None = None) -> _Line | None:
    """Take the first line of the same code, and the same modifiers if any are given, out of the list."""
    for place, line in enumerate(free):
        if line.code == value.code and (modifiers is None or set(line.modifiers) == set(modifiers)):
            return free.pop(place)
    return None


def _read(blocks: Sequence[list[Segment]], editing: Editing) -> list[_Line]:
    lines = []
    for block in blocks:
        service = next((number for number, values in enumerate(block) if tag(values) in _ELEMENTS), None)
        if service is None:
            editing.gaps.append(
                Gap("A line of the claim has no SV1 or SV2: dental claims cannot be corrected here.")
            )
        else:
            lines.append(_Line(block, service))
    return lines


def _total(lines: Sequence[_Line]) -> Decimal:
    return sum((line.charge or Decimal(0) for line in lines), Decimal(0))


def _paired(
    lines: Sequence[_Line], codes: Sequence[VerifiedCode], editing: Editing
) -> tuple[dict[int, VerifiedCode], set[VerifiedCode]]:
    """Return the coder's code of each line: one to one if the numbers are equal, else one for all."""
    lines_of: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        lines_of[line.code].append(number)
    names = dict.fromkeys(code.billed.code for code in codes if code.billed)
    codes_of = {name: [code for code in codes if code.billed and code.billed.code == name] for name in names}
    pairs: dict[int, VerifiedCode] = {}
    carried: set[VerifiedCode] = set()
    for name, several in codes_of.items():
        billed = lines_of.get(name, [])
        if not billed:
            carried.update(code for code in several if code.is_right_on(lines_of.keys() - codes_of.keys()))
            continue
        carried.update(several)
        if len(several) == len(billed):
            pairs.update(_by_modifiers(lines, billed, several))
        elif len(several) == 1:
            pairs.update(dict.fromkeys(billed, several[0]))
            if several[0].is_changed and _changes_units(several[0]):
                editing.gaps.append(
                    Gap(f"{name} stands on {len(billed)} lines: whose units are meant is not known.")
                )
        elif any(code.is_changed for code in several):
            reason = (
                f"{name} is {len(several)} of the coder's codes but {len(billed)} lines: correct it by hand."
            )
            editing.gaps.append(Gap(reason))
    expected = {code.verified.code for code in codes if code.verified}
    for name in sorted(filter(None, lines_of.keys() - codes_of.keys() - expected)):
        editing.notes.append(f"{name} is on the claim only, not among the coder's codes: left as billed.")
    return pairs, carried


def _by_modifiers(
    lines: Sequence[_Line], billed: Sequence[int], codes: Sequence[VerifiedCode]
) -> dict[int, VerifiedCode]:
    """Pair as many lines as codes: those with the same modifiers first, the others in order."""
    free = list(billed)
    pairs = {}
    later = []
    for code in codes:
        same = next((number for number in free if lines[number].modifiers == code.value.modifiers), None)
        if same is None:
            later.append(code)
        else:
            free.remove(same)
            pairs[same] = code
    return {**pairs, **dict(zip(free, later, strict=True))}


def _changes_units(code: VerifiedCode) -> bool:
    return bool(
        code.billed
        and code.verified
        and code.verified.unit_count is not None
        and code.billed.unit_count != code.verified.unit_count
    )


def _changed(line: _Line, code: VerifiedCode, editing: Editing) -> _Line:
    """Return the line with another code, other modifiers or other units, and its charge."""
    billed, verified = code.billed, code.verified
    assert billed is not None and verified is not None  # noqa: S101, PT018 - a change has both
    at_procedure, at_charge, at_units = _ELEMENTS[tag(line.segment)]
    procedure, values = line.procedure, line.segment
    if verified.code != billed.code:
        # Other components of the composite belong to the old code.
        procedure = with_component(procedure[: _DESCRIPTION - 1], _CODE, verified.code)
        if any(tag(row) == "LIN" for row in line.block):
            editing.notes.append(
                f"The drug code (NDC) of {verified.code} stays that of {line.code}: check it."
            )
        editing.changes.append(f"line {line.code} changed to {verified.code}")
    if verified.modifiers != billed.modifiers:
        for place in range(_FIRST_MODIFIER, _LAST_MODIFIER + 1):
            index = place - _FIRST_MODIFIER
            text = verified.modifiers[index] if index < len(verified.modifiers) else ""
            procedure = with_component(procedure, place, text)
        modifier_text = " ".join(verified.modifiers) or "none"
        is_repriced = verified.code != billed.code or _changes_units(code)
        consequence = "" if is_repriced else "; the charge stays"
        editing.changes.append(f"modifiers of {verified.code} made {modifier_text}{consequence}")
    units = line.units
    if _changes_units(code):
        units = verified.unit_count
        editing.changes.append(f"units of {verified.code} made {_plain(units or Decimal(0))}")
        values = with_element(values, at_units, _plain(units or Decimal(0)))
    values = with_element(values, at_procedure, procedure)
    charge = _charge(line, code, units, editing)
    return line.with_segment(values if charge is None else with_element(values, at_charge, charge))


def _charge(line: _Line, code: VerifiedCode, units: Decimal | None, editing: Editing) -> str | None:
    """Return the charge of a changed line, or None if unchanged."""
    assert code.verified is not None and code.billed is not None  # noqa: S101, PT018 - a change has both
    if code.verified.code == code.billed.code and units == line.units:
        return None
    unit_charge = editing.supplement.service(code.verified.code, code.verified.modifiers).unit_charge_amount
    total = None
    if units is not None and unit_charge is not None:
        total = unit_charge * units
    elif units is not None and code.verified.code == code.billed.code and line.charge and line.units:
        total = line.charge * units / line.units
    if total is None or total != total.quantize(_CENT):
        editing.gaps.append(_without_charge(code.verified.code))
        return None
    return money(int(total * 100))


def _without_charge(code: str) -> Gap:
    reason = f"The charge of {code} is not known: no claim line bills it so."
    return Gap(reason, "service", "unit_charge_amount", code)


def _repointed(line: _Line, number: int, pointing: Pointing, editing: Editing) -> _Line:
    """Return the line with its pointers moved to their diagnoses."""
    if editing.form != "P" or len(line.segment) <= _POINTERS:
        return line
    before = line.segment[_POINTERS]
    after = _moved(before, pointing)
    if not after:
        # Settings for a code in general must not change lines that still point to a diagnosis.
        points_to = editing.supplement.service(*line.service).points_to
        after = _stated_pointers(line.code, points_to, pointing, editing)
    if after == [text for text in before if text]:
        return line
    if not after:
        reason = f"Line {number}, {line.code}, points to no diagnosis any more: say which justifies it."
        editing.gaps.append(Gap(reason, "service", "points_to", line.code))
        return line
    editing.notes.append(
        f"Line {number}, {line.code}, points to {', '.join(after)} instead of {', '.join(before)}."
    )
    return line.with_segment(with_element(line.segment, _POINTERS, composite(*after)))


def _moved(before: Sequence[str], pointing: Pointing) -> list[str]:
    """Return pointers moved; those to diagnoses that are gone, or never were, are dropped if any moved."""
    numbers = [int(text) if text.isascii() and text.isdigit() else 0 for text in before if text]
    if all(pointing.moved.get(number) == number for number in numbers if number in pointing.moved):
        return [text for text in before if text]
    moved = (pointing.moved.get(number) for number in numbers)
    return [str(number) for number in dict.fromkeys(moved) if number is not None]


def _stated_pointers(code: str, points_to: Sequence[str], pointing: Pointing, editing: Editing) -> list[str]:
    unknown = [name for name in points_to if name not in pointing.number_of]
    if unknown:
        reason = f"{code} should point to {', '.join(unknown)}, which is no diagnosis of the claim."
        editing.gaps.append(Gap(reason))
    numbers = [pointing.number_of[name] for name in points_to if name in pointing.number_of]
    return [str(number) for number in numbers[:_MOST_POINTERS]]


@dataclass(frozen=True, slots=True)
class _Addition:
    """A missed service: what the claim says of the same code, and else the settings."""

    value: CodeValue
    billed: Sequence[_Line]
    is_apart: bool
    editing: Editing

    @property
    def supplement(self) -> ServiceSupplement:
        return self.editing.supplement.service(self.value.code, self.value.modifiers)

    @property
    def siblings(self) -> list[_Line]:
        return [line for line in self.billed if line.code == self.value.code]

    @property
    def units(self) -> Decimal:
        return self.value.unit_count or Decimal(1)

    def miss(self, reason: str, key: str) -> None:
        """Add a gap that a setting of the service fills."""
        modifiers = self.value.modifiers if self.is_apart else ()
        self.editing.gaps.append(Gap(reason, "service", key, self.value.code, modifiers))

    def charge(self) -> str:
        """Return the charge of all units."""
        code, unit_charge = self.value.code, self.supplement.unit_charge_amount
        if unit_charge is None:
            unit_charge = _unit_charge_of(self.siblings, self.value.modifiers)
            if unit_charge is not None:
                name = service_name(code, self.value.modifiers)
                self.editing.notes.append(
                    f"{name} is charged {unit_charge} a unit, as the claim charges {code}."
                )
        total = None if unit_charge is None else unit_charge * self.units
        if total is None or total != total.quantize(_CENT):
            self.miss(f"The charge of {code} is not known: no claim line bills it so.", "unit_charge_amount")
            total = Decimal(0)
        return money(int(total * 100))

    def pointers(self, pointing: Pointing) -> list[str]:
        """Return the diagnoses that justify it: those of the settings, or the only one."""
        points_to = self.supplement.points_to
        if not points_to and len(pointing.number_of) == 1:
            return ["1"]
        if not points_to:
            self.miss(f"Which diagnoses justify the added {self.value.code} is not known.", "points_to")
        return _stated_pointers(self.value.code, points_to, pointing, self.editing)

    def revenue_code(self) -> str | None:
        """Return the revenue code of the settings, or of the same code on the claim."""
        known = {line.revenue_code for line in self.siblings}
        revenue_code = self.supplement.revenue_code or (known.pop() if len(known) == 1 else None)
        if not revenue_code:
            self.miss(f"The revenue code of the added {self.value.code} is not known.", "revenue_code")
        return revenue_code

    def dates(self) -> list[Segment]:
        """Return its day: that of the settings, or the only one of the claim's lines."""
        days = {line.day for line in self.billed if line.day}
        if self.supplement.service_date is not None:
            return [segment("DTP", "472", "D8", day(self.supplement.service_date))]
        if len(days) == 1 and len(min(days)) == len("20260101"):
            return [segment("DTP", "472", "D8", min(days))]
        if self.editing.form == "P" or days:
            reason = f"The day of the added {self.value.code} is not known: the claim's lines have several."
            self.miss(reason, "service_date")
        return []


def _added(addition: _Addition, pointing: Pointing) -> _Line:
    """Return the line of a missed service."""
    value, editing = addition.value, addition.editing
    procedure, units = composite("HC", value.code, *value.modifiers), _plain(addition.units)
    charge = addition.charge()
    if editing.form == "P":
        pointers = composite(*addition.pointers(pointing))
        service = segment("SV1", procedure, charge, "UN", units, None, None, pointers)
    else:
        service = segment("SV2", addition.revenue_code(), procedure, charge, "UN", units)
    if any(tag(row) == "NM1" for line in addition.billed for row in line.block):
        editing.notes.append(
            f"Providers stand on lines of this claim; the added line {value.code} has those of the claim."
        )
    return _Line([segment("LX", 0), service, *addition.dates()], 1)


def _unit_charge_of(siblings: Sequence[_Line], modifiers: Sequence[str]) -> Decimal | None:
    """Return what the claim charges for a unit of the same code, unless modifiers can set another price."""
    charges = {
        line.charge / line.units
        for line in siblings
        if line.charge is not None
        and line.units
        and _WITHOUT_PRICE.issuperset({*line.modifiers} ^ {*modifiers})
    }
    if len(charges) != 1:
        return None
    unit_charge = charges.pop()
    return unit_charge if unit_charge == unit_charge.quantize(_CENT) else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LARGEST else None


def _plain(number: Decimal) -> str:
    """Return a number without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
