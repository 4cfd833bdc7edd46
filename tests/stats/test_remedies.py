from __future__ import annotations

from auditlib.stats.estimators.cautions import count_cautions, remedies


def test_every_caution_on_a_count_comes_with_what_holds() -> None:
    for items in (0, 2, 95):
        cautions = count_cautions(items, 100)
        assert cautions
        assert all(words.startswith("What holds") for words in remedies(cautions))
        assert len(remedies(cautions)) == len({caution.rule for caution in cautions})
    assert remedies(()) == []


def test_the_minimum_sum_is_always_named_a_bound_of_overpayments_alone() -> None:
    """Underpayments make a net total smaller: a bound without them must not be taken for one of it."""
    cautions = (*count_cautions(95, 100), *count_cautions(2, 100))
    for words in (*remedies(cautions), *(caution.message for caution in cautions)):
        if "minimum" in words:
            assert "for overpayments alone, not netted" in words


def test_few_errors_send_to_exact_limits_and_many_to_the_minimum_sum() -> None:
    assert "exact limits" in remedies(count_cautions(2, 100))[0]
    assert "minimum-sum" in remedies(count_cautions(95, 100))[0]
