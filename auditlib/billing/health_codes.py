"""HI segments with verified codes: diagnoses, procedures, DRG, and moved diagnosis pointers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditlib.billing.verified import ICD10CM, ICD10PCS, CodeValue, Editing, Gap, VerifiedCode
from auditlib.sources.x12.read.codes import DIAGNOSIS_ROLES, PROCEDURE_ROLES
from auditlib.sources.x12.write.segment import Element, Segment, composite, day, segment, with_component

_MOST_IN_A_SEGMENT = 12
_QUALIFIERS = {role: name for name, (system, role) in DIAGNOSIS_ROLES.items() if system == ICD10CM}
_ICD9 = tuple(name for name, (system, _) in DIAGNOSIS_ROLES.items() if system != ICD10CM)
_POINTABLE = ("principal", "secondary")
_WITHOUT_POA = ("admitting", "reason for visit")
_MOST = {
    "P": {"secondary": 11},
    "I": {"secondary": 24, "admitting": 1, "reason for visit": 3, "external cause": 12},
}
_MOST_OTHER_PROCEDURES = 24
# Order of the implementation guides; others follow in their original order.
_ORDER = ("ABK", "ABJ", "APR", "ABN", "DR", "ABF", "BBR", "BBQ")
_POA, _CODE, _DATE = 9, 2, 4


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
    """One diagnosis or procedure of the claim during correction."""

    element: Element
    code: str
    role: str
    pointer: int | None = None


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
    if new_diagnoses != diagnoses:
        new_diagnoses = _in_order(new_diagnoses, editing)
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
    if new_diagnoses == diagnoses and new_procedures == procedures:
        return list(rows), pointing, carried | carried_too
    if any(element[0].upper() in _ICD9 for element in elements):
        editing.gaps.append(Gap("The claim is coded in ICD-9-CM, which export does not correct."))
    others = [element for element in elements if element[0].upper() not in {*DIAGNOSIS_ROLES, "BBR", "BBQ"}]
    others = [_regrouped(element, editing) if element[0].upper() == "DR" else element for element in others]
    elements = [slot.element for slot in (*new_diagnoses, *new_procedures)] + others
    return _segments(elements, editing.form), pointing, carried | carried_too


def _is_diagnosis(code: VerifiedCode) -> bool:
    return code.value.code_system == ICD10CM


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
        (number for number, slot in enumerate(slots) if slot.role in _POINTABLE),
        key=lambda number: (slots[number].role != "principal", number),
    )
    pointers = {number: pointer for pointer, number in enumerate(pointable, start=1)}
    return [replace(slot, pointer=pointers.get(number)) for number, slot in enumerate(slots)]


def _role_on(form: str, role: str) -> str:
    """Return the role that a diagnosis has on a form: a professional claim knows the first and the others."""
    return role if form == "I" or role == "principal" else "secondary"


def _with_verdicts(
    slots: Sequence[_Slot], codes: Sequence[VerifiedCode], editing: Editing
) -> tuple[list[_Slot], set[VerifiedCode]]:
    """Return the diagnoses after the verdicts, and the codes that the claim carries."""
    after: list[_Slot | None] = list(slots)
    free = set(range(len(slots)))
    carried = set()
    added: list[_Slot] = []
    for code in codes:
        billed, verified = code.billed, code.verified
        if billed is None:
            assert verified is not None  # noqa: S101 - an addition adds something
            present = [number for number, slot in enumerate(after) if slot and slot.code == verified.code]
            free -= set(present)
            if not present:
                added.append(_placed(("",), verified, editing.form))
                editing.changes.append(f"diagnosis {verified.code} added")
            carried.add(code)
            continue
        role = _role_on(editing.form, billed.code_role)
        fitting = [number for number in sorted(free) if slots[number].code == billed.code]
        if not fitting:
            same = [number for number in sorted(free) if verified and slots[number].code == verified.code]
            free -= set(same[:1])
            if verified is None or same:
                carried.add(code)
            continue
        number = next((one for one in fitting if slots[one].role == role), fitting[0])
        free.discard(number)
        carried.add(code)
        if verified is None:
            after[number] = None
            editing.changes.append(f"diagnosis {billed.code} deleted")
        elif code.is_changed:
            changed = _placed(slots[number].element, verified, editing.form, pointer=slots[number].pointer)
            if changed.element != slots[number].element:
                after[number] = changed
                editing.changes.append(_change_text(billed, verified))
    for number in sorted(free):
        editing.notes.append(
            f"Diagnosis {slots[number].code} is on the claim only, not among the coder's: left as billed."
        )
    return [slot for slot in after if slot is not None] + added, carried


def _change_text(billed: CodeValue, verified: CodeValue) -> str:
    if billed.code != verified.code:
        return f"diagnosis {billed.code} changed to {verified.code}"
    if billed.code_role != verified.code_role:
        return f"diagnosis {billed.code} made {verified.code_role}"
    return f"POA indicator of {billed.code} made {verified.poa_indicator or 'blank'}"


def _placed(element: Element, value: CodeValue, form: str, *, pointer: int | None = None) -> _Slot:
    """Return a diagnosis with another value in its composite."""
    role = _role_on(form, value.code_role)
    element = with_component(with_component(element, 1, _QUALIFIERS[role]), _CODE, value.code)
    poa = value.poa_indicator if form == "I" and role not in _WITHOUT_POA else None
    return _Slot(with_component(element, _POA, poa or ""), value.code, role, pointer)


def _in_order(slots: list[_Slot], editing: Editing) -> list[_Slot]:
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
    for role, most in _MOST[editing.form].items():
        beyond = [slot for slot in slots if slot.role == role][most:]
        for slot in beyond:
            editing.notes.append(f"{slot.code} is left out: an 837{editing.form} carries {most} as {role}.")
        slots = [slot for slot in slots if slot not in beyond]
    return slots


def _pointing(before: Sequence[_Slot], after: Sequence[_Slot]) -> Pointing:
    order = [slot for slot in after if slot.role in _POINTABLE]
    now = {slot.pointer: number for number, slot in enumerate(order, start=1) if slot.pointer is not None}
    moved = {slot.pointer: now.get(slot.pointer) for slot in before if slot.pointer is not None}
    return Pointing(moved, {slot.code: number for number, slot in reversed(list(enumerate(order, start=1)))})


def _corrected_procedures(
    slots: Sequence[_Slot], codes: Sequence[VerifiedCode], editing: Editing
) -> tuple[list[_Slot], set[VerifiedCode]]:
    """Return the ICD-10-PCS procedures after the verdicts, and the codes that the claim carries."""
    after: list[_Slot | None] = list(slots)
    free = set(range(len(slots)))
    carried = set()
    for code in codes:
        billed, verified = code.billed, code.verified
        number = next((one for one in sorted(free) if billed and slots[one].code == billed.code), None)
        if billed is None:
            after.append(_added_procedure(code.value, editing))
            carried.add(code)
        elif number is None:
            if code.is_right_on({slots[one].code for one in free}):
                carried.add(code)
        else:
            free.discard(number)
            carried.add(code)
            if verified is None:
                after[number] = None
                editing.changes.append(f"procedure {billed.code} deleted")
            elif verified.code != billed.code:
                element = with_component(slots[number].element, _CODE, verified.code)
                after[number] = replace(slots[number], element=element, code=verified.code)
                editing.changes.append(f"procedure {billed.code} changed to {verified.code}")
    left = [slot for slot in after if slot is not None]
    if left and left != slots and left[0].role != "principal":
        editing.notes.append(
            f"{left[0].code} is now the principal procedure, as the first of those that are left."
        )
    if left != slots:
        roles = ["BBR", *["BBQ"] * (len(left) - 1)]
        left = [
            replace(slot, element=with_component(slot.element, 1, name), role=PROCEDURE_ROLES[name][1])
            for slot, name in zip(left, roles, strict=True)
        ]
        for slot in left[1 + _MOST_OTHER_PROCEDURES :]:
            editing.notes.append(f"{slot.code} is left out: an 837I carries 25 procedures.")
    return left[: 1 + _MOST_OTHER_PROCEDURES], carried


def _added_procedure(value: CodeValue, editing: Editing) -> _Slot:
    done = editing.supplement.procedure_dates.get(value.code)
    if done is None:
        reason = f"The day of the added procedure {value.code} is not known."
        editing.gaps.append(Gap(reason, "procedure", "procedure_date", value.code))
    editing.changes.append(f"procedure {value.code} added")
    return _Slot(composite("BBQ", value.code, "D8", day(done) if done else None), value.code, "other")


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
