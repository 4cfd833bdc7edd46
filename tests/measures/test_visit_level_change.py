"""Levels of visits before and after a day: a small table, a plain oracle, published limits, coverage."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from auditlib.cli import main
from auditlib.measures.visit_level_change import (
    HIGHEST_LEVELS,
    change_sentence,
    level_changes,
    visit_level_change,
)
from auditlib.stats.comparison.share_difference import difference_interval
from auditlib.stats.intervals.clustered_share import cluster_sums, clustered_interval
from auditlib.stats.intervals.proportion import wilson_interval
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.checks.cases import claim
from tests.checks.test_visits import visit
from tests.tables import fill

DAY = dt.date(2025, 7, 1)
BEFORE = DAY - dt.timedelta(1)


def visits(*rows: tuple[str, dt.date, str, str]) -> dict[str, list[dict[str, object]]]:
    """Code, day, patient and provider of each visit, one a claim."""
    claims, lines = [], []
    for number, (code, day, patient, provider) in enumerate(rows, start=1):
        columns = {"patient_id": patient, "rendering_provider_id": provider, "from_date": day, "to_date": day}
        claims.append(claim(number, **columns))
        lines.append(visit(code, day=day, claim_id=number))
    return {"core.claim": claims, "core.claim_line": lines}


def changes(warehouse: Warehouse, rows: dict[str, list[dict[str, object]]]) -> pl.DataFrame:
    fill(warehouse, rows)
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.leveled_visit"})
    return visit_level_change(warehouse, DAY)


def test_the_day_itself_is_after_and_codes_have_their_shares(warehouse: Warehouse) -> None:
    frame = changes(
        warehouse,
        visits(
            ("99213", BEFORE, "P1", "A"),
            ("99214", BEFORE, "P2", "A"),
            ("99214", DAY, "P3", "A"),
            ("99203", DAY, "P4", "A"),
            ("99213", BEFORE, "P5", "B"),
            ("11042", DAY, "P6", "A"),
        ),
    )
    columns = (
        "provider_id",
        "visit_kind",
        "level",
        "before_count",
        "before_visit_count",
        "after_count",
        "after_visit_count",
    )
    assert frame.select(columns).rows() == [
        ("A", "later office visit", "99213", 1, 2, 0, 1),
        ("A", "later office visit", "99214", 1, 2, 1, 1),
        ("A", "later office visit", HIGHEST_LEVELS, 1, 2, 1, 1),
        ("A", "new office visit", "99203", 0, 0, 1, 1),
        ("B", "later office visit", "99213", 1, 1, 0, 0),
    ]
    assert frame["difference"].to_list() == [-0.5, 0.5, 0.5, None, None]
    assert "Of 1 pair of provider and kind of visit" in change_sentence(frame, DAY)
    assert "Nothing can be compared" in change_sentence(frame.filter(provider_id="B"), DAY)


def test_a_corrected_visit_counts_once_as_corrected(warehouse: Warehouse) -> None:
    rows = visits(("99215", DAY, "P1", "A"), ("99213", DAY, "P1", "A"))
    rows["core.claim"] = [
        row | {"patient_control_number": "A1", "frequency_code": code}
        for row, code in zip(rows["core.claim"], ("1", "7"), strict=True)
    ]
    rows["core.encounter"] = [{"encounter_id": "A1", "admit_date": DAY, "discharge_date": DAY}]
    assert changes(warehouse, rows).select("level", "after_count").rows() == [("99213", 1)]


def test_the_limits_are_newcombes_where_every_visit_is_another_patient() -> None:
    shown = difference_interval(48 / 80, wilson_interval(48, 80), 56 / 70, wilson_interval(56, 70))
    assert (shown.lower, shown.upper) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    mirrored = difference_interval(56 / 70, wilson_interval(56, 70), 48 / 80, wilson_interval(48, 80))
    assert (mirrored.lower, mirrored.upper) == (pytest.approx(-shown.upper), pytest.approx(-shown.lower))


@pytest.mark.parametrize(("share_before", "share_after"), [(0.3, 0.3), (0.2, 0.45), (0.05, 0.02)])
def test_intervals_cover_the_change_where_visits_of_a_patient_are_alike(
    share_before: float, share_after: float
) -> None:
    random = np.random.default_rng(7)
    covered, count = 0, 400
    for _ in range(count):
        shown = []
        for share in (share_before, share_after):
            sizes = random.integers(1, 6, 80)
            # Each patient has a share of their own; their mean is the provider's.
            own = random.beta(share * 4, (1 - share) * 4, 80)
            sums = cluster_sums(random.binomial(sizes, own).tolist(), sizes.tolist())
            shown += [sums.share, clustered_interval(sums)]
        covered += share_after - share_before in difference_interval(*shown)
    assert covered >= 0.93 * count


def test_a_rise_in_many_visits_is_seen_and_no_change_is_not() -> None:
    rows = [
        (provider, "later office visit", code, level, 4, f"P{period}{patient}", bool(period), 1)
        for provider, highs in (("A", (20, 60)), ("B", (40, 40)))
        for period, high in enumerate(highs)
        for patient in range(100)
        for code, level in ([("99214", 3)] if patient < high else [("99212", 1)])
    ] + [("C", "later office visit", "99215", 4, 4, "P", False, 1)]
    names = [
        "provider_id",
        "visit_kind",
        "code",
        "level_number",
        "highest_level_number",
        "patient_id",
        "is_after",
        "visit_count",
    ]
    frame = level_changes(pl.DataFrame(rows, schema=names, orient="row"))
    high = (
        frame.filter(level=HIGHEST_LEVELS).drop_nulls("lower").select("provider_id", "lower", "upper").rows()
    )
    (rising, lower, _), (steady, below, above) = high
    assert (rising, steady) == ("A", "B")
    assert lower > 0.2
    assert below < 0 < above
    assert "rose in 1 and fell in 0" in change_sentence(frame, DAY)


def test_python_and_the_command_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.create(tmp_path / "ws")
    fill(workspace.warehouse(), visits(("99213", BEFORE, "P1", "A"), ("99215", DAY, "P2", "A")))
    with workspace.warehouse().writing() as writer:
        graph.run(writer)
    bench = Workbench(workspace, user="Ada")
    result = bench.claims.visit_levels(DAY)
    assert result.frame["level"].to_list() == ["99213", "99215", HIGHEST_LEVELS]
    assert "rose in 0" in result.note
    assert "before Jul 1, 2025 and since" in repr(result.plot().to_dict())
    assert main(["-w", str(tmp_path / "ws"), "claims", "levels", "2025-07-01", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["levels"]
    assert [row["level"] for row in rows] == result.frame["level"].to_list()
    assert main(["-w", str(tmp_path / "ws"), "claims", "levels", "2025-07-01"]) == 0
    assert HIGHEST_LEVELS in capsys.readouterr().out
