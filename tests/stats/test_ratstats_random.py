from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.ratstats.claimed_draw import (
    clock_seeds_of_stream,
    frame_position,
    verify_claimed_draw,
    whole_seeds_of_stream,
)
from auditlib.stats.ratstats.random_numbers import (
    draw_frames,
    draw_numbers,
    draw_sets,
    frame_item,
    initial_state,
    select_rhc,
    stream_of_seed,
)


def singles(numbers: list[int]) -> list[tuple[int]]:
    return [(number,) for number in numbers]


def test_user_guide_page_2_7() -> None:
    draw = draw_numbers(48863.78, 1, 1000, sample_count=10, spare_count=4)
    assert draw.selection_order == tuple(singles([718, 643, 247, 236, 821, 650, 257, 141, 301, 22]))
    assert draw.spares == tuple(singles([980, 507, 440, 557]))
    assert draw.sum_of_numbers == 6520
    assert initial_state(48863.78) == (22684, 11141, 1666)


def test_companion_manual_page_3_19() -> None:
    draw = draw_numbers(1357, 1, 90, sample_count=10)
    assert [number for (number,) in draw.selection_order] == [67, 46, 76, 2, 28, 56, 5, 70, 7, 23]
    assert draw.sum_of_numbers == 380


@pytest.mark.parametrize(
    ("seed", "ranges", "first"),
    [
        (61061.36, [(1, 658), (1, 66)], [(309, 41), (165, 26), (510, 29), (200, 31)]),
        (33818.06, [(1, 12), (1, 658), (1, 66)], [(3, 484, 54), (9, 606, 27), (10, 192, 19)]),
    ],
)
def test_sets_of_two_and_three(
    seed: float, ranges: list[tuple[int, int]], first: list[tuple[int, ...]]
) -> None:
    draw = draw_sets(seed, ranges, sample_count=len(first))
    assert list(draw.selection_order) == first


def test_frames_with_lines_user_guide_page_2_59() -> None:
    draw = draw_frames(35809.13, [(1, 100), (1, 456), (45, 832)], lines=[66, 66, 66], sample_count=5)
    assert draw.selection_order == (48495, 7559, 30214, 33903, 40411)
    assert draw.items == ((3, 223, 51), (2, 15, 35), (2, 358, 52), (2, 414, 45), (3, 101, 19))


def test_last_line_of_a_page_stays_on_its_page() -> None:
    frames = [(1, 2), (10, 11)]
    positions = [frame_item(frames, position, lines=[3, 2]) for position in (1, 3, 4, 6, 7, 10)]
    assert positions == [(1, 1, 1), (1, 1, 3), (1, 2, 1), (1, 2, 3), (2, 10, 1), (2, 11, 2)]
    with pytest.raises(UsageError, match="beyond the end"):
        frame_item(frames, 11, lines=[3, 2])


@settings(deadline=None)
@given(st.integers(1, 20))
def test_positions_and_items_of_frames_are_inverse(position: int) -> None:
    frames = [(1, 2), (10, 13)]
    lines = [4, 3]
    assert frame_position(frames, frame_item(frames, position, lines=lines), lines=lines) == (position,)
    if position <= 6:
        assert frame_position(frames, frame_item(frames, position)) == (position,)


def test_a_draw_over_frames_is_verified_through_its_positions() -> None:
    frames = [(1, 100), (1, 456), (45, 832)]
    lines = [66, 66, 66]
    items = [(3, 223, 51), (2, 15, 35), (2, 358, 52), (2, 414, 45), (3, 101, 19)]
    positions = [frame_position(frames, item, lines=lines) for item in items]
    check = verify_claimed_draw([(1, 1344 * 66)], positions, seed=35809.13)
    assert check.is_seed_consistent
    for item in [(4, 1, 1), (1, 101, 1), (1, 1, 67)]:
        with pytest.raises(UsageError, match=r"no frame|does not hold"):
            frame_position(frames, item, lines=lines)


def test_rhc_of_twelve_regions() -> None:
    sizes = [1250, 610, 720, 1320, 1160, 1240, 960, 1300, 1320, 640, 930, 550]
    selection = select_rhc(sizes, group_count=4, grouping_seed=100, selection_seed=200)
    totals = dict(zip(selection.selected, selection.group_sizes, strict=True))
    assert totals == {4: 3410, 6: 3100, 8: 3170, 10: 2320}
    assert not selection.is_remainder_assumed


def test_rhc_says_when_the_remainder_is_assumed() -> None:
    selection = select_rhc([1.0] * 11, group_count=4, grouping_seed=1, selection_seed=2)
    assert selection.is_remainder_assumed
    assert sorted(unit for group in selection.groups for unit in group) == list(range(1, 12))


@settings(deadline=None)
@given(st.integers(0, 99_999), st.integers(1, 20), st.integers(0, 5))
def test_more_sequential_numbers_never_change_the_stream(seed: int, sample: int, spares: int) -> None:
    short = draw_numbers(seed, 1, 500, sample_count=sample, spare_count=spares)
    other = draw_numbers(seed, 1, 500, sample_count=sample + spares)
    assert short.selection_order + short.spares == other.selection_order
    assert len(set(other.selection_order)) == sample + spares


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_seed_is_one_of_65536_streams(seed: float) -> None:
    assert 0 <= stream_of_seed(seed) < 65_536


