"""HI segments with verified codes: diagnoses, procedures, DRG, and moved diagnosis pointers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditlib.billing.verified import (
    AT_THE_DOOR,
    ICD10CM,
    ICD10PCS,
    POINTABLE,
    CodeValue,
    Editing,
    Gap,
    VerifiedCode,
    list_of,
)
from auditlib.sources.x12.read.codes import DIAGNOSIS_ROLES, PROCEDURE_ROLES
from auditlib.sources.x12.write.segment import Element, Segment, composite, day, segment, with_component

_MOST_IN_A_SEGMENT = 12
_QUALIFIERS = {role: name for name, (system, role) in DIAGNOSIS_ROLES.items() if system == ICD10CM}
_ICD9 = tuple(name for name, (system, _) in DIAGNOSIS_ROLES.items() if system != ICD10CM)
_MOST = {
    "P": {"secondary": 11},
    "I": {"secondary": 24, "admitting": 1, "reason for visit": 3, "external cause": 12},
}
_MOST_PROCEDURES = 25
# Order of the implementation guides; others follow in their original order.
_ORDER = ("ABK", "ABJ", "APR", "ABN", "DR", "ABF", "BBR", "BBQ")
_POA, _CODE, _DATE = 9, 2, 4
_EXEMPT = "1"


@dataclass(frozen=True, slots=True)
class Pointing:
    """The targets of diagnosis pointers after correction.

    Parameters
    ----------
    moved
        New number of each billed number; None if the diagnosis was removed.
    number_of
        Number of each diagnosis as verified.
    """

    moved: Mapping[int, int | None]
    number_of: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Slot:
    """One diagnosis or procedure of the claim during correction.

    Parameters
    ----------
    element, code, role
        Its composite, and what that says.
    pointers
        Numbers by which lines mean it, as billed; several where diagnoses were merged.
    is_assigned
        True if it is one of the coder's codes.
    is_reviewed
        True if the review changed or added it.
    """

    element: Element
    code: str
    role: str
    pointers: tuple[int, ...] = ()
    is_assigned: bool = False
    is_reviewed: bool = False

    @property
    def component(self) -> str:
        """Its POA indicator, or the day of a procedure; empty if absent."""
        place = _DATE if self.element[0].upper() in PROCEDURE_ROLES else _POA
        return self.element[place - 1] if len(self.element) >= place else ""


def correct_health_codes(
    rows: Sequence[Segment], codes: Sequence[VerifiedCode], editing: Editing
) -> tuple[list[Segment], Pointing, set[VerifiedCode]]:
    """Return the HI segments of a claim with verified codes.

    Parameters
    ----------
    rows
        The claim's HI segments.
    codes
        Verified codes of its encounter.
    editing
        The claim's form and supplement; takes what is to be said.

    Returns
    -------
    tuple
        Segments (those given where nothing changes), where pointers lead, and which codes the claim carries.
    """
    elements = [element for values in rows for element in values[1:] if any(element)]
    diagnoses = _diagnosis_slots(elements)
    new_diagnoses, carried = _with_verdicts(diagnoses, [c for c in codes if _is_diagnosis(c)], editing)
    if _elements(new_diagnoses) != _elements(diagnoses):
        new_diagnoses = _in_order(diagnoses, new_diagnoses, editing)
    procedures = [
        _Slot(element, _code_of(element), PROCEDURE_ROLES[element[0].upper()][1])
        for element in elements
        if element[0].upper() in ("BBR", "BBQ")
    ]
    new_procedures, carried_too = procedures, set[VerifiedCode]()
    if editing.form == "I":
        procedure_codes = [code for code in codes if code.value.code_system == ICD10PCS]
        new_procedures, carried_too = _corrected_procedures(procedures, procedure_codes, editing)
    pointing = _pointing(diagnoses, new_diagnoses)
    if _elements(new_diagnoses + new_procedures) == _elements(diagnoses + procedures):
        return list(rows), pointing, carried | carried_too
    if any(element[0].upper() in _ICD9 for element in elements):
        editing.gaps.append(Gap("The claim is coded in ICD-9-CM, which export does not correct."))
    others = [element for element in elements if element[0].upper() not in {*DIAGNOSIS_ROLES, "BBR", "BBQ"}]
    if _grouped(new_diagnoses, new_procedures) != _grouped(diagnoses, procedures):
        others = [
            _regrouped(element, editing) if element[0].upper() == "DR" else element for element in others
        ]
    elements = [slot.element for slot in (*new_diagnoses, *new_procedures)] + others
    return _segments(elements, editing.form), pointing, carried | carried_too


def _is_diagnosis(code: VerifiedCode) -> bool:
    return code.value.code_system == ICD10CM


def _elements(slots: Iterable[_Slot]) -> list[Element]:
    return [slot.element for slot in slots]


def _grouped(diagnoses: Iterable[_Slot], procedures: Iterable[_Slot]) -> list[Element]:
    """Return what a grouper reads: neither admitting diagnoses nor reasons for visit."""
    return _elements(slot for slot in (*diagnoses, *procedures) if slot.role not in AT_THE_DOOR)


def _code_of(element: Element) -> str:
    return element[1].replace(".", "").replace(" ", "").upper() if len(element) > 1 else ""


def _diagnosis_slots(elements: Iterable[Element]) -> list[_Slot]:
    """Return the diagnoses with the numbers by which pointers mean them: the principal one first."""
    slots = [
        _Slot(element, _code_of(element), DIAGNOSIS_ROLES[element[0].upper()][1])
        for element in elements
        if element[0].upper() in DIAGNOSIS_ROLES
    ]
    pointable = sorted(
        (number for number, slot in enumerate(slots) if slot.role in POINTABLE),
        key=lambda number: (slots[number].role != "principal", number),
    )
    pointers = {number: (pointer,) for pointer, number in enumerate(pointable, start=1)}
    return [replace(slot, pointers=pointers.get(number, ())) for number, slot in enumerate(slots)]


def _role_on(form: str, role: str) -> str:
    """Return the role that a diagnosis has on a form: a professional claim knows the first and the others."""
    return role if form == "I" or role == "principal" else "secondary"


def _with_verdicts(
    slots: Sequence[_Slot], codes: Sequence[VerifiedCode], editing: Editing
) -> tuple[list[_Slot], set[VerifiedCode]]:
    """Return the diagnoses after the verdicts, and the codes that the claim carries."""
    pairs = _paired(slots, codes, editing.form)
    after: dict[int, _Slot] = dict(enumerate(slots))
    for number in pairs.values():
        after[number] = replace(after[number], is_assigned=True)
    carried = {codes[index] for index in pairs}
    for index, code in enumerate(codes):
        billed, verified = code.billed, code.verified
        if billed is None:
            continue
        if index not in pairs:
            same = [
                number
                for number in after
                if verified
                and slots[number].code == verified.code
                and list_of(slots[number].role) == list_of(_role_on(editing.form, verified.code_role))
            ]
            if verified is None or same:
                carried.add(code)
            after.update({number: replace(after[number], is_assigned=True) for number in same[:1]})
            continue
        number = pairs[index]
        if verified is None:
            del after[number]
            editing.changes.append(f"diagnosis {billed.code} deleted")
        elif code.is_changed:
            after[number] = _changed(after[number], billed, verified, editing)
    for slot in after.values():
        if not slot.is_assigned and not any(
            code.billed is None and code.value.code == slot.code for code in codes
        ):
            editing.notes.append(
                f"Diagnosis {slot.code} is on the claim only, not among the coder's: left as billed."
            )
    return _merged(_with_added(list(after.values()), codes, carried, editing), editing), carried


def _paired(slots: Sequence[_Slot], codes: Sequence[VerifiedCode], form: str) -> dict[int, int]:
    """Return the diagnosis of each code of the coder: of the same role first, then of a role like it."""
    pairs: dict[int, int] = {}
    free = list(range(len(slots)))
    for is_same_role in (True, False):
        for index, code in enumerate(codes):
            if code.billed is None or index in pairs:
                continue
            code_name, role = code.billed.code, code.billed.code_role
            number = next(
                (
                    one
                    for one in free
                    if slots[one].code == code_name
                    and (slots[one].role == role if is_same_role else _is_like(form, role, slots[one].role))
                ),
                None,
            )
            if number is not None:
                free.remove(number)
                pairs[index] = number
    return _agreed_first(pairs, codes)


def _agreed_first(pairs: Mapping[int, int], codes: Sequence[VerifiedCode]) -> dict[int, int]:
    """Return the pairs so that a code which the coder listed twice and the reviewer kept once stays."""
    kept = dict(pairs)
    for index, code in enumerate(codes):
        if index in kept or code.billed is None or code.is_changed:
            continue
        other = next(
            (one for one in kept if codes[one].is_changed and codes[one].value.code == code.value.code), None
        )
        if other is not None:
            kept[index] = kept.pop(other)
    return kept


def _is_like(form: str, role: str, other: str) -> bool:
    """Return True if a code of one role can be the claim's diagnosis of another role."""
    return form == "P" or not {role, other} & set(AT_THE_DOOR)


