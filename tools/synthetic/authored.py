"""The charts that were written by hand: read from the data folder, billed as their answer keys tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditlib.errors import BadInputError
from tools.synthetic.adjudication import Denial, decide
from tools.synthetic.billing import Visit
from tools.synthetic.clinical import clinic
from tools.synthetic.coding import CoderCode
from tools.synthetic.dice import Dice
from tools.synthetic.encounters import Code
from tools.synthetic.episodes import Episode, RemitClaim, answer_day, control_number, correct, first_claim
from tools.synthetic.people import Patient, new_patient

STORIES = ("paid", "denied", "denied, corrected, paid", "partly paid")
_DEFAULT_DENIAL = ("CO", "16")


@dataclass(frozen=True, slots=True)
class AuthoredCase:
    """One chart written by hand, coded and billed."""

    encounter_id: str
    coder_id: str
    coded_date: date
    gold_count: int
    codes: tuple[CoderCode, ...]
    verdicts: list[dict[str, object]]
    episode: Episode


def read_authored(folder: Path, dice: Dice) -> list[AuthoredCase]:
    """Read the authored charts under a data folder, if it holds any.

    Raises
    ------
    BadInputError
        If a chart or its answer key is missing or does not hold what the contract asks.
    """
    cases = []
    for path in sorted((folder / "charts").glob("*/encounter.json")):
        name = path.parent.name
        try:
            chart = json.loads(path.read_text(encoding="utf-8"))
            key = json.loads((folder / "answer_keys" / f"{name}.json").read_text(encoding="utf-8"))
            cases.append(_case(dice.fork(name), chart, key))
        except (OSError, KeyError, ValueError, TypeError) as error:
            message = f"The authored chart {name} cannot be billed: {type(error).__name__} {error}."
            hint = "Compare charts/*/encounter.json and answer_keys/*.json with a chart that works."
            raise BadInputError(message, hint=hint) from error
    return cases


def _case(dice: Dice, chart: Mapping[str, Any], key: Mapping[str, Any]) -> AuthoredCase:
    billing = key["billing"]
    first = date.fromisoformat(chart["admit_date"])
    verdicts: list[dict[str, object]] = key["verdicts"]
    codes = _coded(chart["codes"], {row["code_number"]: row["error_kind"] for row in verdicts})
    right = _coded(key["codes"], {}, day=first)
    visit = Visit(
        encounter_id=chart["encounter_id"],
        encounter_class=chart["encounter_class"],
        patient=_patient(dice, chart, billing["payer_id"]),
        first=first,
        last=date.fromisoformat(chart["discharge_date"]),
        facility_id=chart["facility_id"],
        provider_id=chart["provider_id"],
        discharge_status_code=chart["discharge_status_code"],
        drg_code=chart["billed_drg_code"],
    )
    coded_date = date.fromisoformat(chart["coded_date"])
    episode = _bill(dice, visit, codes, right, coded_date=coded_date, billing=billing)
    return AuthoredCase(
        chart["encounter_id"], chart["coder_id"], coded_date, len(right), codes, verdicts, episode
    )


def _coded(
    rows: list[Mapping[str, Any]], kinds: Mapping[object, object], *, day: date | None = None
) -> tuple[CoderCode, ...]:
    """Read codes; the answer key gives procedures no date of their own, so they take the first day."""
    codes = []
    for number, row in enumerate(rows, start=1):
        given = row.get("code_date")
        is_procedure = row["code_role"] == "procedure"
        code = Code(
            code_system=row["code_system"],
            code=row["code"].replace(".", ""),
            code_role=row["code_role"],
            poa_indicator=row["poa_indicator"],
            code_date=date.fromisoformat(given) if given else day if is_procedure else None,
            modifiers=tuple(row["modifiers"]),
            unit_count=row["unit_count"],
        )
        entry = clinic().procedures.get(code.code)
        kind = kinds.get(number)
        cents = entry.charge_cents if entry else 0
        codes.append(CoderCode(code, None, "", cents, error_kind=str(kind) if kind else None))
    return tuple(codes)


def _patient(dice: Dice, chart: Mapping[str, Any], payer_id: str) -> Patient:
    patient = new_patient(
        dice,
        sex=chart["sex"],
        birth_date=date.fromisoformat(chart["birth_date"]),
        first_day=date.fromisoformat(chart["admit_date"]),
    )
    patient.payer_id = payer_id
    patient.secondary_payer_id = None
    patient.member_id = f"{payer_id[1:]}{patient.member_id[2:]}"
    return patient


def _bill(
    dice: Dice,
    visit: Visit,
    codes: tuple[CoderCode, ...],
    right: tuple[CoderCode, ...],
    *,
    coded_date: date,
    billing: Mapping[str, Any],
) -> Episode:
    """Bill a chart as its story says; a claim that is denied, and no more, gets nothing at all."""
    story = billing["story"]
    if story not in STORIES:
        message = f"story {story!r} is none of {', '.join(STORIES)}"
        raise ValueError(message)
    episode = Episode(visit)
    claim = first_claim(dice, visit, codes, coded_date=coded_date, may_slip=False)
    denial = None
    if story != "paid":
        group = billing.get("group_code") or _DEFAULT_DENIAL[0]
        reason = billing.get("reason_code") or _DEFAULT_DENIAL[1]
        line_number = billing.get("line_number")
        numbers = (int(line_number),) if line_number and story != "denied" else None
        denial = Denial(str(reason), None, numbers, "authored", group=str(group))
    answer = RemitClaim(claim, decide(dice, claim, denial), answer_day(dice, claim), control_number(claim, 1))
    episode.send(claim)
    episode.answer(answer)
    if story == "denied, corrected, paid":
        correct(dice, episode, answer, right, denial=None)
    return episode
