"""Random claims and reviews of them, and in plain Python what each claim must say afterwards."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from auditlib.billing.original import OriginalClaim
from auditlib.billing.verified import CodeValue, ServiceSupplement, Supplement, VerifiedCode
from auditlib.sources.x12.write.segment import Segment, composite, money, segment

DAY = dt.date(2026, 1, 10)
PRICES = {"99213": 1000, "99214": 1025, "20610": 1050, "36415": 1075, "J1100": 1100, "93000": 1125}
MODIFIERS = ((), (), (), ("25",), ("RT",), ("LT",), ("59",), ("25", "59"), ("76",))
DIAGNOSES = [f"{letter}{number:02}" for letter in "EIJKMN" for number in range(11, 18)]
CAUSES = [f"W{number:02}0XXA" for number in range(1, 16)]
PROCEDURES = {f"0SR{place}0JZ": DAY + dt.timedelta(days=place) for place in range(1, 7)}
INDICATORS = ("Y", "N", "U", "W", None, "1")
BILLED_DRG, VERIFIED_DRG = "871", "470"
ROOM = {
    "P": {"secondary": 11},
    "I": {"secondary": 24, "admitting": 1, "reason for visit": 3, "external cause": 12},
}
QUALIFIERS = {
    "principal": "ABK",
    "admitting": "ABJ",
    "reason for visit": "APR",
    "external cause": "ABN",
    "secondary": "ABF",
}
FRONT_ROLES = ("principal", "secondary")


@dataclass(frozen=True)
class Diagnosis:
    role: str
    code: str
    poa: str | None = None


@dataclass(frozen=True)
class Procedure:
    code: str
    day: dt.date


@dataclass(frozen=True)
class Line:
    code: str
    modifiers: tuple[str, ...]
    units: int
    cents: int
    pointers: tuple[int, ...] = ()
    revenue_code: str | None = None


@dataclass(frozen=True)
class Billed:
    """A claim as billed: diagnoses in the order of the file, the principal first."""

    number: str
    form: str
    is_stay: bool
    diagnoses: tuple[Diagnosis, ...]
    procedures: tuple[Procedure, ...]
    lines: tuple[Line, ...]

    @property
    def charge(self) -> int:
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True)
class Review:
    """A verdict for each code of the claim (None agrees, False deletes), and what was missed."""

    diagnoses: tuple[CodeValue | bool | None, ...]
    procedures: tuple[CodeValue | bool | None, ...]
    lines: tuple[CodeValue | bool | None, ...]
    missed: tuple[CodeValue, ...]


@dataclass(frozen=True)
class Expected:
    """What the corrected claim must say; or why it must be held back."""

    diagnoses: list[tuple[str, str, str | None]] = field(default_factory=list)
    procedures: list[tuple[str, dt.date]] = field(default_factory=list)
    lines: list[tuple[str, tuple[str, ...], int, int, tuple[str, ...]]] = field(default_factory=list)
    drg: str | None = None
    held: str = ""


# Claims


def random_claim(draw: random.Random, number: int) -> Billed:
    form = draw.choice("PI")
    is_stay = form == "I" and draw.random() < 0.6
    most = 12 if form == "P" else 25
    count = min(most, max(1, int(draw.expovariate(0.25)))) if draw.random() < 0.9 else most

    def indicator() -> str | None:
        return draw.choice("YNUW") if is_stay else None

    front = draw.sample(DIAGNOSES, count)
    roles = ["principal", *["secondary"] * (count - 1)]
    diagnoses = [Diagnosis(role, code, indicator()) for role, code in zip(roles, front, strict=True)]
    if form == "I":
        if is_stay or draw.random() < 0.3:
            diagnoses.append(Diagnosis("admitting", draw.choice(DIAGNOSES)))
        if not is_stay:
            reasons = draw.sample(DIAGNOSES, draw.randint(0, 3))
            diagnoses += [Diagnosis("reason for visit", code) for code in reasons]
        causes = draw.sample(CAUSES, draw.choice((0, 0, 1, 3)))
        diagnoses += [Diagnosis("external cause", code, indicator()) for code in causes]
    operations = draw.sample(list(PROCEDURES), draw.randint(0, 4)) if is_stay else []
    procedures = [Procedure(code, DAY + dt.timedelta(days=draw.randint(0, 2))) for code in operations]
    lines: list[Line] = []
    for _ in range(draw.randint(1, 5)):
        code, modifiers, units = draw.choice(list(PRICES)), draw.choice(MODIFIERS), draw.randint(1, 4)
        if any((line.code, set(line.modifiers)) == (code, set(modifiers)) for line in lines):
            continue
        pointed = draw.sample(range(1, count + 1), min(count, draw.randint(1, 4)))
        pointers = tuple(pointed) if form == "P" else ()
        revenue_code = None if form == "P" else draw.choice(("0300", "0450"))
        lines.append(Line(code, modifiers, units, PRICES[code] * units, pointers, revenue_code))
    return Billed(f"R{number:05}", form, is_stay, tuple(diagnoses), tuple(procedures), tuple(lines))


def original_of(billed: Billed, model: OriginalClaim) -> OriginalClaim:
    """Return the claim in the loops of another one of its form."""
    return replace(model, source_offset=0, claim=tuple(_segments(billed)))


def _segments(billed: Billed) -> list[Segment]:
    bill = ("11" if billed.is_stay else "13", "A", "1") if billed.form == "I" else ("11", "B", "1")
    use = (None, "A", "Y", "Y") if billed.form == "I" else ("Y", "A", "Y", "Y")
    rows = [segment("CLM", billed.number, money(billed.charge), None, None, composite(*bill), *use)]
    if billed.form == "I":
        if billed.is_stay:
            rows.append(segment("DTP", "096", "TM", "1100"))
        last_day = DAY + dt.timedelta(days=9 * billed.is_stay)
        rows.append(segment("DTP", "434", "RD8", f"{DAY:%Y%m%d}-{last_day:%Y%m%d}"))
        if billed.is_stay:
            rows.append(segment("DTP", "435", "DT", f"{DAY:%Y%m%d}0830"))
        rows.append(segment("CL1", "1", "1", "01"))
    rows += _health_codes(billed)
    if billed.form == "I":
        rows.append(segment("NM1", "71", "1", "CARER", "ROWAN", None, None, None, "XX", "1999999992"))
    for number, line in enumerate(billed.lines, start=1):
        procedure, charge = composite("HC", line.code, *line.modifiers), money(line.cents)
        rows.append(segment("LX", number))
        if billed.form == "P":
            pointers = composite(*line.pointers)
            rows.append(segment("SV1", procedure, charge, "UN", line.units, None, None, pointers))
        else:
            rows.append(segment("SV2", line.revenue_code, procedure, charge, "UN", line.units))
        rows.append(segment("DTP", "472", "D8", f"{DAY:%Y%m%d}"))
    return rows


def _health_codes(billed: Billed) -> list[Segment]:
    def coded(one: Diagnosis) -> tuple[str, ...]:
        return composite(QUALIFIERS[one.role], one.code, *[None] * 6, one.poa)

    def packed(elements: list[tuple[str, ...]]) -> list[Segment]:
        return [segment("HI", *elements[start : start + 12]) for start in range(0, len(elements), 12)]

    of_role = {role: [coded(one) for one in billed.diagnoses if one.role == role] for role in QUALIFIERS}
    days = [(one.code, "D8", f"{one.day:%Y%m%d}") for one in billed.procedures]
    if billed.form == "P":
        return packed(of_role["principal"] + of_role["secondary"])
    return [
        *(row for role in list(QUALIFIERS)[:4] for row in packed(of_role[role])),
        *(packed([("DR", BILLED_DRG)]) if billed.is_stay else []),
        *packed(of_role["secondary"]),
        *packed([("BBR", *one) for one in days[:1]]),
        *packed([("BBQ", *one) for one in days[1:]]),
    ]


# Reviews


def random_review(draw: random.Random, billed: Billed) -> Review:
    diagnoses = [_diagnosis_verdict(draw, one) for one in billed.diagnoses]
    front = [place for place, one in enumerate(billed.diagnoses) if one.role == "secondary"]
    if front and draw.random() < 0.25:
        place = draw.choice(front)
        diagnoses[place] = _value(replace(billed.diagnoses[place], role="principal"))
        demoted = _value(replace(billed.diagnoses[0], role="secondary"))
        diagnoses[0] = draw.choice((False, *[demoted] * 6, None))
    procedures = [_procedure_verdict(draw, one.code) for one in billed.procedures]
    lines = [_line_verdict(draw, line) for line in billed.lines]
    return Review(tuple(diagnoses), tuple(procedures), tuple(lines), tuple(_missed(draw, billed)))


def _value(one: Diagnosis) -> CodeValue:
    return CodeValue("ICD-10-CM", one.code, one.role, one.poa)


def _diagnosis_verdict(draw: random.Random, one: Diagnosis) -> CodeValue | bool | None:
    chance = draw.random()
    if chance < 0.75:
        return None
    if chance < 0.83:
        return False
    if chance < 0.94:
        return _value(replace(one, code=draw.choice(CAUSES if one.role == "external cause" else DIAGNOSES)))
    return _value(replace(one, poa=draw.choice(INDICATORS)))


def _procedure_verdict(draw: random.Random, code: str) -> CodeValue | bool | None:
    chance = draw.random()
    if chance < 0.7:
        return None
    return False if chance < 0.85 else CodeValue("ICD-10-PCS", draw.choice([*PROCEDURES, code]), "procedure")


def _line_verdict(draw: random.Random, line: Line) -> CodeValue | bool | None:
    chance = draw.random()
    if chance < 0.7:
        return None
    if chance < 0.78:
        return False
    code = draw.choice(list(PRICES)) if chance < 0.88 else line.code
    modifiers = draw.choice(MODIFIERS) if draw.random() < 0.5 else line.modifiers
    units = Decimal(draw.randint(1, 4)) if draw.random() < 0.5 else None
    return CodeValue(_system(code), code, "procedure", None, modifiers, units)


def _missed(draw: random.Random, billed: Billed) -> list[CodeValue]:
    roles = ["secondary"] * 8 + ["principal", "external cause", "external cause"]
    if billed.form == "I":
        roles += ["admitting", "reason for visit"]
    missed = []
    for _ in range(draw.choice((0, 0, 1, 1, 2, 4))):
        role = draw.choice(roles)
        pool = CAUSES if role == "external cause" and billed.form == "I" else DIAGNOSES
        missed.append(CodeValue("ICD-10-CM", draw.choice(pool), role, draw.choice(INDICATORS)))
    if billed.is_stay and draw.random() < 0.3:
        missed.append(CodeValue("ICD-10-PCS", draw.choice(list(PROCEDURES)), "procedure"))
    for _ in range(draw.choice((0, 0, 0, 1, 2))):
        code, units = draw.choice(list(PRICES)), draw.choice((None, Decimal(1), Decimal(3)))
        missed.append(CodeValue(_system(code), code, "procedure", None, draw.choice(MODIFIERS), units))
    return missed + _missed_again(draw, missed, roles)


def _missed_again(draw: random.Random, missed: Sequence[CodeValue], roles: Sequence[str]) -> list[CodeValue]:
    """Return some of what was missed once more: services of the other side, diagnoses in another role."""
    again = []
    for value in missed:
        if value.code_system in {"CPT", "HCPCS"} and draw.random() < 0.5:
            other = tuple({"RT": "LT", "LT": "RT"}.get(modifier, modifier) for modifier in value.modifiers)
            again.append(replace(value, modifiers=other if other != value.modifiers else (*other, "LT")))
        elif value.code_system == "ICD-10-CM" and draw.random() < 0.25:
            again.append(replace(value, code_role=draw.choice(roles)))
    return again


def _system(code: str) -> str:
    return "CPT" if code.isdigit() else "HCPCS"


def verified_codes_of(billed: Billed, review: Review) -> list[VerifiedCode]:
    """Return the codes of the claim's chart, which are those that the claim bills, after their review."""
    values = [
        *(_value(one) for one in billed.diagnoses),
        *(CodeValue("ICD-10-PCS", one.code, "procedure") for one in billed.procedures),
        *(
            CodeValue(_system(line.code), line.code, "procedure", None, line.modifiers, Decimal(line.units))
            for line in billed.lines
        ),
    ]
    verdicts = (*review.diagnoses, *review.procedures, *review.lines)
    codes = []
    for value, verdict in zip(values, verdicts, strict=True):
        if verdict is None:
            codes.append(VerifiedCode("agree", value, value))
        elif isinstance(verdict, bool):
            codes.append(VerifiedCode("delete", value, None))
        else:
            units = value.unit_count if verdict.unit_count is None else verdict.unit_count
            codes.append(VerifiedCode("change", value, replace(verdict, unit_count=units)))
    return codes + [VerifiedCode("add", None, value) for value in review.missed]


