"""The demo has a year of audits, whose planted drift the public call finds and names."""

from __future__ import annotations

import datetime as dt

import pytest

from auditlib.workbench import Workbench
from auditlib.workbench.demo import DEMO_MOMENT
from auditlib.workbench.demo_history import EARLIER_AUDITS
from auditlib.workbench.demo_machine import CODES_AUDIT, PULL_AUDIT
from tests.made_once import demo_workspace


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench.open(demo_workspace(tmp_path_factory.mktemp("demo")), clock=lambda: DEMO_MOMENT)


def test_the_demo_has_a_year_of_audits_and_its_own_is_the_latest(bench: Workbench) -> None:
    names = [earlier.name for earlier in EARLIER_AUDITS]
    assert bench.samples.names() == [*names, CODES_AUDIT, PULL_AUDIT, "demo"]
    assert bench.audit().name == "demo"
    months = bench.accuracy("month").frame["month"].to_list()
    assert (months[0], months[-1], len(months)) == (dt.date(2025, 10, 1), dt.date(2026, 9, 1), 12)
    reviewed = bench.accuracy("month", month="review").frame["month"].to_list()
    assert (reviewed[0], reviewed[-1]) == (dt.date(2026, 1, 1), dt.date(2026, 11, 1))
    first = bench.audit(names[0])
    assert first.accuracy().frame["denominator_count"].to_list()[0] > 0
    assert first.corrected_claims().frame.height > 0


def test_the_planted_drift_of_one_coder_is_found_dated_and_named(bench: Workbench) -> None:
    asked = bench.accuracy("coder", target=0.95)
    found = asked.changes().frame
    assert found.filter("is_change")["coder_id"].to_list() == ["C07"]
    trend = asked.trend("C07")
    # The drift was planted from April 2026 on, and grows.
    assert trend.began is not None
    assert dt.date(2026, 4, 1) <= trend.began <= dt.date(2026, 7, 1)
    assert trend.change_sentence.startswith("C07: ")
    assert f"since {trend.began:%B %Y}" in trend.change_sentence
    assert trend.frame.filter("is_outside").height > 0
    assert trend.frame.filter("is_outside")["month"].min() >= trend.began  # type: ignore[operator]


def test_everybody_has_enough_charts_for_a_target_and_one_differs(bench: Workbench) -> None:
    asked = bench.accuracy("coder", target=0.95)
    assert "too few" not in asked.frame["target_state"].to_list()
    assert asked.frame.filter(coder_id="C10")["target_state"].item() == "not met"
    assert asked.coders().frame.filter("is_different")["coder_id"].to_list() == ["C10"]


def test_charts_that_two_reviewers_judged_tell_how_far_they_agree(bench: Workbench) -> None:
    asked = bench.accuracy()
    (row,) = asked.auditors().frame.iter_rows(named=True)
    assert (row["first_reviewer"], row["second_reviewer"]) == ("R01", "R02")
    assert row["chart_count"] >= 30
    assert 0.9 < row["ac1_lower"] < row["ac1"] < 1
    assert asked.reviewed.final.not_adjudicated.height == row["differing_chart_count"] > 0


def test_every_dimension_adds_up_to_the_whole(bench: Workbench) -> None:
    asked = bench.accuracy()
    whole = asked.frame.row(0, named=True)
    for by in ("coder", "provider", "specialty", "facility", "family", "month", "audit"):
        rates = asked.rates(by)
        for name in ("numerator_count", "denominator_count", "error_count"):
            assert rates[name].sum() == whole[name], (by, name)


def test_the_pictures_say_what_the_sentences_say(bench: Workbench) -> None:
    asked = bench.accuracy("coder", target=0.95)
    months = asked.trend("C07").plot().to_dict()  # type: ignore[no-untyped-call]
    assert asked.trend("C07").change_sentence in months["title"]["subtitle"]
    assert "target 95.0 %" in str(months)
    people = asked.plot().to_dict()  # type: ignore[union-attr, no-untyped-call]
    assert asked.coders().sentence in people["title"]["subtitle"]