def _changed(slot: _Slot, billed: CodeValue, verified: CodeValue, editing: Editing) -> _Slot:
    """Return a diagnosis with its verified value."""
    if editing.form == "P" and verified.code_role in AT_THE_DOOR and verified.code_role != billed.code_role:
        editing.gaps.append(
            Gap(f"{verified.code} was made {verified.code_role}, which an 837P does not carry: delete it.")
        )
        return slot
    # What the reviewer left as the coder had it stays as the claim has it.
    role = slot.role if verified.code_role == billed.code_role else verified.code_role
    poa = (
        (slot.component or None) if verified.poa_indicator == billed.poa_indicator else verified.poa_indicator
    )
    placed = _placed(slot.element, replace(verified, code_role=role, poa_indicator=poa), editing)
    if verified.poa_indicator != billed.poa_indicator or placed.element != slot.element:
        _note_poa(replace(verified, poa_indicator=poa), placed.role, editing)
    if placed.element == slot.element:
        return slot
    editing.changes.append(_change_text(billed, verified, editing.form))
    return replace(placed, pointers=slot.pointers, is_assigned=True, is_reviewed=True)


def _change_text(billed: CodeValue, verified: CodeValue, form: str) -> str:
    if billed.code != verified.code:
        return f"diagnosis {billed.code} changed to {verified.code}"
    if _role_on(form, billed.code_role) != _role_on(form, verified.code_role):
        return f"diagnosis {billed.code} made {verified.code_role}"
    return f"POA indicator of {billed.code} made {verified.poa_indicator or 'blank'}"