def test_two_seeds_of_one_stream_draw_the_same_sample() -> None:
    first, second = (draw_numbers(seed, 1, 1000, sample_count=30) for seed in (12345, 49381))
    assert first.selection_order == second.selection_order


@pytest.mark.parametrize(
    ("low", "high", "sample", "spares", "words"),
    [
        (1, 10, 10, 0, "cannot draw 10 numbers from 10"),
        (1, 9999, 1990, 11, "cannot draw 2001"),
        (1, 10, 0, 0, "Nothing to draw"),
        (5, 4, 1, 0, "at least 5"),
        (1, 10, -1, 2, "at least 0"),
    ],
)
def test_what_the_program_refuses(low: int, high: int, sample: int, spares: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        draw_numbers(1, low, high, sample_count=sample, spare_count=spares)


def test_limits_of_the_program_can_be_lifted_but_not_those_of_the_frame() -> None:
    draw = draw_numbers(1, 1, 10, sample_count=10, program_limits=False)
    assert sorted(draw.selection_order) == singles(list(range(1, 11)))
    with pytest.raises(UsageError, match="cannot be drawn from 10"):
        draw_numbers(1, 1, 10, sample_count=11, program_limits=False)


def test_a_seed_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(UsageError, match="finite"):
        draw_numbers(float("nan"), 1, 10, sample_count=1)


@settings(deadline=None)
@given(
    seed=st.integers(0, 86_400),
    size=st.integers(30, 5000),
    sample=st.integers(5, 25),
    spares=st.integers(0, 3),
    shuffle=st.randoms(use_true_random=False),
)
def test_a_true_draw_is_recognised_in_any_order(
    seed: int, size: int, sample: int, spares: int, shuffle: random.Random
) -> None:
    draw = draw_numbers(seed, 1, size, sample_count=sample, spare_count=spares)
    listed = list(draw.selection_order)
    ordered = verify_claimed_draw([(1, size)], listed, spares=draw.spares, ordered=True, seed=seed)
    assert ordered.is_possible
    assert ordered.is_seed_consistent
    shuffle.shuffle(listed)
    check = verify_claimed_draw([(1, size)], listed, spares=draw.spares, seed=seed)
    assert stream_of_seed(seed) in check.streams
    assert check.is_seed_consistent
    assert set(ordered.streams) <= set(check.streams)


def test_one_swapped_unit_is_refuted() -> None:
    draw = draw_sets(777.5, [(1, 40), (1, 500)], sample_count=12)
    forged = [*draw.selection_order[:-1], (40, 499)]
    assert forged[-1] not in draw.selection_order
    check = verify_claimed_draw([(1, 40), (1, 500)], forged, seed=777.5)
    assert not check.is_possible
    assert check.is_seed_consistent is False
    assert check.chance_of_coincidence < 1e-9


def test_a_short_claim_proves_nothing_and_says_so() -> None:
    check = verify_claimed_draw([(1, 10)], [(3,)])
    assert check.is_possible
    assert check.chance_of_coincidence == pytest.approx(1.0)
    assert check.is_seed_consistent is None


def test_a_nearly_complete_sample_is_decided_too() -> None:
    draw = draw_numbers(5, 1, 40, sample_count=39)
    check = verify_claimed_draw([(1, 40)], draw.sample_sorted)
    assert stream_of_seed(5) in check.streams
    by_hand = [
        stream
        for stream in check.streams[:20]
        if sorted(draw_numbers(whole_seeds_of_stream(stream)[0], 1, 40, sample_count=39).selection_order)
        == list(draw.sample_sorted)
    ]
    assert len(by_hand) == len(check.streams[:20])


def test_a_large_sample_with_spares_is_traced_to_its_stream() -> None:
    draw = draw_numbers(31_415.92, 1, 100_000, sample_count=300, spare_count=50)
    check = verify_claimed_draw([(1, 100_000)], draw.sample_sorted, spares=draw.spares)
    assert check.streams == (stream_of_seed(31_415.92),)


@pytest.mark.parametrize(
    ("sample", "spares", "words"),
    [
        ([], [], "at least one"),
        ([(1,), (1,)], [], "repeat"),
        ([(1,)], [(1,)], "repeat"),
        ([(11,)], [], "outside 1 to 10"),
        ([(1, 2)], [], "set of 2"),
    ],
)
def test_a_claim_that_cannot_be_one(
    sample: list[tuple[int, ...]], spares: list[tuple[int, ...]], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        verify_claimed_draw([(1, 10)], sample, spares=spares)


def test_seeds_of_a_stream_start_it() -> None:
    stream = stream_of_seed(48863.78)
    seeds = whole_seeds_of_stream(stream)[:3] + clock_seeds_of_stream(stream)[:3]
    assert {stream_of_seed(seed) for seed in seeds} == {stream}
    assert 48863.78 in clock_seeds_of_stream(stream)
    assert whole_seeds_of_stream(stream_of_seed(12345))[:2] == [12345, 49381]