def settings_of(points_to: Sequence[str]) -> Supplement:
    """Return settings that lack nothing."""
    services = {
        code: ServiceSupplement(Decimal(cents) / 100, DAY, "0300", tuple(points_to))
        for code, cents in PRICES.items()
    }
    return Supplement("ICN-1", VERIFIED_DRG, services, PROCEDURES)


# What must come of them


@dataclass
class _Entry:
    role: str
    code: str
    poa: str | None
    pointers: list[int]
    is_reviewed: bool = False


class HeldError(Exception):
    """The claim must be held back, for one of these reasons."""


POA, PRINCIPAL, ROOMLESS = HeldError("POA"), HeldError("principal"), HeldError("room")
SAME_PROCEDURE, NO_SERVICE, EQUAL_LINES = (
    HeldError("same procedure"),
    HeldError("no service"),
    HeldError("equal lines"),
)


def expected(billed: Billed, review: Review) -> Expected:
    try:
        front, pointed = _expected_diagnoses(billed, review)
        procedures = _expected_procedures(billed, review)
        names = [entry.code for entry in front if entry.role in FRONT_ROLES]
        lines = _expected_lines(billed, review, names, pointed)
    except HeldError as held:
        return Expected(held=str(held))
    diagnoses = [(entry.role, entry.code, entry.poa) for entry in front]
    before = [(one.role, one.code, one.poa) for one in billed.diagnoses]
    days = [(one.code, one.day) for one in billed.procedures]
    is_regrouped = (_grouped(before), days) != (_grouped(diagnoses), procedures)
    drg = None if not billed.is_stay else VERIFIED_DRG if is_regrouped else BILLED_DRG
    return Expected(diagnoses, procedures, lines, drg)