def _note_poa(value: CodeValue, role: str, editing: Editing) -> None:
    """Note an indicator that the claim does not report, or one that lacks where it does."""
    if role in AT_THE_DOOR:
        return
    if editing.reports_poa and value.poa_indicator is None:
        editing.notes.append(
            f"{value.code} has no POA indicator: right only for a diagnosis that is exempt from it."
        )
    elif value.poa_indicator not in {None, _EXEMPT} and not editing.reports_poa:
        where = "an 837P" if editing.form == "P" else "this claim"
        editing.notes.append(f"The POA indicator of {value.code} is not written: {where} reports none.")


def _with_added(
    slots: list[_Slot], codes: Sequence[VerifiedCode], carried: set[VerifiedCode], editing: Editing
) -> list[_Slot]:
    """Return the diagnoses with those that the review added, each in its own role."""
    for code in codes:
        verified = code.verified
        if code.billed is not None or verified is None:
            continue
        is_of_no_role = editing.form == "P" and verified.code_role in AT_THE_DOOR
        role = _role_on(editing.form, verified.code_role)
        number = next(
            (
                place
                for place, slot in enumerate(slots)
                if slot.code == verified.code and list_of(slot.role) == list_of(role)
            ),
            None,
        )
        if number is not None:
            carried.add(code)
            slots[number] = _added_to(slots[number], verified, editing)
        elif not is_of_no_role:
            carried.add(code)
            slots.append(replace(_placed(("",), verified, editing), is_reviewed=True))
            _note_poa(verified, role, editing)
            named = "" if role in POINTABLE else f" as {role}"
            editing.changes.append(f"diagnosis {verified.code} added{named}")
    return slots


