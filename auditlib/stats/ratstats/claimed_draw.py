"""Could RAT-STATS have drawn this sample? Every one of its 65,536 streams is tried."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import whole
from auditlib.stats.ratstats.random_numbers import (
    MODULI,
    MULTIPLIERS,
    VB_INCREMENT,
    VB_MASK,
    VB_MULTIPLIER,
    VB_RESET_STATE,
    VB_SCALE,
    Numbers,
    stream_of_seed,
    uniforms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

STREAM_COUNT = 1 << 16
_WHOLE_SEED_LIMIT = 1_000_000
_FEW_STREAMS = 8
_MANY_STREAMS = 64


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """What is known about a claimed draw.

    Parameters
    ----------
    is_possible
        Whether some stream of the program gives the claimed numbers.
    streams
        Every stream that does.
    chance_of_coincidence
        Probability that at least one of the 65,536 streams gives an arbitrary list of this kind: near 1 for
        a list so short that a match proves nothing.
    is_seed_consistent
        Whether the stated seed starts one of the streams; None if no seed was stated.
    """

    is_possible: bool
    streams: tuple[int, ...]
    chance_of_coincidence: float
    is_seed_consistent: bool | None


def _initial_states(streams: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    state = (VB_RESET_STATE & 0xFF) | (streams << 8)
    values = []
    for modulus in MODULI:
        state = (state * VB_MULTIPLIER + VB_INCREMENT) & VB_MASK
        values.append(state * modulus // VB_SCALE + 1)
    return values


def _step(state: list[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Advance every stream by one number, in place, and return the numbers in 0..1."""
    for value, multiplier, modulus in zip(state, MULTIPLIERS, MODULI, strict=True):
        np.multiply(value, multiplier, out=value)
        np.remainder(value, modulus, out=value)
    total = state[0] / MODULI[0] + state[1] / MODULI[1] + state[2] / MODULI[2]
    return np.asarray(total - np.floor(total), dtype=np.float64)


def _encoded(units: Sequence[Numbers], lows: Sequence[int], sizes: Sequence[int], name: str) -> list[int]:
    codes = []
    for unit in units:
        if len(unit) != len(sizes):
            message = f"{name} holds a set of {len(unit)} number(s); {len(sizes)} range(s) were given."
            raise UsageError(message)
        code = 0
        for number, low, size in zip(unit, lows, sizes, strict=True):
            offset = whole(number, f"a number of {name}") - low
            if not 0 <= offset < size:
                message = f"{name} holds {number}, outside {low} to {low + size - 1}."
                raise UsageError(message, hint="The bounds of the frame are part of the claim.")
            code = code * size + offset
        codes.append(code)
    return codes


def verify_claimed_draw(
    ranges: Sequence[Sequence[int]],
    sample: Sequence[Numbers],
    *,
    spares: Sequence[Numbers] = (),
    ordered: bool = False,
    seed: float | None = None,
) -> ClaimCheck:
    """Return whether RAT-STATS 2005 to 2010 could have drawn the sample, and with which streams.

    Parameters
    ----------
    ranges
        Lowest and highest number of each component; one pair for single-stage numbers.
    sample
        The claimed sample, each unit a tuple of numbers; all of it.
    spares
        Claimed spares in random order, as printed; may be cut short.
    ordered
        Whether `sample` stands in the order of selection (else any order will do).
    seed
        The seed stated by the claimant, if any.

    Raises
    ------
    UsageError
        If the claim is empty, repeats a unit or leaves the stated bounds.

    Notes
    -----
    A stream is dropped at its first number outside the claim, so the effort is that of a few draws of each
    stream: about a tenth of a second for a hundred numbers of a thousand.
    """
    lows = [whole(low, "low") for low, _ in ranges]
    sizes = [whole(high, "high", minimum=low) - low + 1 for (_, high), low in zip(ranges, lows, strict=True)]
    sample_codes = _encoded(sample, lows, sizes, "sample")
    spare_codes = _encoded(spares, lows, sizes, "spares")
    if not sample_codes:
        message = "A claim needs at least one number in the sample."
        raise UsageError(message)
    if len(set(sample_codes + spare_codes)) < len(sample_codes) + len(spare_codes):
        message = "The claimed numbers repeat; RAT-STATS never draws a unit twice."
        raise UsageError(message)
    candidates = _candidate_streams(sizes, sample_codes, ordered=ordered)
    if not ordered and len(candidates) > _MANY_STREAMS:
        candidates = _collecting_streams(candidates, sizes, sample_codes)
    streams = tuple(
        stream
        for stream in candidates.tolist()
        if _gives(stream, sizes, sample_codes, spare_codes, ordered=ordered)
    )
    return ClaimCheck(
        bool(streams),
        streams,
        _coincidence(math.prod(sizes), len(sample_codes), len(spare_codes), ordered=ordered),
        None if seed is None else stream_of_seed(seed) in streams,
    )


def _candidate_streams(sizes: Sequence[int], codes: Sequence[int], *, ordered: bool) -> NDArray[np.int64]:
    """Return the streams whose first draws, one for each sampled unit, all lie in the sample."""
    streams = np.arange(STREAM_COUNT, dtype=np.int64)
    state = _initial_states(streams)
    claimed = np.sort(np.asarray(codes, dtype=np.int64))
    for position in range(len(codes)):
        code = _next_codes(state, sizes)
        if ordered and position == 0:
            is_inside = code == codes[0]
        else:
            place = np.minimum(np.searchsorted(claimed, code), len(claimed) - 1)
            is_inside = claimed[place] == code
        streams = streams[is_inside]
        state = [value[is_inside] for value in state]
        if len(streams) <= _FEW_STREAMS:
            break
    return streams


