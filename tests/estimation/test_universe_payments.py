"""Known payments show larger amounts than the sample does; the workpaper says what it knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.estimation.file_appraisal import FileAppraisal, appraise_file
from auditlib.stats.estimators.estimate import Sides
from auditlib.stats.estimators.limit_coverage import limit_coverage
from tests.estimation.test_sample_gate import table

# Two of five claims are wrong, all small ones; the universe holds large ones too.
SMALL = [(100 + number % 7, 0 if number % 5 < 2 else 100 + number % 7) for number in range(150)]


def found(path: Path, rest: list[float], sides: Sides) -> FileAppraisal:
    file = table(path / "r.csv", "examined,audited", SMALL)
    unreviewed = table(path / "u.csv", "paid", ((paid,) for paid in rest))
    return appraise_file(
        file, universe_count=len(SMALL) + len(rest), unreviewed=unreviewed, confidence=(0.95,), sides=sides
    )


def test_large_payments_that_no_sampled_unit_shows_are_warned_of(tmp_path: Path) -> None:
    even = found(tmp_path, [100.0] * 2_000, sides="upper")
    assert even.appraisal.cautions == ()
    assert not even.appraisal.is_tail_unknown
    promise = "on universes made of what was paid for every unit they hold as often as they say"
    assert promise in even.paper
    large = found(tmp_path, [100.0] * 1_970 + [9_000.0] * 30, sides="upper")
    assert [caution.side for caution in large.appraisal.cautions] == ["upper"]
    assert promise not in large.paper
    assert "on a universe like this the upper limit at 95 % would hold in about" in large.paper
    assert found(tmp_path, [100.0] * 1_970 + [9_000.0] * 30, sides="lower").appraisal.cautions == ()


def test_what_is_not_known_of_payments_is_said(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", SMALL)
    said: dict[Sides, bool] = {"upper": True, "two-sided": True, "lower": False}
    for sides, is_said in said.items():
        alone = appraise_file(file, universe_count=2_150, sides=sides)
        assert alone.appraisal.cautions == ()
        assert ("reviewed is not known" in alone.paper.split("## Conclusion")[1]) is is_said
        assert "may be relied on as printed" not in alone.paper


def test_payments_that_do_not_cover_the_universe_are_not_used(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", SMALL)
    unreviewed = table(tmp_path / "u.csv", "paid", [(100.0,)] * 500)
    partial = appraise_file(file, universe_count=2_150, unreviewed=unreviewed).appraisal
    assert partial.forecast is None


def test_payments_of_strata_are_taken_by_stratum(tmp_path: Path) -> None:
    rows = [("a", 1_000, 100, 50 if number % 3 else 100) for number in range(60)]
    rows += [("b", 560, 900, 900 if number % 4 else 0) for number in range(60)]
    file = table(tmp_path / "r.csv", "stratum,universe_count,examined,audited", rows)
    rest = [("b", 900)] * 500 + [("a", 100)] * 940
    unreviewed = table(tmp_path / "u.csv", "stratum,paid", rest)
    appraisal = appraise_file(file, method="stratified", unreviewed=unreviewed).appraisal
    estimate = appraisal.found.figures[0].estimate
    assert estimate is not None
    assert estimate.shape is not None
    assert appraisal.forecast is not None
    # All payments of a stratum are equal, so that they say what the sample says: within simulation error.
    for level in (0.8, 0.9, 0.95):
        by_payments = 1 - sum(appraisal.forecast.misses(level, "two-sided", limit_freedom=None))
        by_sample = limit_coverage(
            estimate.shape.skewness,
            level=level,
            sides="two-sided",
            freedom=estimate.shape.freedom,
            limit_freedom=None,
        )
        assert by_payments == pytest.approx(by_sample, abs=0.02)


def test_the_order_of_rows_is_no_part_of_the_forecast(tmp_path: Path) -> None:
    rest = [float(100 + number % 900) for number in range(1_000)]
    first = found(tmp_path, rest, sides="upper").appraisal.forecast
    again = found(tmp_path, rest[::-1], sides="upper").appraisal.forecast
    assert first is not None
    assert again is not None
    assert first.excess.tolist() == again.excess.tolist()