def _added_to(slot: _Slot, verified: CodeValue, editing: Editing) -> _Slot:
    """Return a diagnosis that the review added and the claim has in the same list already."""
    placed = _placed(slot.element, verified, editing)
    is_made_principal = placed.role == "principal" != slot.role
    if not is_made_principal:
        placed = replace(placed, role=slot.role, element=with_component(placed.element, 1, slot.element[0]))
    is_verified = slot.is_assigned or slot.is_reviewed
    if is_verified and slot.component and placed.component not in {"", slot.component}:
        editing.gaps.append(_two_indicators(slot.code, {slot.component, placed.component}))
    if not placed.component:
        placed = replace(placed, element=with_component(placed.element, _POA, slot.component))
    if is_made_principal:
        editing.changes.append(f"diagnosis {slot.code} made principal")
    elif placed.component != slot.component:
        editing.changes.append(f"POA indicator of {slot.code} made {placed.component}")
    else:
        editing.notes.append(f"Diagnosis {slot.code}, added in the review, is on the claim already.")
        return slot
    return replace(placed, pointers=slot.pointers, is_assigned=slot.is_assigned, is_reviewed=True)


def _two_indicators(code: str, indicators: set[str]) -> Gap:
    named = " and ".join(sorted(indicators))
    return Gap(f"{code} would have two POA indicators, {named}: say in the review which is right.")


def _merged(slots: Sequence[_Slot], editing: Editing) -> list[_Slot]:
    """Return the diagnoses with those made equal by the review as one, in the place of the first."""
    alike: dict[tuple[str, str], list[_Slot]] = {}
    for slot in slots:
        alike.setdefault((list_of(slot.role), slot.code), []).append(slot)
    merged: list[_Slot] = []
    for slot in slots:
        same = alike.pop((list_of(slot.role), slot.code), [])
        if len(same) > 1 and any(one.is_reviewed for one in same):
            merged.append(_one_of(same, editing))
        else:
            merged += same
    return merged


def _one_of(same: Sequence[_Slot], editing: Editing) -> _Slot:
    first = next((slot for slot in same if slot.role == "principal"), same[0])
    indicators = {slot.component for slot in same if slot.component}
    if len(indicators) > 1:
        editing.gaps.append(_two_indicators(first.code, indicators))
    editing.notes.append(
        f"{first.code} would be on the claim {len(same)} times: it is written once, and pointers lead there."
    )
    element = with_component(first.element, _POA, first.component or next(iter(indicators), ""))
    pointers = tuple(sorted(pointer for slot in same for pointer in slot.pointers))
    return replace(first, element=element, pointers=pointers)


def _placed(element: Element, value: CodeValue, editing: Editing) -> _Slot:
    """Return a diagnosis with another value in its composite."""
    role = _role_on(editing.form, value.code_role)
    # What is as billed keeps its own spelling.
    if (element[0].upper(), _code_of(element)) != (_QUALIFIERS[role], value.code):
        element = with_component(with_component(element, 1, _QUALIFIERS[role]), _CODE, value.code)
    poa = ""
    if editing.reports_poa and role not in AT_THE_DOOR:
        # Since version 5010 an exempt diagnosis has no indicator; 1 is what version 4010 had.
        poa = "" if value.poa_indicator == _EXEMPT else value.poa_indicator or ""
    return _Slot(with_component(element, _POA, poa), value.code, role)


def _in_order(before: Sequence[_Slot], slots: list[_Slot], editing: Editing) -> list[_Slot]:
    """Return the diagnoses with one principal, first, and no more than the form carries."""
    principal = [slot for slot in slots if slot.role == "principal"]
    if len(principal) > 1:
        names = " and ".join(slot.code for slot in principal)
        editing.gaps.append(
            Gap(f"There would be two principal diagnoses, {names}: make one of them secondary.")
        )
    if not principal:
        secondary = [slot for slot in slots if slot.role == "secondary"]
        if editing.form == "I" or not secondary:
            editing.gaps.append(
                Gap("No principal diagnosis is left: say in the review which it is, or void the claim.")
            )
            return slots
        first = secondary[0]
        promoted = replace(first, element=with_component(first.element, 1, "ABK"), role="principal")
        slots = [promoted if slot is first else slot for slot in slots]
        editing.notes.append(f"{first.code} is now the first diagnosis, as the first of those that are left.")
    slots = sorted(slots, key=lambda slot: slot.role != "principal")
    return _with_room(before, slots, editing)