def _next_codes(state: list[NDArray[np.int64]], sizes: Sequence[int]) -> NDArray[np.int64]:
    code = np.zeros(len(state[0]), dtype=np.int64)
    for size in sizes:
        code = code * size + (_step(state) * size).astype(np.int64)
    return code


def _collecting_streams(
    streams: NDArray[np.int64], sizes: Sequence[int], codes: Sequence[int]
) -> NDArray[np.int64]:
    """Return the streams that draw the whole sample before anything else; for nearly complete samples."""
    state = _initial_states(streams)
    claimed = np.sort(np.asarray(codes, dtype=np.int64))
    is_seen = np.zeros((len(streams), len(codes)), dtype=np.bool_)
    rows = np.arange(len(streams))
    missing = np.full(len(streams), len(codes))
    complete = []
    while len(rows):
        code = _next_codes(state, sizes)
        place = np.minimum(np.searchsorted(claimed, code), len(claimed) - 1)
        is_inside = claimed[place] == code
        missing -= is_inside & ~is_seen[rows, place]
        is_seen[rows, place] |= is_inside
        is_complete = missing == 0
        complete.append(streams[rows[is_complete]])
        goes_on = is_inside & ~is_complete
        rows, missing = rows[goes_on], missing[goes_on]
        state = [value[goes_on] for value in state]
    return np.concatenate(complete)


def _draws(stream: int, sizes: Sequence[int]) -> Iterator[int]:
    numbers = uniforms(stream)
    while True:
        code = 0
        for size in sizes:
            code = code * size + int(next(numbers) * size)
        yield code


def _gives(
    stream: int, sizes: Sequence[int], sample: Sequence[int], spares: Sequence[int], *, ordered: bool
) -> bool:
    remaining = set(sample)
    seen: set[int] = set()
    expected_order = itertools.chain(sample if ordered else itertools.repeat(None, len(sample)), spares)
    draws = _draws(stream, sizes)
    for expected in expected_order:
        code = next(draws)
        while code in seen:
            code = next(draws)
        seen.add(code)
        if expected is None:
            if code not in remaining:
                return False
        elif code != expected:
            return False
    return True


def _coincidence(size: int, sample_count: int, spare_count: int, *, ordered: bool) -> float:
    """Return 1 - (1 - p)^65536 with p the chance that one fair stream gives the list."""
    fixed = spare_count + (sample_count if ordered else 0)
    log_ways = math.lgamma(size + 1) - math.lgamma(size - sample_count - spare_count + 1)
    if not ordered:
        log_ways -= math.lgamma(sample_count + 1)
    if fixed == 0 and sample_count == size:
        return 1.0
    share = math.exp(-log_ways)
    return 1.0 if share >= 1.0 else -math.expm1(STREAM_COUNT * math.log1p(-share))


def frame_position(
    frames: Sequence[Sequence[int]], item: Numbers, *, lines: Sequence[int] | None = None
) -> Numbers:
    """Return where a unit of a frame stands in the joined frames, for verifying a draw over frames.

    Parameters
    ----------
    frames
        Lowest and highest number (page) of each frame.
    item
        (frame, number), or (frame, page, line) with `lines`; frames count from 1.
    lines
        Lines per page of each frame.

    Examples
    --------
    >>> frame_position([(1, 1050), (8405, 9565)], (2, 8452))
    (1098,)
    """
    per_page = list(lines) if lines is not None else [1] * len(frames)
    number, page, line = (*item, 1) if lines is None else item
    if not 1 <= number <= len(frames):
        message = f"There is no frame {number}."
        raise UsageError(message)
    low, high = frames[number - 1]
    if not (low <= page <= high and 1 <= line <= per_page[number - 1]):
        message = f"Frame {number} does not hold {item[1:]}."
        raise UsageError(message)
    before = sum(
        (end - begin + 1) * count for (begin, end), count in zip(frames[: number - 1], per_page, strict=False)
    )
    return (before + (page - low) * per_page[number - 1] + line,)


def whole_seeds_of_stream(stream: int, *, limit: int = _WHOLE_SEED_LIMIT) -> list[int]:
    """Return the whole numbers of 0..limit that start a stream, to replay a match in the program."""
    number = whole(stream, "stream", minimum=0)
    seeds = np.arange(whole(limit, "limit", minimum=0) + 1, dtype=np.float64)
    upper = (seeds.view(np.uint64) >> np.uint64(32)).astype(np.int64)
    return [int(seed) for seed in np.flatnonzero(((upper & 0xFFFF) ^ (upper >> 16)) == number)]


def clock_seeds_of_stream(stream: int) -> list[float]:
    """Return the blank-seed times (seconds since midnight, two decimals) that start a stream."""
    number = whole(stream, "stream", minimum=0)
    seeds = np.arange(8_640_000, dtype=np.float64) / 100
    upper = (seeds.view(np.uint64) >> np.uint64(32)).astype(np.int64)
    return [float(seed) for seed in seeds[((upper & 0xFFFF) ^ (upper >> 16)) == number]]
