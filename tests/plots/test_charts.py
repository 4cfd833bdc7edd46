from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.plots import (
    accuracy_by_coder,
    claim_flow,
    denial_pareto,
    denial_rate_by_month,
    errors_by_kind,
    svg_of,
)
from auditlib.plots.control_chart import control_chart
from auditlib.plots.funnel import funnel
from auditlib.plots.levels import levels_before_and_after
from auditlib.plots.renderer import spec_of
from tests.plots import frames

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = os.environ.get("AUDITLIB_UPDATE_SNAPSHOTS") == "1"


def unmapped_months() -> pl.DataFrame:
    return frames.months().with_columns(rate_with_unmapped=pl.col("rate") + 0.1)


def control() -> Any:  # noqa: ANN401 - as of `shown`
    chart = frames.control_months()
    return control_chart(chart.months, title="Codes right of C03", sentences=(chart.sentence,), target=0.95)


def against_the_rest() -> Any:  # noqa: ANN401 - as of `shown`
    compared = frames.against_the_rest()
    return funnel(
        compared.rows,
        by=compared.by,
        common_rate=compared.common_rate,
        design_effect=compared.design_effect,
        title="Codes right by coder",
        sentences=(compared.sentence,),
        target=0.95,
    )


def levels(changes: pl.DataFrame) -> Any:  # noqa: ANN401 - as of `shown`
    return levels_before_and_after(changes, first_day_after=dt.date(2026, 7, 1))


CHARTS: dict[str, Callable[[], Any]] = {
    "accuracy_by_coder": lambda: accuracy_by_coder(frames.accuracy(), reference=0.95),
    "errors_by_kind": lambda: errors_by_kind(frames.errors()),
    "denial_pareto": lambda: denial_pareto(frames.reasons()),
    "denial_pareto_count": lambda: denial_pareto(frames.reasons(18), basis="count"),
    "denial_rate_by_month": lambda: denial_rate_by_month(frames.months()),
    "denial_rate_by_month_unmapped": lambda: denial_rate_by_month(unmapped_months()),
    "control_chart": control,
    "funnel": against_the_rest,
    "levels_before_and_after": lambda: levels(frames.levels()),
    "claim_flow": lambda: claim_flow(frames.flow()),
    "claim_flow_amount": lambda: claim_flow(frames.flow(), basis="amount"),
}
EMPTY: dict[str, Callable[[], Any]] = {
    "accuracy_by_coder": lambda: accuracy_by_coder(frames.accuracy().clear()),
    "accuracy_by_coder, all undefined": lambda: accuracy_by_coder(frames.accuracy().tail(1)),
    "errors_by_kind": lambda: errors_by_kind(frames.errors().clear()),
    "denial_pareto": lambda: denial_pareto(frames.reasons().clear()),
    "denial_rate_by_month": lambda: denial_rate_by_month(frames.months().clear()),
    "denial_rate_by_month, all undefined": lambda: denial_rate_by_month(frames.months().tail(1)),
    "control_chart": lambda: control_chart(frames.control_months().months.clear(), title="Codes right"),
    "funnel": lambda: funnel(
        frames.against_the_rest().rows.clear(),
        by="coder_id",
        common_rate=None,
        design_effect=1.0,
        title="Codes right",
    ),
    "levels_before_and_after": lambda: levels(frames.levels().tail(1)),
    "claim_flow": lambda: claim_flow(frames.flow().clear()),
}


def shown(chart: Any) -> dict[str, Any]:  # noqa: ANN401 - the kinds of altair charts share no useful base
    spec = spec_of(chart)
    return {key: value for key, value in spec.items() if key not in ("$schema", "config")}


@pytest.mark.parametrize("name", CHARTS)
def test_the_spec_is_as_it_was(name: str) -> None:
    """AUDITLIB_UPDATE_SNAPSHOTS=1 writes the snapshots anew: look at the difference before a commit."""
    path = SNAPSHOTS / f"{name}.json"
    text = json.dumps(shown(CHARTS[name]()), indent=1, sort_keys=True) + "\n"
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_small_deterministic_and_draws_offline(name: str) -> None:
    first, second = CHARTS[name](), CHARTS[name]()
    assert json.dumps(spec_of(first)) == json.dumps(spec_of(second))
    assert len(json.dumps(spec_of(first))) < 30_000
    svg = svg_of(first)
    assert svg.startswith("<svg")
    assert svg == svg_of(second)
    assert "http" not in svg.replace("http://www.w3.org/", "")


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_frame_gives_a_chart_that_says_so(name: str) -> None:
    assert "Nothing to show: " in svg_of(EMPTY[name]())


def test_an_unknown_measure_names_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        accuracy_by_coder(frames.accuracy(), measure="guesswork")
    assert caught.value.hint == "It holds: code over code."


def test_what_the_comparison_shows_is_below_the_title_and_intervals_rank_nobody() -> None:
    alone = shown(accuracy_by_coder(frames.accuracy()))["title"]["subtitle"]
    assert alone[1] == "The order may be chance: intervals do not say whether two rates differ."
    compared = accuracy_by_coder(frames.accuracy(), comparison="Coders who differ: C01 and C02.")
    assert shown(compared)["title"]["subtitle"][1] == "Coders who differ: C01 and C02."


def test_a_line_is_drawn_only_where_a_reference_is_given() -> None:
    assert "reference" not in json.dumps(shown(accuracy_by_coder(frames.accuracy())))
    assert "reference 95.0 %" in svg_of(accuracy_by_coder(frames.accuracy(), reference=0.95))


def test_reasons_beyond_the_cap_are_one_bar_and_nothing_is_lost() -> None:
    bars = shown(denial_pareto(frames.reasons(18), cap=15))["data"]["values"]
    assert len(bars) == 16
    assert bars[-1]["reason"] == "3 other reasons"
    assert sum(bar["denied_count"] for bar in bars) == frames.reasons(18)["denied_count"].sum()
    assert bars[-1]["cumulative"] == pytest.approx(1)


def test_months_are_local_times_and_undefined_ones_are_left_out() -> None:
    values = shown(denial_rate_by_month(frames.months()))["data"]["values"]
    assert [value["month"] for value in values] == ["2026-01-01T00:00:00", "2026-02-01T00:00:00"]


def test_a_control_chart_says_what_breaks_a_rule_and_what_is_not_complete() -> None:
    drawn = svg_of(control())
    assert drawn.count(">outside<") == frames.control_months().months["is_outside"].sum() > 0
    assert "Open circles: months that are not complete." in drawn
    assert "target 95.0 %" in drawn
    assert "The scale does not start at 0." in drawn
    few = frames.control_months().months.head(5).with_columns(centre=None, lower=None, upper=None)
    plain = svg_of(control_chart(few, title="Codes right"))
    assert "three-sigma" not in plain
    assert "target" not in plain


def test_a_funnel_names_everybody_once_and_joins_names_that_would_cover_each_other() -> None:
    labels = json.dumps(shown(against_the_rest()))
    assert '"words": "C03"' in labels
    assert '"words": "C01, C02"' in labels


def test_levels_have_both_periods_and_the_change_with_its_interval() -> None:
    drawn = svg_of(levels(frames.levels()))
    for words in (
        "100 visits before, 200 since",
        "two highest levels +25.0 points",
        "(+13.4 to +35.2)",
        "Not drawn: 1",
    ):
        assert words in drawn
    shares = [
        (row["level"], row["period"], row["share"])
        for row in shown(levels(frames.levels()))["data"]["values"]
    ]
    assert ("99213", "before", 0.75) in shares
    assert ("99214", "since", 0.5) in shares