def _grouped(diagnoses: Sequence[tuple[str, str, str | None]]) -> list[tuple[str, str, str | None]]:
    return [one for one in diagnoses if one[0] not in {"admitting", "reason for visit"}]


def _list_of(role: str) -> str:
    return "front" if role in FRONT_ROLES else role


def _expected_diagnoses(billed: Billed, review: Review) -> tuple[list[_Entry], dict[int, str]]:
    def role_of(value: CodeValue) -> str:
        return value.code_role if billed.form == "I" or value.code_role == "principal" else "secondary"

    def poa_of(value: CodeValue) -> str | None:
        has_poa = billed.is_stay and value.code_role not in {"admitting", "reason for visit"}
        return value.poa_indicator if has_poa and value.poa_indicator != "1" else None

    entries: list[_Entry] = []
    became: dict[int, _Entry | str] = {}
    number = 0
    for one, verdict in zip(billed.diagnoses, review.diagnoses, strict=True):
        pointer = []
        if one.role in FRONT_ROLES:
            number += 1
            pointer = [number]
            became[number] = one.code
        if verdict is None:
            entries.append(_Entry(one.role, one.code, one.poa, pointer))
        elif not isinstance(verdict, bool):
            new = (role_of(verdict), verdict.code, poa_of(verdict))
            entries.append(_Entry(*new, pointer, is_reviewed=new != (one.role, one.code, one.poa)))
    for value in (value for value in review.missed if value.code_system == "ICD-10-CM"):
        role, poa = role_of(value), poa_of(value)
        there = next((e for e in entries if (_list_of(e.role), e.code) == (_list_of(role), value.code)), None)
        if there is None:
            entries.append(_Entry(role, value.code, poa, [], is_reviewed=True))
            continue
        if there.poa and poa and there.poa != poa:
            raise POA
        there.poa = there.poa or poa
        there.role = "principal" if role == "principal" else there.role
    return _once_each(billed, entries, became)


