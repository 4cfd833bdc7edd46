"""The codes that made claims carry: diagnoses of ICD-10-CM, and numbers that stand for procedures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A category, and the endings with which it is a code: all of them billable since October 2023.
_DIAGNOSES = """
I10 N390 R079 R0602 R1310 R112 R42 R5383 R61 K219 K5900 E039 E785 E876 E559 Z0000 Z23 Z1231 Z7901 Z794
J029 J069 J189 J209
E11: 21 22 29 311 319 36 40 42 43 49 51 52 59 610 618 620 621 622 628 630 638 641 649 65 69 8 9
I: 110 130 132 2510 2720 340 341 350 4811 480 4820 4891 5020 5022 5030 5032 5040 5042 639 671 6930 739 872
J: 302 309 329 410 42 440 441 449 4520 4521 4530 4541 45909 45998 690 9601 9621
M25: 511 512 521 522 531 532 541 542 551 552 561 562 571 572
M: 1611 1612 1711 1712 170 1990 4802 48061 5116 5117 5126 5416 5441 5450 7910 797 810 8580
F: 0390 1010 1020 17210 209 319 320 321 329 330 331 332 411 419 4310 900
N: 179 181 182 184 185 186 189 200 201 3281 3941 400 401 810 920 951
K: 2100 2970 3580 4090 449 5730 580 5909 7460 7581 8020 811 8590 922
G: 20A1 2581 309 35 40909 43009 43909 4733 5601 5602 629 8929
S: 52501A 52502A 72001A 72002A 82001A 93401A 93402A 0990XA 161XXA 61411A
"""
_PROCEDURES = """
99213 99214 99203 99215 80053 85025 36415 93000 71046 J1100 G0439 90686 81003 83036 80061 84443 97110
97140 20610 96372 90471 93306 99284 99285 11042 17000 45378 45380 43239 66984
"""
_MADE_NUMBERS = range(10_000, 10_370)


@dataclass(frozen=True, slots=True)
class CodePool:
    """Codes in the order of how often they occur, the most frequent first."""

    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]


def usual_codes() -> CodePool:
    """Return 250 diagnoses, 30 procedures of every day, and numbers of procedures that are made up."""
    diagnoses: list[str] = []
    for line in _DIAGNOSES.strip().splitlines():
        category, colon, endings = line.partition(":")
        diagnoses += [category + ending for ending in endings.split()] if colon else line.split()
    return CodePool(tuple(diagnoses), (*_PROCEDURES.split(), *map(str, _MADE_NUMBERS)))


def codes_of(diagnoses: Path | None, procedures: Path | None) -> CodePool:
    """Return the codes of two files, one a line; without a file the usual ones."""
    usual = usual_codes()
    return CodePool(
        tuple(diagnoses.read_text(encoding="ascii").split()) if diagnoses else usual.diagnoses,
        tuple(procedures.read_text(encoding="ascii").split()) if procedures else usual.procedures,
    )
