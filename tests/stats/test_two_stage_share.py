"""The share of a two-stage sample whose universe's elements are known: unbiased, and by the ratio."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.estimation.file_appraisal import appraise_file
from auditlib.stats.estimators.multistage import SampledUnit, two_stage_share

# RAT-STATS Companion Manual, example 3: ten of 90 units, 4,500 elements in all.
ROWS = [
    (50, 4, 10), (45, 2, 9), (52, 5, 10), (42, 3, 8), (40, 2, 8),
    (65, 5, 13), (48, 3, 10), (58, 3, 12), (66, 4, 13), (56, 4, 11),
]  # fmt: skip


def units() -> list[SampledUnit]:
    return [SampledUnit.from_count(size, item_count=items, sample_count=count) for size, items, count in ROWS]


def test_the_published_shares() -> None:
    found = two_stage_share(units(), universe_count=90, element_total=4500)
    assert found.unbiased_share is not None
    assert 100 * found.unbiased_share.point == pytest.approx(35.26, abs=0.005)
    assert 100 * found.unbiased_share.standard_error == pytest.approx(3.67, abs=0.005)
    assert 100 * found.share.point == pytest.approx(33.78, abs=0.005)
    assert found.ratio_total is not None
    assert found.ratio_total.point == pytest.approx(4500 * found.share.point)
    assert two_stage_share(units(), universe_count=90).unbiased_share is None


def test_fewer_elements_than_were_drawn_from_are_refused() -> None:
    with pytest.raises(UsageError, match="element_total"):
        two_stage_share(units(), universe_count=90, element_total=521)


def test_a_file_states_the_elements_in_a_column(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    lines = [f"{size},{items},{count},4500" for size, items, count in ROWS]
    path.write_text("\n".join(["size,item_count,sample_count,element_total", *lines]), encoding="utf-8")
    found = appraise_file(path, method="attribute-two-stage", universe_count=90).appraisal.found
    points = {figure.name: figure.point for figure in found.figures}
    assert points["share in error, unbiased"] == pytest.approx(0.3526, abs=5e-5)
    assert points["share in error"] == pytest.approx(0.3378, abs=5e-5)
