from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.sampling.allocation import allocate_proportionally, check_stratum_counts

sizes = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.integers(1, 500), min_size=1, max_size=8
)


def test_largest_remainder_by_hand() -> None:
    # quotas 4.6, 3.1, 2.3: whole parts 4, 3, 2 and the tenth unit to the remainder 0.6
    assert allocate_proportionally({"a": 46, "b": 31, "c": 23}, sample_count=10) == {"a": 5, "b": 3, "c": 2}


def test_equal_remainders_go_to_the_larger_stratum_then_by_name() -> None:
    assert allocate_proportionally({"a": 1, "b": 3}, sample_count=2) == {"a": 0, "b": 2}
    assert allocate_proportionally({"b": 5, "a": 5}, sample_count=3) == {"b": 1, "a": 2}


def test_minimum_and_certainty() -> None:
    strata = {"huge": 900, "mid": 95, "tiny": 5, "top": 3}
    shares = allocate_proportionally(strata, sample_count=33, minimum_per_stratum=6, certainty_strata=["top"])
    assert shares == {"huge": 19, "mid": 6, "tiny": 5, "top": 3}


@given(sizes, st.integers(0, 5), st.data())
def test_shares_add_up_and_keep_their_bounds(
    strata: dict[str, int], minimum: int, data: st.DataObject
) -> None:
    certainty = data.draw(st.sets(st.sampled_from(sorted(strata))))
    least = sum(size if name in certainty else min(minimum, size) for name, size in strata.items())
    count = data.draw(st.integers(least, sum(strata.values())))
    shares = allocate_proportionally(
        strata, sample_count=count, minimum_per_stratum=minimum, certainty_strata=sorted(certainty)
    )
    assert sum(shares.values()) == count
    for name, size in strata.items():
        assert min(minimum, size) <= shares[name] <= size
        assert name not in certainty or shares[name] == size


@given(sizes, st.data())
def test_without_minimum_every_share_is_its_quota_rounded_up_or_down(
    strata: dict[str, int], data: st.DataObject
) -> None:
    total = sum(strata.values())
    count = data.draw(st.integers(0, total))
    shares = allocate_proportionally(strata, sample_count=count)
    for name, size in strata.items():
        assert shares[name] in {count * size // total, math.ceil(count * size / total)}


def test_what_cannot_be_met_is_refused_with_the_numbers() -> None:
    with pytest.raises(UsageError, match="Asked for 11 units; the universe has 10"):
        allocate_proportionally({"a": 10}, sample_count=11)
    with pytest.raises(UsageError, match="at least 6"):
        allocate_proportionally(
            {"a": 10, "b": 4}, sample_count=5, minimum_per_stratum=2, certainty_strata=["b"]
        )
    with pytest.raises(UsageError, match="no stratum 'c'"):
        allocate_proportionally({"a": 10}, sample_count=5, certainty_strata=["c"])
    with pytest.raises(UsageError, match="negative"):
        allocate_proportionally({"a": 10}, sample_count=5, minimum_per_stratum=-1)


@pytest.mark.parametrize("counts", [{"a": 1}, {"a": 1, "b": 2, "c": 1}, {"a": 1, "b": 6}, {"a": -1, "b": 1}])
def test_counts_by_stratum_must_fit_the_strata(counts: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        check_stratum_counts({"a": 3, "b": 5}, counts)


@given(sizes)
def test_counts_that_fit_come_back_in_stratum_order(strata: dict[str, int]) -> None:
    assume(len(strata) > 1)
    backwards = dict(reversed(strata.items()))
    assert list(check_stratum_counts(strata, backwards)) == list(strata)
