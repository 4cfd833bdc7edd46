from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.estimation.stopping_bound import RunningBound, running_bound
from auditlib.plots.renderer import svg_of
from auditlib.plots.sequential import running_bound_chart
from auditlib.sampling import Manifest, UniverseRecord, draw_simple, draw_stratified, make_manifest


def manifest(*, stratified: bool = False) -> Manifest:
    frame = pl.DataFrame(
        {
            "unit_id": [f"E{number:04}" for number in range(1000)],
            "stratum": ["a", "b"] * 500,
            "charge_amount": [Decimal("100.00")] * 1000,
        },
        schema_overrides={"charge_amount": pl.Decimal(18, 2)},
    )
    drawn = (
        draw_stratified(frame, seed="7", sample_count=150)
        if stratified
        else draw_simple(frame.drop("stratum"), seed="7", sample_count=150, spare_count=5)
    )
    universe = UniverseRecord(
        name="u",
        unit="encounter",
        unit_key="encounter_id",
        query="q",
        filters=(),
        stratify_by=None,
        date_basis="d",
        exclusions=(),
    )
    return make_manifest(
        drawn,
        name="bound",
        universe=universe,
        size_basis="plan",
        software_version="0",
        drawn_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC),
    )


def ordered(sample: Manifest) -> list[str]:
    units = [unit for unit in sample.selected if unit.role == "sample"]
    return [unit.unit_id for unit in sorted(units, key=lambda unit: unit.selection_number)]


def svg(bound: RunningBound) -> str:
    chart = running_bound_chart(
        bound.looks, threshold=bound.threshold, confidence=bound.confidence, sentence=bound.sentence
    )
    return svg_of(chart)


def test_clean_charts_let_the_review_stop() -> None:
    sample = manifest()
    bound = running_bound(sample, dict.fromkeys(ordered(sample)[:100], False))
    assert bound.is_above is False
    assert bound.decided_at is not None
    assert 55 <= bound.decided_at <= 80
    assert bound.sentence == (
        f"You may stop: after {bound.decided_at} charts the share of charts in error is known to be below "
        "5 %, at 90 % confidence however often you looked."
    )
    assert bound.looks["upper"].is_sorted(descending=True)
    assert "You may stop" in svg(bound)


def test_many_errors_are_known_soon() -> None:
    sample = manifest()
    bound = running_bound(sample, {unit: number % 2 == 0 for number, unit in enumerate(ordered(sample)[:40])})
    assert bound.is_above is True
    assert bound.decided_at is not None
    assert bound.decided_at < 30
    assert "above 5 %" in str(bound)


def test_only_charts_without_a_gap_before_them_count() -> None:
    sample = manifest()
    units = ordered(sample)
    done = dict.fromkeys([*units[:10], *units[12:20]], False)
    bound = running_bound(sample, done)
    assert (bound.looks.height, bound.waiting_count, bound.decided_at) == (10, 8, None)
    assert bound.sentence.startswith("Go on: after 10 charts the share of charts in error lies between")
    assert "8 completed out of turn" in bound.sentence


def test_before_the_first_chart_there_is_nothing_to_show() -> None:
    bound = running_bound(manifest(), {})
    assert bound.sentence == "Go on: no chart is completed yet in the order drawn."
    assert "no chart is completed yet" in svg(bound)


def test_another_design_is_refused() -> None:
    with pytest.raises(UsageError, match="no running bound") as caught:
        running_bound(manifest(stratified=True), {})
    assert "simple random sample of encounters" in str(caught.value.hint)
