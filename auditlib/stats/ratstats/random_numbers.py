"""Random numbers as RAT-STATS 2005 to 2010 draws them: single numbers, sets, frames and RHC groups."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsFloat

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, finite_values, same_length, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PROGRAM_LIMIT = 2_000
MULTIPLIERS = (171, 172, 170)
MODULI = (30269, 30307, 30323)
# State of Visual Basic's generator after Rnd(-1), which the program calls before Randomize.
VB_RESET_STATE = 0x395886
VB_MULTIPLIER, VB_INCREMENT, VB_MASK = 0x43FD43FD, 0xC39EC3, 0xFFFFFF
VB_SCALE = 1 << 24

Numbers = tuple[int, ...]


def stream_of_seed(seed: SupportsFloat) -> int:
    """Return which of the 65,536 streams a seed starts.

    Parameters
    ----------
    seed
        As typed into RAT-STATS, or as printed when it was left blank (seconds since midnight).

    Notes
    -----
    Visual Basic's ``Randomize`` keeps 16 bits of the seed: the two halves of the upper 32 bits of its IEEE
    double, joined by exclusive or. Seeds of the same stream draw the same sample.

    Examples
    --------
    >>> stream_of_seed(12345) == stream_of_seed(49381)
    True
    """
    (upper,) = struct.unpack("<I", struct.pack("<d", finite(seed, "seed"))[4:])
    return int((upper & 0xFFFF) ^ (upper >> 16))


def _vb_start(stream: int) -> int:
    return (VB_RESET_STATE & 0xFF) | (stream << 8)


def _vb_next(state: int) -> int:
    return (state * VB_MULTIPLIER + VB_INCREMENT) & VB_MASK


def initial_state(seed: SupportsFloat) -> tuple[int, int, int]:
    """Return the three starting values of the Wichmann-Hill generator for a seed."""
    return _initial_state(stream_of_seed(seed))


def _initial_state(stream: int) -> tuple[int, int, int]:
    state = _vb_start(stream)
    values = []
    for modulus in MODULI:
        state = _vb_next(state)
        values.append(state * modulus // VB_SCALE + 1)
    return values[0], values[1], values[2]


def uniforms(stream: int) -> Iterator[float]:
    """Yield the stream's numbers in 0..1 (Wichmann and Hill, AS 183).

    References
    ----------
    B. A. Wichmann and I. D. Hill, Applied Statistics 31 (1982), 188-190, and Byte, March 1987, 127-128,
    named as the source in the RAT-STATS User Guide, p. ii.
    """
    x, y, z = _initial_state(stream)
    while True:
        x, y, z = x * 171 % 30269, y * 172 % 30307, z * 170 % 30323
        total = x / 30269 + y / 30307 + z / 30323
        yield total - int(total)


@dataclass(frozen=True, slots=True)
class NumberDraw:
    """Numbers drawn by one run of the program.

    Parameters
    ----------
    seed
        As given.
    selection_order
        The sample, each a tuple of one to four numbers, in the order of selection.
    spares
        The following draws, "spares in random order".
    """

    seed: float
    selection_order: tuple[Numbers, ...]
    spares: tuple[Numbers, ...]

    @property
    def sample_sorted(self) -> tuple[Numbers, ...]:
        """The sample in ascending order, as printed first."""
        return tuple(sorted(self.selection_order))

    @property
    def sum_of_numbers(self) -> int:
        """The printed control total: sum over the sample and the spares."""
        return sum(sum(numbers) for numbers in self.selection_order + self.spares)


@dataclass(frozen=True, slots=True)
class FrameDraw:
    """Items drawn over several frames laid end to end.

    Parameters
    ----------
    seed
        As given.
    selection_order, spares
        Positions in the joined frames, in the order of selection.
    items, spare_items
        The same units as (frame number, number) or (frame number, page, line).
    """

    seed: float
    selection_order: Numbers
    spares: Numbers
    items: tuple[Numbers, ...]
    spare_items: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class RhcSelection:
    """Primary units selected by Rao, Hartley and Cochran's method.

    Parameters
    ----------
    groups
        Unit numbers (from 1) of each random group, in the group's order.
    selected
        The unit drawn in each group, with probability proportional to size.
    group_sizes
        Sum of sizes of each group.
    is_remainder_assumed
        True if groups are of unequal count: no published example shows where RAT-STATS puts the remainder;
        here the first groups take one more each.
    """

    groups: tuple[Numbers, ...]
    selected: Numbers
    group_sizes: tuple[float, ...]
    is_remainder_assumed: bool


def _range_sizes(ranges: Sequence[Sequence[int]]) -> list[int]:
    if not ranges:
        message = "At least one range of numbers is needed."
        raise UsageError(message)
    sizes = []
    for position, (low, high) in enumerate(ranges, start=1):
        low_number = whole(low, f"low of range {position}")
        high_number = whole(high, f"high of range {position}", minimum=low_number)
        sizes.append(high_number - low_number + 1)
    return sizes


def _require_quantity(sample_count: int, spare_count: int, size: int, *, program_limits: bool) -> int:
    sample_count = whole(sample_count, "sample_count", minimum=0)
    quantity = sample_count + whole(spare_count, "spare_count", minimum=0)
    if quantity < 1:
        message = "Nothing to draw: sample_count and spare_count are both 0."
        raise UsageError(message)
    if program_limits and (quantity > PROGRAM_LIMIT or quantity >= size):
        message = f"RAT-STATS cannot draw {quantity} numbers from {size}."
        raise UsageError(
            message,
            hint=f"It draws at most {PROGRAM_LIMIT:,}, and fewer than the frame holds; "
            "program_limits=False lifts both.",
        )
    if quantity > size:
        message = f"{quantity} different numbers cannot be drawn from {size}."
        raise UsageError(message)
    return quantity


def _distinct(draw: Callable[[], Numbers], quantity: int) -> list[Numbers]:
    # A dictionary keeps the order of selection and skips repeats, as the program does.
    found: dict[Numbers, None] = {}
    while len(found) < quantity:
        found[draw()] = None
    return list(found)


def draw_sets(
    seed: float,
    ranges: Sequence[Sequence[int]],
    *,
    sample_count: int,
    spare_count: int = 0,
    program_limits: bool = True,
) -> NumberDraw:
    """Return numbers, or sets of two, three or four numbers, as RAT-STATS draws them.

    Parameters
    ----------
    seed
        As typed or as printed.
    ranges
        Lowest and highest number of each component: one pair for single-stage numbers.
    sample_count, spare_count
        Quantity in sequential order and quantity in random order.
    program_limits
        Whether to refuse what the program refuses (over 2,000 numbers, or as many as the frame holds).

    Raises
    ------
    UsageError
        If a range is empty or more is asked for than it holds.

    Notes
    -----
    The sample and the spares come from one stream, so another number of sequential items never changes the
    draw.

    References
    ----------
    OIG, RAT-STATS User Guide (2010), pp. 2-7, 2-17 and 2-28; Companion Manual, pp. 1-2 to 1-5. The manuals
    do not print the seeding rule; it was recovered from their published numbers.

    Examples
    --------
    >>> draw_sets(12345, [(1, 1000)], sample_count=3).selection_order
    ((497,), (9,), (556,))
    """
    sizes = _range_sizes(ranges)
    quantity = _require_quantity(sample_count, spare_count, math.prod(sizes), program_limits=program_limits)
    lows = [low for low, _ in ranges]
    stream = uniforms(stream_of_seed(seed))

    def draw() -> Numbers:
        return tuple(int(next(stream) * size) + low for low, size in zip(lows, sizes, strict=True))

    numbers = _distinct(draw, quantity)
    return NumberDraw(float(seed), tuple(numbers[:sample_count]), tuple(numbers[sample_count:]))


def draw_numbers(
    seed: float,
    low: int,
    high: int,
    *,
    sample_count: int,
    spare_count: int = 0,
    program_limits: bool = True,
) -> NumberDraw:
    """Return single-stage random numbers of low..high; see `draw_sets`."""
    return draw_sets(
        seed, [(low, high)], sample_count=sample_count, spare_count=spare_count, program_limits=program_limits
    )


def frame_item(
    frames: Sequence[Sequence[int]], position: int, *, lines: Sequence[int] | None = None
) -> Numbers:
    """Return the unit at a position of the joined frames: (frame, number) or (frame, page, line).

    Notes
    -----
    The frames example on CM p. 1-10 misprints the offset and its decimal rule fails on the last line of a
    page; whole division is used here.
    """
    rest = whole(position, "position", minimum=1) - 1
    for number, ((low, _), size, per_page) in enumerate(
        zip(frames, _range_sizes(frames), lines or [1] * len(frames), strict=True), start=1
    ):
        if rest < size * per_page:
            page = low + rest // per_page
            return (number, page) if lines is None else (number, page, rest % per_page + 1)
        rest -= size * per_page
    message = f"position {position} lies beyond the end of the frames."
    raise UsageError(message)


def draw_frames(
    seed: float,
    frames: Sequence[Sequence[int]],
    *,
    lines: Sequence[int] | None = None,
    sample_count: int,
    spare_count: int = 0,
    program_limits: bool = True,
) -> FrameDraw:
    """Return units drawn over several frames, of single numbers or of pages with lines.

    Parameters
    ----------
    seed
        As typed or as printed.
    frames
        Lowest and highest number (page) of each frame.
    lines
        Lines per page of each frame, for sets of two; None for single numbers.
    sample_count, spare_count, program_limits
        As in `draw_sets`.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 1-6 to 1-10; User Guide, p. 2-59.
    """
    sizes = _range_sizes(frames)
    if lines is not None:
        same_length(frames, lines, ("frames", "lines"))
        sizes = [
            size * whole(per_page, "lines", minimum=1) for size, per_page in zip(sizes, lines, strict=True)
        ]
    drawn = draw_numbers(
        seed,
        1,
        sum(sizes),
        sample_count=sample_count,
        spare_count=spare_count,
        program_limits=program_limits,
    )
    sample = tuple(number for (number,) in drawn.selection_order)
    spares = tuple(number for (number,) in drawn.spares)
    return FrameDraw(
        float(seed),
        sample,
        spares,
        tuple(frame_item(frames, number, lines=lines) for number in sample),
        tuple(frame_item(frames, number, lines=lines) for number in spares),
    )


def select_rhc(
    sizes: Sequence[float], *, group_count: int, grouping_seed: float, selection_seed: float
) -> RhcSelection:
    """Return one unit from each of `group_count` random groups, with probability proportional to size.

    Parameters
    ----------
    sizes
        Measure of size of every primary unit, in frame order; all positive.
    group_count
        Number of groups, and of units selected.
    grouping_seed, selection_seed
        The two seeds the program asks for.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 1-13 to 1-26; J. N. K. Rao, H. O. Hartley and W. G. Cochran,
    JRSS B 24 (1962), 482-491.
    """
    values = finite_values(sizes, "sizes")
    if min(values) <= 0:
        message = "Every size must be positive: a unit without size could never be selected."
        raise UsageError(message)
    unit_count = len(values)
    if whole(group_count, "group_count", minimum=1) > unit_count:
        message = f"group_count ({group_count}) is larger than the number of units ({unit_count})."
        raise UsageError(message)
    keys = draw_numbers(grouping_seed, 1, 2 * unit_count, sample_count=unit_count, program_limits=False)
    ranked = sorted(range(1, unit_count + 1), key=lambda unit: keys.selection_order[unit - 1])
    quotient, remainder = divmod(unit_count, group_count)
    groups, selected, totals = [], [], []
    state = _vb_start(stream_of_seed(selection_seed))
    begin = 0
    for group_number in range(group_count):
        end = begin + quotient + (group_number < remainder)
        group = tuple(ranked[begin:end])
        begin = end
        state = _vb_next(state)
        total = math.fsum(values[unit - 1] for unit in group)
        groups.append(group)
        totals.append(total)
        selected.append(_reached(group, values, state / VB_SCALE * total))
    return RhcSelection(tuple(groups), tuple(selected), tuple(totals), is_remainder_assumed=remainder > 0)


def _reached(group: Numbers, sizes: Sequence[float], target: float) -> int:
    """Return the first unit whose cumulative size reaches the target."""
    cumulated = 0.0
    for unit in group[:-1]:
        cumulated += sizes[unit - 1]
        if target <= cumulated:
            return unit
    return group[-1]
