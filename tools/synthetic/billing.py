"""From a coder's codes to a claim: lines, charges, pointers, and the slips of the billing office."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tools.synthetic.clinical import clinic
from tools.synthetic.coding import CoderCode
from tools.synthetic.dice import Dice
from tools.synthetic.encounters import Code
from tools.synthetic.people import Patient

AS_OF = date(2026, 10, 31)
_BATCH_WEEKDAY = 4
_MOST_POINTERS = 4
_ROOM_CENTS = 184_000
_OTHER_REVENUE = "0510"
_DEFAULT_REVENUE = {"0": "0510", "1": "0361", "2": "0360", "3": "0360", "7": "0320", "8": "0300", "9": "0510"}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a claim has to know of its encounter."""

    encounter_id: str
    encounter_class: str
    patient: Patient
    first: date
    last: date
    facility_id: str
    provider_id: str
    discharge_status_code: str | None
    drg_code: str | None

    @property
    def is_professional(self) -> bool:
        """Whether a physician's claim form is used."""
        return self.encounter_class in {"office", "emergency"}


@dataclass(frozen=True, slots=True)
class Line:
    """One service line; ``error_kind`` is what the coder got wrong on it."""

    control: str
    revenue: str | None
    code: str | None
    modifiers: tuple[str, ...]
    units: int
    unit_code: str
    charge_cents: int
    pointers: tuple[int, ...]
    day: date
    error_kind: str | None = None
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class PriorPayment:
    """What the primary payer decided, as a secondary claim repeats it."""

    payer_id: str
    paid_on: date
    payer_claim_control_number: str
    paid_cents: int
    claim_adjustments: tuple[tuple[str, str, int], ...]
    line_results: tuple[tuple[int, tuple[tuple[str, str, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it is sent."""

    visit: Visit
    payer_id: str
    sequence: str
    frequency: str
    submit_date: date
    diagnoses: tuple[Code, ...]
    procedures: tuple[Code, ...]
    lines: tuple[Line, ...]
    original_reference: str | None = None
    prior: PriorPayment | None = None
    slips: tuple[str, ...] = field(default=())

    @property
    def charge_cents(self) -> int:
        """Charge of the claim: the sum of its lines."""
        return sum(line.charge_cents for line in self.lines)


def batch_day(ready: date) -> date:
    """Return the day on which what is ready now is sent: claims leave on Fridays."""
    return ready + timedelta(days=(_BATCH_WEEKDAY - ready.weekday()) % 7)


def build_claim(
    dice: Dice,
    visit: Visit,
    codes: Sequence[CoderCode],
    *,
    submit_date: date,
    frequency: str = "1",
    original_reference: str | None = None,
    may_slip: bool = True,
) -> Claim:
    """Build the claim to the primary payer from assigned codes."""
    diagnoses = tuple(row.code for row in codes if row.code.code_system == "ICD-10-CM")
    procedures = tuple(row.code for row in codes if row.code.code_system == "ICD-10-PCS")
    services = [row for row in codes if row.code.code_system in {"CPT", "HCPCS"}]
    pointed = [row.code for row in codes if row.code.code_system == "ICD-10-CM"]
    lines = [_service_line(visit, row, number, pointed) for number, row in enumerate(services, start=1)]
    if not visit.is_professional:
        lines.extend(_hospital_lines(dice, visit, len(lines), has_procedure=bool(procedures)))
    slips: list[str] = []
    if may_slip and visit.is_professional and dice.chance(0.008):
        lines[0] = replace(lines[0], pointers=(*lines[0].pointers[:1], min(12, len(diagnoses) + 2)))
        slips.append("pointer")
    if may_slip and services and dice.chance(0.009):
        again = dice.below(len(services))
        control = f"{visit.encounter_id}L{len(lines) + 1}"
        lines.append(replace(lines[again], control=control, is_duplicate=True))
        slips.append("line twice")
    return Claim(
        visit=visit,
        payer_id=visit.patient.payer_id,
        sequence="P",
        frequency=frequency,
        submit_date=submit_date,
        diagnoses=diagnoses,
        procedures=procedures,
        lines=tuple(lines),
        original_reference=original_reference,
        slips=tuple(slips),
    )


def _service_line(visit: Visit, row: CoderCode, number: int, diagnoses: Sequence[Code]) -> Line:
    code = row.code.code
    units = row.code.unit_count or 1
    entry = clinic().procedures.get(code)
    revenue = None
    if not visit.is_professional:
        revenue = (entry.revenue if entry else None) or _DEFAULT_REVENUE.get(code[0], _OTHER_REVENUE)
    return Line(
        control=f"{visit.encounter_id}L{number}",
        revenue=revenue,
        code=code,
        modifiers=row.code.modifiers,
        units=units,
        unit_code="UN",
        charge_cents=(row.unit_cents or _invented_cents(code)) * units,
        pointers=_pointers(row.points, diagnoses) if visit.is_professional else (),
        day=row.code.code_date or visit.first,
        error_kind=row.error_kind,
    )


def _pointers(points: str, diagnoses: Sequence[Code]) -> tuple[int, ...]:
    usable = [n for n, row in enumerate(diagnoses, start=1) if row.code_role != "external cause"]
    if points:
        wanted = points.replace(".", "")
        matching = [n for n in usable if diagnoses[n - 1].code.startswith(wanted)]
        return tuple(matching[:_MOST_POINTERS]) or (1,)
    return tuple(usable[:_MOST_POINTERS]) or (1,)


def _hospital_lines(dice: Dice, visit: Visit, already: int, *, has_procedure: bool) -> list[Line]:
    """Return what the hospital's charge master adds: room, drugs, supplies, operating and recovery room."""
    days = max(1, (visit.last - visit.first).days)
    rows: list[tuple[str, int, int, str]] = []
    if visit.encounter_class == "inpatient":
        rows.append(("0120", days, _ROOM_CENTS * days, "DA"))
        rows.append(("0250", days, 100 * dice.between(90, 420) * days, "UN"))
        rows.append(("0300", 2 * days, 100 * dice.between(110, 260) * days, "UN"))
        if has_procedure:
            rows.append(("0360", 1, 100 * dice.between(4200, 16800), "UN"))
            rows.append(("0270", 1, 100 * dice.between(300, 2400), "UN"))
    else:
        rows.append(("0270", 1, 100 * dice.between(120, 640), "UN"))
        rows.append(("0370", 1, 100 * dice.between(380, 980), "UN"))
        rows.append(("0710", 1, 100 * dice.between(240, 620), "UN"))
    return [
        Line(
            control=f"{visit.encounter_id}L{already + number}",
            revenue=revenue,
            code=None,
            modifiers=(),
            units=units,
            unit_code=unit_code,
            charge_cents=cents,
            pointers=(),
            day=visit.first,
        )
        for number, (revenue, units, cents, unit_code) in enumerate(rows, start=1)
    ]


def _invented_cents(code: str) -> int:
    """Price a code that no table of the universe holds, always alike."""
    return 100 * (60 + int.from_bytes(hashlib.sha256(code.encode()).digest()[:2], "big") % 340)
