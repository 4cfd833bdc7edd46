"""Whether a claimed seed draws a letter's sample: RAT-STATS' random numbers, stratum by stratum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.demand_letter.form import DemandLetter, Unit
from auditlib.stats.ratstats.claimed_draw import verify_claimed_draw
from auditlib.stats.ratstats.random_numbers import draw_numbers

_NAMED: Final = 3
_LIKELY: Final = 0.01
_MOST_NUMBERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class DrawCheck:
    """What speaks against the claimed draw, and what could not be checked; a sentence each."""

    wrong: tuple[str, ...]
    not_checked: tuple[str, ...]


def check_draw(letter: DemandLetter, regular: tuple[Unit, ...]) -> DrawCheck:
    """Return whether the sample can be drawn as the letter says.

    Parameters
    ----------
    letter
        The letter.
    regular
        The sampled units without repeats and without those that the universe does not have: these are
        mistakes of their own.
    """
    if "RATSTATS" not in letter.software.upper().replace("-", "").replace(" ", ""):
        named = f"by {letter.software}" if letter.software else "by unnamed software"
        return DrawCheck((), (f"The draw {named} cannot be replayed here: RAT-STATS of 2005 to 2010 can.",))
    numbered = _with_numbers(letter, regular)
    if any(unit.frame_number is None for unit in numbered):
        return DrawCheck((), ("The draw was not replayed: the units' numbers in the frame are not given.",))
    wrong: list[str] = []
    skipped: list[str] = []
    for stratum, count in letter.counts.items():
        own = [unit for unit in numbered if unit.stratum == stratum]
        drawn_count = sum(unit.stratum == stratum for unit in letter.sample)
        seed = (letter.seeds or {}).get(stratum)
        named = f" of stratum {stratum}" if stratum else ""
        if drawn_count > _MOST_NUMBERS or drawn_count >= count or not own:
            skipped.append(f"The draw{named} was not replayed: RAT-STATS draws no such quantity.")
            continue
        numbers = [int(unit.frame_number or 0) for unit in own]
        if seed is not None:
            drawn = {one for (one,) in draw_numbers(seed, 1, count, sample_count=drawn_count).selection_order}
            strange = [number for number in numbers if number not in drawn]
            if strange:
                wrong.append(
                    f"Seed {seed:.10g} does not draw {len(strange):,} of {len(numbers):,} units{named}, as "
                    f"number {', '.join(map(str, strange[:_NAMED]))}."
                )
        elif drawn_count > len(own):
            skipped.append(f"The draw{named} was not replayed: no seed is stated and units repeat.")
        else:
            wrong_one, skipped_one = _without_seed(numbers, count, named)
            wrong += wrong_one
            skipped += skipped_one
    return DrawCheck(tuple(wrong + _moved(letter, regular)), tuple(skipped))


def _without_seed(numbers: list[int], count: int, named: str) -> tuple[list[str], list[str]]:
    try:
        found = verify_claimed_draw([(1, count)], [(number,) for number in numbers])
    except UsageError as error:
        return [f"The numbers{named} cannot be drawn: {error.message}"], []
    if not found.is_possible:
        return [
            f"No seed of RAT-STATS of 2005 to 2010 draws the units{named}: none of its 65,536 streams."
        ], []
    if found.chance_of_coincidence > _LIKELY:
        return [], [f"The list{named} is too short for its frame: that some seed draws it proves little."]
    return [], []


def _with_numbers(letter: DemandLetter, units: tuple[Unit, ...]) -> list[Unit]:
    places = _places(letter)
    return [
        unit
        if unit.frame_number is not None
        else replace(unit, frame_number=places.get((unit.stratum, unit.unit_id)))
        for unit in units
    ]


def _places(letter: DemandLetter) -> dict[tuple[str, str], int]:
    """Return the number of each unit in its stratum of the frame, as given or by the order of the list."""
    places: dict[tuple[str, str], int] = {}
    last: dict[str, int] = {}
    for unit in letter.universe or ():
        last[unit.stratum] = last.get(unit.stratum, 0) + 1
        places.setdefault((unit.stratum, unit.unit_id), unit.frame_number or last[unit.stratum])
    return places


def _moved(letter: DemandLetter, units: tuple[Unit, ...]) -> list[str]:
    """Return a sentence if sampled units have another number in the frame than in the sample."""
    places = _places(letter)
    moved = [
        unit.unit_id
        for unit in units
        if unit.frame_number is not None
        and places.get((unit.stratum, unit.unit_id), unit.frame_number) != unit.frame_number
    ]
    if not moved:
        return []
    named = ", ".join(moved[:_NAMED])
    return [f"{len(moved):,} sampled units are not the frame's units of their numbers, as {named}."]
