"""`auditlib ratstats`: test a claimed RAT-STATS sample, and appraise a file of reviewed units."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.appraisal_screen import appraisal_screen
from auditlib.cli.outcome import ExitCode, Outcome
from auditlib.cli.session import InSession
from auditlib.cli.values import MissingRule, NewFile, Programme, Sides
from auditlib.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditlib.stats.ratstats.claimed_draw import ClaimCheck

app = App(name="ratstats")

AppraisalMethod: TypeAlias = Literal[
    "attribute",
    "attribute-stratified",
    "attribute-two-stage",
    "attribute-three-stage",
    "attribute-cluster",
    "variable",
    "stratified",
    "post-stratified",
    "two-stage",
    "three-stage",
    "cluster",
    "stratified-multistage",
    "unknown-universe",
    "rhc",
    "ratio",
    "regression",
    "unequal",
    "net",
]
_SEEDS_SHOWN: Final = 2
_STREAMS_SHOWN: Final = 2
_LIKELY: Final = 0.01


@app.command
def appraise(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    method: AppraisalMethod = "variable",
    universe: int | None = None,
    manifest: Path | None = None,
    base_total: float | None = None,
    confidence: list[float] | None = None,
    sides: Sides = "two-sided",
    programme: Programme | None = None,
    missing_rule: MissingRule | None = None,
    all_methods: bool = False,
    workpaper: NewFile | None = None,
    limits: Literal["t", "z"] | None = None,
    unreviewed: Path | None = None,
    largest_underpayment: float | None = None,
    session: InSession,
) -> Outcome:
    """Estimate a universe from a CSV file of reviewed units; no workspace is needed.

    Parameters
    ----------
    file
        The CSV file; docs/sampling.md has the columns.
    method
        Which appraisal of RAT-STATS, or ratio, regression, unequal, net.
    universe
        Units in the universe (primary units, if of stages).
    manifest
        Manifest of the sample: universe and design are its.
    base_total
        Dollars of the universe: ratio, regression, and no limit beyond.
    confidence
        Level, may be repeated (default 0.8 0.9 0.95).
    sides
        Limits on both sides, or on one.
    programme
        Also the figure that it demands.
    missing_rule
        How a missing record (column record) counts, without a programme.
    all_methods
        Other methods' limits also where nothing warns.
    workpaper
        Write the estimate as a workpaper in Markdown.
    limits
        Instead of the rule that RAT-STATS has.
    unreviewed
        CSV with the column paid of units not reviewed: minimum sum, net.
    largest_underpayment
        The most dollars that a unit was paid too little: net total.
    """
    del session
    from auditlib.estimation.file_appraisal import appraise_file
    from auditlib.estimation.levels import LEVELS

    appraised = appraise_file(
        file,
        method=method,
        universe_count=universe,
        manifest=manifest,
        base_total=base_total,
        limits=limits,
        unreviewed=unreviewed,
        confidence=confidence or LEVELS,
        sides=sides,
        programme=programme,
        missing_rule=missing_rule,
        all_methods=all_methods,
        largest_underpayment=largest_underpayment,
    )
    if workpaper is not None:
        workpaper.write_text(appraised.paper, encoding="utf-8")
    shown = (*appraised.basis, *appraised.records, *appraisal_screen(appraised.appraisal))
    return Outcome(appraised.to_values, shown)


@app.command
def verify(
    numbers: Annotated[list[str] | None, Parameter(name="NUMBER")] = None,
    /,
    *,
    bounds: list[str],
    file: Path | None = None,
    spare: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    ordered: bool = False,
    seed: float | None = None,
    session: InSession,
) -> Outcome:
    """Say whether RAT-STATS 2005-2010 could have drawn a claimed sample; no workspace is needed.

    Parameters
    ----------
    numbers
        The sample; sets as 309-41 (the others from --file).
    bounds
        Lowest and highest number, LOW-HIGH; once for each number of a set.
    file
        File with one number or set a line; 'spare 12' for a spare.
    spare
        Claimed spares in the order printed.
    ordered
        The sample is in order of selection.
    seed
        The seed that was stated.
    """
    del session
    from auditlib.stats.ratstats.claimed_draw import (
        clock_seeds_of_stream,
        verify_claimed_draw,
        whole_seeds_of_stream,
    )

    ranges = [_pair(text) for text in bounds]
    sample = [_numbers(text) for text in numbers or ()]
    spares = [_numbers(text) for text in spare or ()]
    if file is not None:
        for line in _lines(file):
            kind, _, rest = line.rpartition(" ")
            (spares if kind.strip().lower() == "spare" else sample).append(_numbers(rest))
    claimed = verify_claimed_draw(ranges, sample, spares=spares, ordered=ordered, seed=seed)
    streams = [
        (
            stream,
            [*whole_seeds_of_stream(stream)[:_SEEDS_SHOWN], *clock_seeds_of_stream(stream)[:_SEEDS_SHOWN]],
        )
        for stream in claimed.streams[:_STREAMS_SHOWN]
    ]
    is_supported = claimed.is_possible and claimed.is_seed_consistent is not False
    return Outcome(
        lambda: {
            "is_possible": claimed.is_possible,
            "is_seed_consistent": claimed.is_seed_consistent,
            "stream_count": len(claimed.streams),
            "chance_of_coincidence": claimed.chance_of_coincidence,
            "streams": [{"stream": stream, "seeds": seeds} for stream, seeds in streams],
        },
        _verify_lines(claimed, streams, seed),
        ExitCode.DONE if is_supported else ExitCode.BAD_INPUT,
    )


def _verify_lines(
    claimed: ClaimCheck, streams: list[tuple[int, list[float]]], seed: float | None
) -> Iterator[str]:
    if not claimed.is_possible:
        yield (
            "Refuted: none of the 65,536 streams of RAT-STATS 2005-2010 draws this sample from these bounds."
        )
        return
    yield f"Possible: {len(claimed.streams):,} of 65,536 streams of RAT-STATS 2005-2010 draw this sample."
    for stream, seeds in streams:
        yield f"  stream {stream}: seeds such as {', '.join(f'{one:g}' for one in seeds) or 'none known'}"
    yield f"  Chance that an arbitrary list would pass: {claimed.chance_of_coincidence:.2g}"
    if claimed.chance_of_coincidence > _LIKELY:
        yield "  The list is too short for its bounds: a match proves little."
    if claimed.is_seed_consistent is not None:
        yield f"  The stated seed {seed} {'draws it' if claimed.is_seed_consistent else 'does NOT draw it'}."


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