def _with_room(before: Sequence[_Slot], slots: list[_Slot], editing: Editing) -> list[_Slot]:
    """Return the diagnoses without those that the settings leave out, where there are too many of a role."""
    for role, most in _MOST[editing.form].items():
        of_role = [slot for slot in slots if slot.role == role]
        excess_count = len(of_role) - max(most, sum(slot.role == role for slot in before))
        if excess_count <= 0:
            continue
        named = [slot for slot in of_role if slot.code in editing.supplement.leave_out][-excess_count:]
        if len(named) < excess_count:
            names = ", ".join(slot.code for slot in of_role[most:])
            reason = (
                f"An 837{editing.form} has room for {most} {_named_role(role)}, and {len(of_role)} are to be "
                f"written ({names} without room): say which to leave out."
            )
            editing.gaps.append(Gap(reason, "claim", "leave_out"))
            continue
        editing.left_out += [slot.code for slot in named]
        editing.notes += [f"{slot.code} is left out, as the settings say: no room." for slot in named]
        slots = [slot for slot in slots if slot not in named]
    return slots


def _named_role(role: str) -> str:
    names = {"reason for visit": "reasons for visit", "external cause": "external causes"}
    return names.get(role, f"{role} diagnoses")


def _pointing(before: Sequence[_Slot], after: Sequence[_Slot]) -> Pointing:
    order = [slot for slot in after if slot.role in POINTABLE]
    now = {pointer: number for number, slot in enumerate(order, start=1) for pointer in slot.pointers}
    number_of = {slot.code: number for number, slot in reversed(list(enumerate(order, start=1)))}
    code_of = {pointer: slot.code for slot in order for pointer in slot.pointers}
    # What justified a line justifies it still, wherever the verdicts have moved that code.
    moved = {
        pointer: now.get(pointer)
        if code_of.get(pointer) == slot.code
        else number_of.get(slot.code, now.get(pointer))
        for slot in before
        for pointer in slot.pointers
    }
    return Pointing(moved, number_of)


def _corrected_procedures(
    slots: Sequence[_Slot], codes: Sequence[VerifiedCode], editing: Editing
) -> tuple[list[_Slot], set[VerifiedCode]]:
    """Return the ICD-10-PCS procedures after the verdicts, and the codes that the claim carries."""
    after: dict[int, _Slot] = dict(enumerate(slots))
    free = list(after)
    carried = set()
    for code in codes:
        if code.billed is None:
            continue
        number = next((one for one in free if slots[one].code == code.billed.code), None)
        if number is not None:
            free.remove(number)
            carried.add(code)
            _correct_procedure(after, number, code, editing)
        elif code.is_right_on({slot.code for slot in slots}):
            carried.add(code)
    left = list(after.values())
    unclaimed = [slots[number].code for number in free]
    added = [code.verified for code in codes if code.billed is None and code.verified is not None]
    for value in added:
        if value.code in unclaimed:
            unclaimed.remove(value.code)
            editing.notes.append(f"Procedure {value.code}, added in the review, is on the claim already.")
        else:
            left.append(_added_procedure(value, left, editing))
    first = {
        code.verified.code
        for code in codes
        if code.verified
        and code.verified.code_role == "principal"
        and (code.billed is None or (code in carried and code.billed.code_role != "principal"))
    }
    carried |= {code for code in codes if code.billed is None}
    return _procedures_in_order(slots, left, sorted(first), editing), carried


