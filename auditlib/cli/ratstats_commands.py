"""The command that tests a claimed RAT-STATS sample; it loads nothing but the statistics."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditlib.cli.output import print_json
from auditlib.errors import BadInputError, UsageError
from auditlib.stats.ratstats.claimed_draw import (
    clock_seeds_of_stream,
    verify_claimed_draw,
    whole_seeds_of_stream,
)

DONE, BAD_INPUT = 0, 3
_SEEDS_SHOWN, _STREAMS_SHOWN = 2, 2
_LIKELY = 0.01


def ratstats_verify(arguments: argparse.Namespace) -> int:
    """Say whether the program could have drawn a claimed sample."""
    ranges = [_pair(text) for text in arguments.bounds]
    sample = [_numbers(text) for text in arguments.numbers]
    spares = [_numbers(text) for text in arguments.spare]
    if arguments.file is not None:
        for line in _lines(arguments.file):
            kind, _, rest = line.rpartition(" ")
            (spares if kind.strip().lower() == "spare" else sample).append(_numbers(rest))
    found = verify_claimed_draw(ranges, sample, spares=spares, ordered=arguments.ordered, seed=arguments.seed)
    streams = [
        (
            stream,
            [*whole_seeds_of_stream(stream)[:_SEEDS_SHOWN], *clock_seeds_of_stream(stream)[:_SEEDS_SHOWN]],
        )
        for stream in found.streams[:_STREAMS_SHOWN]
    ]
    is_supported = found.is_possible and found.is_seed_consistent is not False
    if arguments.json:
        print_json(
            {
                "is_possible": found.is_possible,
                "is_seed_consistent": found.is_seed_consistent,
                "stream_count": len(found.streams),
                "chance_of_coincidence": found.chance_of_coincidence,
                "streams": [{"stream": stream, "seeds": seeds} for stream, seeds in streams],
            }
        )
        return DONE if is_supported else BAD_INPUT
    if not found.is_possible:
        print(
            "Refuted: none of the 65,536 streams of RAT-STATS 2005-2010 draws this sample from these bounds."
        )
        return BAD_INPUT
    print(f"Possible: {len(found.streams):,} of 65,536 streams of RAT-STATS 2005-2010 draw this sample.")
    for stream, seeds in streams:
        print(f"  stream {stream}: seeds such as {', '.join(f'{seed:g}' for seed in seeds) or 'none known'}")
    print(f"  Chance that an arbitrary list would pass: {found.chance_of_coincidence:.2g}")
    if found.chance_of_coincidence > _LIKELY:
        print("  The list is too short for its bounds: a match proves little.")
    if found.is_seed_consistent is not None:
        said = "draws it" if found.is_seed_consistent else "does NOT draw it"
        print(f"  The stated seed {arguments.seed} {said}.")
    return DONE if is_supported else BAD_INPUT


def _pair(text: str) -> tuple[int, int]:
    low, separator, high = text.replace("..", "-").rpartition("-")
    try:
        if separator:
            return int(low), int(high)
    except ValueError:
        pass
    message = f"'{text}' is no pair of bounds."
    raise UsageError(message, hint="Write 1-1000.")


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", "-").split("-"))
    except ValueError:
        message = f"'{text}' is neither a number nor a set of numbers."
        raise BadInputError(message, hint="Write 718, or 309-41 for a set of two.") from None


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = "The file of numbers cannot be read."
        raise BadInputError(message, hint="One number or set a line, as text in UTF-8.") from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
