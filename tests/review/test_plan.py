"""Who reviews which chart: by rule, nobody their own, loads even, the same from the same seed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.review.plan import RULES, ChartToReview, PlanRequest, SecondReviewRule, plan_review

NAMES = ("Ann", "Bo", "Cy", "Di")
CHARTS = st.lists(
    st.builds(
        ChartToReview,
        st.just(""),
        st.sampled_from([None, "C1", "C2", "C3", "Ann"]),
        st.frozensets(st.sampled_from(["DX-01", "CL-02"])),
        st.booleans(),
    ),
    max_size=30,
).map(lambda charts: [ChartToReview(f"E{n:02}", *_rest(chart)) for n, chart in enumerate(charts)])


def _rest(chart: ChartToReview) -> tuple[Any, ...]:
    return chart.coder_id, chart.check_ids, chart.is_disagreed


@given(CHARTS, st.sampled_from(RULES), st.floats(0, 1), st.text("ab", min_size=1, max_size=2))
def test_a_plan_follows_its_rule_and_nobody_reviews_their_own(
    charts: list[ChartToReview], rule: SecondReviewRule, share: float, seed: str
) -> None:
    request = PlanRequest(NAMES, rule, share, seed=seed, coder_ids={"Bo": ["C1"], "Cy": ["C2"]})
    plan = plan_review(charts, request)
    assert plan == plan_review(charts, request)
    assert list(plan.rounds) == [chart.encounter_id for chart in charts]
    for chart in charts:
        names = plan.rounds[chart.encounter_id]
        assert len(set(names)) == len(names) in {1, 2}
        assert chart.coder_id not in names
        assert not (chart.coder_id == "C1" and "Bo" in names)
        assert not (chart.coder_id == "C2" and "Cy" in names)
    about = {
        "finding": lambda chart: bool(chart.check_ids),
        "disagreement": lambda chart: chart.is_disagreed,
        "coder": lambda chart: chart.coder_id is not None,
    }.get(rule, lambda _: True)
    second = {name for name, names in plan.rounds.items() if len(names) == 2}
    eligible = {chart.encounter_id: chart.coder_id for chart in charts if about(chart)}
    assert second <= set(eligible)
    groups = set(eligible.values()) if rule == "coder" else {None}
    for group in groups:
        own = [name for name, coder in eligible.items() if rule != "coder" or coder == group]
        assert len(second & set(own)) == math.ceil(round(share * len(own), 9))


@given(st.integers(0, 60), st.integers(2, 5), st.floats(0, 1), st.integers(2, 3))
def test_loads_differ_by_one_at_most_where_nobody_coded_the_charts(
    chart_count: int, reviewer_count: int, share: float, review_count: int
) -> None:
    names = ("Ann", "Bo", "Cy", "Di", "Ed")[:reviewer_count]
    charts = [ChartToReview(f"E{number}") for number in range(chart_count)]
    request = PlanRequest(names, "random", share, review_count=min(review_count, reviewer_count))
    loads = plan_review(charts, request).loads.values()
    assert max(loads) - min(loads) <= 1


def test_a_share_is_spread_evenly_over_the_order_of_review() -> None:
    charts = [ChartToReview(f"E{number}") for number in range(10)]
    plan = plan_review(charts, PlanRequest(("Ann", "Bo"), "share", 0.3))
    assert [name for name, names in plan.rounds.items() if len(names) == 2] == ["E0", "E3", "E6"]


def test_an_earlier_plan_is_kept_and_second_reviews_are_added_where_the_first_disagreed() -> None:
    charts = [ChartToReview(f"E{number}", is_disagreed=number == 2) for number in range(6)]
    first = plan_review(charts, PlanRequest(("Ann", "Bo"), "random", 0))
    then = plan_review(charts, PlanRequest(("Ann", "Bo"), "disagreement"), assigned=first.rounds)
    assert {chart: names[0] for chart, names in then.rounds.items()} == {
        chart: names[0] for chart, names in first.rounds.items()
    }
    assert [chart for chart, names in then.rounds.items() if len(names) == 2] == ["E2"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"reviewers": ()}, "needs its reviewers"),
        ({"reviewers": ("Ann", "Ann")}, "each named once"),
        ({"reviewers": ("Ann", "Bo", " ann")}, "each named once"),
        ({"reviewers": ("Ann",)}, "2 reviewers a chart cannot be chosen among 1"),
        ({"rule": "luck"}, "no rule 'luck'"),
        ({"second_share": 20}, "20 is no share"),
        ({"second_share": math.nan}, "nan is no share"),
        ({"blind": ("names",)}, "cannot be blind to 'names'"),
        ({"coder_ids": {"Zoe": ["C1"]}}, "'Zoe', who is none of the reviewers"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        PlanRequest(**{"reviewers": ("Ann", "Bo"), **arguments})


@pytest.mark.parametrize(("coder", "coder_ids"), [("C1", {"Bo": ["C1"]}), ("BO ", {})])
def test_a_chart_that_only_its_coder_could_review_is_refused(
    coder: str, coder_ids: dict[str, list[str]]
) -> None:
    request = PlanRequest(("Ann", "Bo"), "random", 1.0, coder_ids=coder_ids)
    with pytest.raises(UsageError, match="E1 needs 2 reviewers who did not code it"):
        plan_review([ChartToReview("E1", coder)], request)