def _once_each(
    billed: Billed, entries: list[_Entry], became: dict[int, _Entry | str]
) -> tuple[list[_Entry], dict[int, str]]:
    once: dict[tuple[str, str], _Entry] = {}
    for entry in entries:
        there = once.setdefault((_list_of(entry.role), entry.code), entry)
        if there is not entry:
            if there.poa and entry.poa and there.poa != entry.poa:
                raise POA
            there.poa = there.poa or entry.poa
            if entry.role == "principal" != there.role:
                there.role = "principal"
    found = list(once.values())
    _require_one_principal(billed.form, found)
    found.sort(key=lambda entry: entry.role != "principal")
    for role, most in ROOM[billed.form].items():
        if sum(entry.role == role for entry in found) > most:
            raise ROOMLESS
    places = {pointer: entry.code for entry in entries for pointer in entry.pointers}
    names = {entry.code for entry in found if entry.role in FRONT_ROLES}
    follows = {}
    for pointer, code in became.items():
        new = code if code in names else places.get(pointer, code)
        if new in names:
            follows[pointer] = str(new)
    return found, follows


def _require_one_principal(form: str, found: list[_Entry]) -> None:
    principals = [entry for entry in found if entry.role == "principal"]
    if not principals and form == "P" and any(entry.role == "secondary" for entry in found):
        next(entry for entry in found if entry.role == "secondary").role = "principal"
    elif len(principals) != 1:
        raise PRINCIPAL


