from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.review import CorrectedCode, Verdict
from auditlib.review.final_verdicts import CODE_COLUMNS, final_verdicts
from auditlib.review.frames import CHART_COLUMNS, VERDICT_COLUMNS
from auditlib.sampling import Universe
from auditlib.sampling.request import SampleRequest
from auditlib.workbench import Workbench
from tests.widgets.test_sample_planner import small_workbench

NOW = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
NO_CODES = pl.DataFrame(schema=CODE_COLUMNS)
Reviews = dict[tuple[str, str], list[tuple[str, int, str | None]]]


def frames(reviews: Reviews, completed: set[tuple[str, str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reviews by encounter and reviewer: action, position and corrected code of each verdict."""
    verdicts = [
        {
            "audit": "q1",
            "encounter_id": encounter,
            "reviewer": reviewer,
            "action": action,
            "code_number": number,
            "corrected_code": corrected,
            "comment": f"in the words of {reviewer}",
        }
        for (encounter, reviewer), review in reviews.items()
        for action, number, corrected in review
    ]
    charts = [
        {
            "audit": "q1",
            "encounter_id": encounter,
            "reviewer": reviewer,
            "completed_at": dt.datetime(2026, 1, n),  # noqa: DTZ001 - stored times carry no zone
        }
        for n, (encounter, reviewer) in enumerate(sorted(completed), start=1)
    ]
    return (
        pl.DataFrame(verdicts, schema=VERDICT_COLUMNS),
        pl.DataFrame(charts, schema=CHART_COLUMNS),
    )


VERDICTS = st.sampled_from(
    [("agree", None), ("agree", None), ("change", "E1122"), ("change", "E119"), ("delete", None)]
)
KEYS = st.tuples(st.sampled_from(["E1", "E2", "E3"]), st.sampled_from(["Ann", "Bo", "Cy"]))


@given(st.dictionaries(KEYS, st.lists(VERDICTS, min_size=2, max_size=2)), st.sets(KEYS))
def test_a_chart_counts_once_and_only_where_all_who_completed_it_agree(
    drawn: dict[tuple[str, str], list[tuple[str, str | None]]], chosen: set[tuple[str, str]]
) -> None:
    reviews = {key: [(a, n, c) for n, (a, c) in enumerate(review, 1)] for key, review in drawn.items()}
    completed = chosen & set(reviews)
    final = final_verdicts(*frames(reviews, completed), without_documents=(), codes=NO_CODES)
    results: dict[str, list[list[tuple[str, int, str | None]]]] = defaultdict(list)
    for encounter, reviewer in completed:
        results[encounter].append(reviews[encounter, reviewer])
    agreed = {encounter for encounter, them in results.items() if all(one == them[0] for one in them)}
    assert sorted(final.charts["encounter_id"]) == sorted(agreed)
    assert set(final.not_adjudicated["encounter_id"]) == set(results) - agreed
    assert set(final.verdicts["encounter_id"]) == agreed
    assert final.verdicts.height == 2 * len(agreed)


def decide(bench: Workbench, chart: str, reviewer: str, missed: str | None) -> None:
    session = bench.audit("q1").session(reviewer=reviewer)
    session.open_chart(chart, recorded_at=NOW)
    if missed is not None:
        code = CorrectedCode("ICD-10-CM", missed, "secondary")
        session.decide(
            Verdict(chart, "add", corrected=code, error_kind="missed code", cause="coder oversight"),
            recorded_at=NOW,
        )
    session.complete_chart(chart, recorded_at=NOW, go_on=False)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=40), name="q1")
    for chart in bench.audit("q1").session(reviewer="Ann").encounter_ids:
        decide(bench, chart, "Ann", None)
    return bench


def test_accuracy_estimate_and_report_leave_out_what_is_not_adjudicated(bench: Workbench) -> None:
    audit = bench.audit("q1")
    before = audit.accuracy(unit="record").frame
    first, second = audit.session(reviewer="Ann").encounter_ids[:2]
    decide(bench, first, "Bo", "E119")
    decide(bench, second, "Bo", None)
    audit = bench.audit("q1")
    after = audit.accuracy(unit="record")
    assert after.frame["denominator_count"].item() == before["denominator_count"].item() - 1
    assert f"1 chart is not adjudicated and does not count: reviewers differ on its codes ({first})." in repr(
        after
    )
    with pytest.raises(
        UsageError, match=r"1 of 40 units are not completely reviewed.*1 chart is not adjudicated"
    ):
        audit.estimate()
    session = audit.session(reviewer="Ann")
    session.reopen_chart(first, recorded_at=NOW)
    decide(bench, first, "Ann", "E119")
    assert bench.audit("q1").accuracy(unit="record").frame["numerator_count"].item() == 39
    bench.audit("q1").estimate()