def _correct_procedure(after: dict[int, _Slot], number: int, code: VerifiedCode, editing: Editing) -> None:
    """Delete or change one procedure."""
    billed, verified = after[number].code, code.verified
    if verified is None:
        del after[number]
        editing.changes.append(f"procedure {billed} deleted")
    elif verified.code != billed:
        element = with_component(after[number].element, _CODE, verified.code)
        after[number] = replace(after[number], element=element, code=verified.code, is_reviewed=True)
        editing.changes.append(f"procedure {billed} changed to {verified.code}")


def _procedures_in_order(
    before: Sequence[_Slot], slots: Sequence[_Slot], first: Sequence[str], editing: Editing
) -> list[_Slot]:
    """Return the procedures with the principal one first, and each once a day."""
    left: list[_Slot] = []
    for slot in slots:
        same = [one for one in left if (one.code, one.component) == (slot.code, slot.component)]
        if same and (slot.is_reviewed or any(one.is_reviewed for one in same)):
            editing.notes.append(
                f"Procedure {slot.code} would be on the claim twice on one day: it is written once."
            )
        else:
            left.append(slot)
    if len(first) > 1:
        names = " and ".join(first)
        editing.gaps.append(Gap(f"There would be two principal procedures, {names}: make one of them other."))
    elif first and left[0].code != first[0]:
        left.sort(key=lambda slot: slot.code != first[0])
        editing.changes.append(f"procedure {first[0]} made principal")
    elif left and _elements(left) != _elements(before) and left[0].role != "principal":
        editing.notes.append(
            f"{left[0].code} is now the principal procedure, as the first of those that are left."
        )
    if _elements(left) == _elements(before):
        return list(before)
    if len(left) > max(_MOST_PROCEDURES, len(before)):
        reason = f"An 837I has room for {_MOST_PROCEDURES} procedures, and {len(left)} are to be written."
        editing.gaps.append(Gap(f"{reason} Delete in the review what is not to be reported."))
    roles = ["BBR", *["BBQ"] * (len(left) - 1)]
    return [
        replace(slot, element=with_component(slot.element, 1, name), role=PROCEDURE_ROLES[name][1])
        for slot, name in zip(left, roles, strict=False)
    ]


def _added_procedure(value: CodeValue, present: Sequence[_Slot], editing: Editing) -> _Slot:
    done = editing.supplement.procedure_dates.get(value.code)
    if done is None:
        reason = f"The day of the added procedure {value.code} is not known."
        editing.gaps.append(Gap(reason, "procedure", "procedure_date", value.code))
    elif any((slot.code, slot.component) == (value.code, day(done)) for slot in present):
        editing.gaps.append(
            Gap(
                f"The added procedure {value.code} is on the claim on the same day: give its own day, "
                "or delete the addition.",
                "procedure",
                "procedure_date",
                value.code,
            )
        )
    editing.changes.append(f"procedure {value.code} added")
    element = composite("BBQ", value.code, "D8", day(done) if done else None)
    return _Slot(element, value.code, "other")


def _regrouped(element: Element, editing: Editing) -> Element:
    """Return the DRG of the verified codes, which only a grouper or the biller can give."""
    if editing.supplement.drg_code is None:
        reason = "The claim's DRG was grouped from the codes as billed: give the DRG of the verified codes."
        editing.gaps.append(Gap(reason, "claim", "drg_code"))
        return element
    if editing.supplement.drg_code != _code_of(element):
        editing.changes.append(f"DRG {_code_of(element)} changed to {editing.supplement.drg_code}")
    return with_component(element, _CODE, editing.supplement.drg_code)


def _segments(elements: Sequence[Element], form: str) -> list[Segment]:
    """Return composites as HI segments, in the order and the groups of the implementation guides."""
    known = {name: place for place, name in enumerate(_ORDER)}
    groups: dict[str, list[Element]] = {}
    for element in sorted(elements, key=lambda element: known.get(element[0].upper(), len(known))):
        name = element[0].upper()
        groups.setdefault("ABK" if form == "P" and name == "ABF" else name, []).append(element)
    return [
        segment("HI", *group[start : start + _MOST_IN_A_SEGMENT])
        for group in groups.values()
        for start in range(0, len(group), _MOST_IN_A_SEGMENT)
    ]