def _expected_procedures(billed: Billed, review: Review) -> list[tuple[str, dt.date]]:
    found = []
    for one, verdict in zip(billed.procedures, review.procedures, strict=True):
        if verdict is None:
            found.append((one.code, one.day))
        elif not isinstance(verdict, bool):
            found.append((verdict.code, one.day))
    for value in (value for value in review.missed if value.code_system == "ICD-10-PCS"):
        if (value.code, PROCEDURES[value.code]) in found:
            raise SAME_PROCEDURE
        found.append((value.code, PROCEDURES[value.code]))
    return list(dict.fromkeys(found))


def _expected_lines(
    billed: Billed, review: Review, names: list[str], follows: dict[int, str]
) -> list[tuple[str, tuple[str, ...], int, int, tuple[str, ...]]]:
    found = []
    revenue_codes = []
    for line, verdict in zip(billed.lines, review.lines, strict=True):
        pointed = tuple(dict.fromkeys(follows[pointer] for pointer in line.pointers if pointer in follows))
        if billed.form == "P" and not pointed:
            pointed = tuple(names[:2])
        if isinstance(verdict, bool):
            continue
        code, modifiers, units, cents = line.code, line.modifiers, line.units, line.cents
        if verdict is not None:
            units = units if verdict.unit_count is None else int(verdict.unit_count)
            code, modifiers, cents = verdict.code, verdict.modifiers, PRICES[verdict.code] * units
        found.append((code, modifiers, units, cents, pointed))
        revenue_codes.append(line.revenue_code)
    for value in (value for value in review.missed if value.code_system in {"CPT", "HCPCS"}):
        units = int(value.unit_count or 1)
        pointed = tuple(names[:2]) if billed.form == "P" else ()
        found.append((value.code, value.modifiers, units, PRICES[value.code] * units, pointed))
        revenue_codes.append(None if billed.form == "P" else "0300")
    if not found:
        raise NO_SERVICE
    alike = Counter(
        (line[0], frozenset(line[1]), revenue_code)
        for line, revenue_code in zip(found, revenue_codes, strict=True)
        if not {"76", "77", "91"}.intersection(line[1])
    )
    if max(alike.values(), default=0) > 1:
        raise EQUAL_LINES
    return found
