"""An invented machine coder in two versions, its codes with confidence, and a reviewer whom they sway."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tools.synthetic.dice import Dice
from tools.synthetic.encounters import Code
from tools.synthetic.verdicts import agreement, corrected_code
from tools.synthetic.write_charts import verdict_lines

if TYPE_CHECKING:
    from tools.synthetic.universe import Universe

NAME = "Codewise"
REVIEWER = "R03"
FIRST_DAY = date(2026, 9, 1)
_COLUMNS = (
    "encounter_id",
    "code_system",
    "code",
    "code_role",
    "code_source",
    "coder_name",
    "coder_version",
    "confidence_share",
    "span_document_number",
    "span_start",
    "span_end",
)
# Codes of symptoms and history that a careless machine finds in many notes.
_CARELESS = ("R5383", "R079", "R0602", "Z8249", "R112", "Z87891")
_CAREFUL_ADDS, _SWAYED_ADDS, _SWAYED_WRONG, _CAREFUL_FINDS, _SWAYED_FINDS = 0.55, 0.9, 0.4, 0.8, 0.95


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the machine coder: since when it codes, and how often it errs, in chances."""

    version: str
    first_day: date
    wrong: float
    missed: float


VERSIONS = (Version("2.1", FIRST_DAY, 0.006, 0.03), Version("2.2", date(2026, 9, 21), 0.06, 0.02))


@dataclass(frozen=True, slots=True)
class MachineCode:
    """One code of the machine, with its confidence in hundredths and its span."""

    code_system: str
    code: str
    code_role: str
    confidence: int
    span: tuple[int, int, int] | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """What the machine reads of a visit: the right codes, and the sentence of each in its documents."""

    encounter_id: str
    right: tuple[tuple[str, str, str], ...]
    spans: dict[str, tuple[int, int, int]]
    verdicts: list[dict[str, object]]


def machine_files(universe: Universe) -> dict[str, str]:
    """Return the machine's codes by version, and the swayed reviewer's verdicts with and without them."""
    files = {}
    for version in VERSIONS:
        coded = list(_coded(universe, version))
        files[f"machine/codewise_{version.version}.csv"] = _table(version, coded)
    coded = list(_coded(universe, VERSIONS[0]))
    dice = Dice(f"swayed reviewer {universe.seed}")
    for name, is_shown in (("with_suggestions", True), ("without_suggestions", False)):
        reviews = [
            (visit.encounter_id, _swayed(dice.fork(visit.encounter_id), visit, codes, is_shown=is_shown))
            for visit, codes in coded
        ]
        files[f"audit/{name}.ndjson"] = verdict_lines(reviews, reviewer=REVIEWER)
    return files


def _visits(universe: Universe, first_day: date) -> Iterator[Visit]:
    for case in universe.cases:
        if case.encounter.last < first_day:
            continue
        spans = {}
        for gold in case.encounter.gold:
            for number, document in enumerate(case.documents, start=1):
                start = document.text.find(gold.sentence)
                if gold.sentence and start >= 0:
                    spans[gold.code.code] = (number, start, start + len(gold.sentence))
                    break
        right = tuple(
            (one.code.code_system, one.code.code, one.code.code_role) for one in case.encounter.gold
        )
        yield Visit(case.encounter.encounter_id, right, spans, case.verdicts)


def _coded(universe: Universe, version: Version) -> Iterator[tuple[Visit, list[MachineCode]]]:
    dice = Dice(f"machine {version.version} {universe.seed}")
    for visit in _visits(universe, version.first_day):
        yield visit, list(_codes(dice.fork(visit.encounter_id), visit, version))


def _codes(dice: Dice, visit: Visit, version: Version) -> Iterator[MachineCode]:
    given = {code for _, code, _ in visit.right}
    for system, code, role in visit.right:
        if dice.chance(version.missed):
            continue
        if system == "ICD-10-CM" and dice.chance(version.wrong * 2):
            careless = dice.pick([one for one in _CARELESS if one not in given])
            given.add(careless)
            yield MachineCode(system, careless, role, dice.between(35, 93), None, is_right=False)
            continue
        # Now and then it is right and unsure.
        confidence = dice.between(55, 89) if dice.chance(0.15) else dice.between(90, 99)
        yield MachineCode(system, code, role, confidence, visit.spans.get(code), is_right=True)


def _table(version: Version, coded: Sequence[tuple[Visit, Sequence[MachineCode]]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for visit, codes in coded:
        for one in codes:
            writer.writerow(
                (
                    visit.encounter_id,
                    one.code_system,
                    one.code,
                    one.code_role,
                    "model",
                    NAME,
                    version.version,
                    f"0.{one.confidence:02}",
                    *(one.span or ("", "", "")),
                )
            )
    return buffer.getvalue()


def _swayed(
    dice: Dice, visit: Visit, codes: Sequence[MachineCode], *, is_shown: bool
) -> list[dict[str, object]]:
    """Return the verdicts of a reviewer who finds more where codes are suggested, and takes wrong ones."""
    suggested = {(one.code_system, one.code) for one in codes} if is_shown else set()
    verdicts: list[dict[str, object]] = []
    for verdict in visit.verdicts:
        corrected = verdict["corrected"]
        is_hinted = isinstance(corrected, dict) and (corrected["code_system"], corrected["code"]) in suggested
        is_addition = verdict["action"] == "add"
        unaided, aided = (_CAREFUL_ADDS, _SWAYED_ADDS) if is_addition else (_CAREFUL_FINDS, _SWAYED_FINDS)
        # One throw for both, so that who finds it unaided finds it aided.
        is_found = dice.chance(aided if is_hinted else unaided)
        if verdict["action"] == "agree" or is_found:
            verdicts.append({**verdict, "comment": None})
        elif not is_addition:
            verdicts.append(agreement(verdict["code_number"]))
    taken = [one for one in codes if not one.is_right and dice.chance(_SWAYED_WRONG)]
    return [*verdicts, *(_addition(one) for one in taken if is_shown)]


def _addition(one: MachineCode) -> dict[str, object]:
    corrected = Code(one.code_system, one.code, "secondary")
    return {
        "code_number": None,
        "action": "add",
        "corrected": corrected_code(corrected),
        "error_kind": "missed code",
        "cause": "coder oversight",
        "comment": None,
    }
