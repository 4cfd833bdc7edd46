"""Evidence for an exemption: drawn, reviewed, and the exact bound, never said too high."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from auditlib.audits.exemption import (
    RIGHT,
    TOO_HIGH,
    TOO_LOW,
    ExemptionTerms,
    enter_terms,
    least_count,
    most_wrong,
)
from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.review import CorrectedCode, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.stats.intervals.proportion import clopper_pearson_interval, least_share
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
DAY = dt.date(2025, 10, 1)
TERMS = ExemptionTerms("P01", ("99212-99215",), 0.9, ("N1",), dt.date(2025, 10, 1), dt.date(2025, 10, 31))
COUNT, OF = 30, 36


@pytest.mark.parametrize(("wrong", "count"), [(0, 59), (1, 93), (2, 124), (3, 153), (4, 181)])
def test_the_sample_sizes_of_wilks_meet_95_percent_with_95_percent_assurance(wrong: int, count: int) -> None:
    # S. S. Wilks, Annals of Mathematical Statistics 12 (1941), 91-96; the 95/95 sizes of 10 CFR 50 analyses.
    assert least_share(count - wrong, count).lower >= 0.95
    assert least_share(count - 1 - wrong, count - 1).lower < 0.95


@pytest.mark.parametrize(
    ("universe", "count"),
    [(10, 10), (20, 19), (100, 45), (200, 51), (500, 56), (1_000, 57), (10_000, 59)],
)
def test_the_finite_sample_sizes_of_cannon_and_roe_exclude_five_percent(universe: int, count: int) -> None:
    # R. M. Cannon and R. T. Roe, Livestock Disease Surveys (1982): all right, so fewer than 5 % are wrong.
    assert least_share(count, count, universe_count=universe).lower > 0.95
    assert least_share(count - 1, count - 1, universe_count=universe).lower <= 0.95


@pytest.mark.parametrize(("universe", "count"), [(100, 39), (200, 47), (500, 54)])
def test_fewer_charts_show_at_least_the_threshold(universe: int, count: int) -> None:
    assert least_count(universe, replace(TERMS, threshold=0.95)) == count


def test_one_side_of_a_two_sided_interval_of_90_percent_is_the_bound_of_95() -> None:
    assert least_share(82, 100).lower == pytest.approx(
        clopper_pearson_interval(82, 100, confidence=0.9).lower
    )
    assert least_share(0, 10).lower == 0
    assert least_share(36, 36, universe_count=36).lower == 1


def make(root: Path) -> None:
    workspace = Workspace.create(root)
    visits = [f"E{number:02}" for number in range(40)]
    outside = {"E36": {"payer_id": "P02"}, "E37": {"rendering_provider_id": "N2"}}
    fill(
        workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": visit,
                    "encounter_class": "office",
                    "coder_id": "C1",
                    "discharge_date": dt.date(2025, 11, 1) if visit == "E38" else DAY,
                }
                for visit in visits
            ],
            "core.encounter_code": [
                {
                    "encounter_id": visit,
                    "code_number": 1,
                    "code_system": "CPT",
                    "code": "99243" if visit == "E39" else "99214",
                    "code_role": "procedure",
                }
                for visit in visits
            ],
            "core.document": [
                {
                    "document_id": f"{visit}:1",
                    "encounter_id": visit,
                    "document_number": 1,
                    "document_type": "physician note",
                    "title": "Visit",
                    "text": "Seen for hypertension.",
                }
                for visit in visits
            ],
            "core.claim": [
                {
                    "claim_id": number,
                    "patient_control_number": visit,
                    "charge_amount": 100,
                    "form": "P",
                    "payer_id": "P01",
                    "payer_sequence": "P",
                    "rendering_provider_id": "N1",
                    "from_date": DAY,
                }
                | outside.get(visit, {})
                for number, visit in enumerate(visits, start=1)
            ],
            "core.claim_line": [
                {
                    "claim_id": number,
                    "line_number": 1,
                    "code": "99243" if visit == "E39" else "99214",
                    "charge_amount": 100,
                    "from_date": DAY,
                }
                for number, visit in enumerate(visits, start=1)
            ],
            "core.answered_line": [
                {
                    "remit_claim_id": 1,
                    "line_number": 1,
                    "encounter_id": visit,
                    "billed_code": "99214",
                    "paid_code": "99213",
                }
                for visit in visits
            ],
        },
    )
    bench = Workbench(workspace, user="Ada", clock=lambda: NOW)
    bench.denials.exemptions.draw(TERMS, name="em", count=COUNT, seed="7")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    root = copied("exemption", make, tmp_path / "w")
    return Workbench(Workspace.open(root), user="Ada", clock=lambda: NOW)


def review(bench: Workbench, changes: dict[int, str | None], *, missing: int = 0, left: int = 0) -> None:
    """Review the charts in the order drawn; changes are of places, to a code or to none."""
    session = bench.audit("em").session("Ada")
    charts = bench.audit("em").sample().frame["unit_id"].to_list()
    for place, chart in enumerate(charts[: COUNT - left]):
        if place >= COUNT - left - missing:
            bench.audit("em").state_record([chart], "missing")
            continue
        session = bench.audit("em").session("Ada")
        session.open_chart(chart, recorded_at=NOW)
        verdict = Verdict(chart, "agree", 1, "CPT", "99214")
        if place in changes:
            code = changes[place]
            verdict = replace(
                verdict,
                action="delete" if code is None else "change",
                corrected=None
                if code is None
                else CorrectedCode("CPT", code, "procedure", modifiers=("25",)),
                error_kind="wrong code",
                cause="coder oversight",
            )
        session.decide(verdict, recorded_at=NOW)
        session.complete_chart(chart, recorded_at=NOW, go_on=False)


def test_the_charts_are_those_of_payer_provider_codes_and_days(bench: Workbench) -> None:
    manifest = bench.audit("em").manifest
    assert (manifest.frame.unit_count, manifest.design.sample_count) == (OF, COUNT)
    assert {unit.unit_id for unit in manifest.selected}.isdisjoint({"E36", "E37", "E38", "E39"})
    left_out = {one.reason: one.unit_count for one in manifest.universe.exclusions if one.unit_count}
    assert left_out == {
        "last service after October 31, 2025, or on no known date": 1,
        "payer other than P01": 1,
        "nothing billed by N1": 1,
        "no line with 99212-99215, as these providers billed": 1,
    }
    assert manifest.objective == TERMS.sentence


def test_the_frozen_universe_is_the_same_today(bench: Workbench) -> None:
    bench.universes.freeze(TERMS.universe("visits"))
    assert not bench.universes.diff("visits").is_any


def test_n_of_m_right_and_the_bound_of_the_finite_universe(bench: Workbench) -> None:
    review(bench, {3: "99213"})
    found = bench.denials.exemptions.find("em")
    bound = least_share(29, 30, universe_count=OF)
    assert (found.right_count, found.chart_count, found.state) == (29, 30, "met")
    assert found.bound == bound
    # With 3 wrong of 36, 470 of the 7,140 ways to leave 6 out leave 2 or 3 of them out: 6.6 %.
    assert bound.lower == pytest.approx(33 / 36)
    assert found.sentence == (
        "29 of 30 right; of 36 charts at least 91.6 % with 95 % assurance (hypergeometric, one-sided). "
        "Threshold 90 %: met."
    )
    assert found.is_planned_first
    (wrong,) = found.charts.filter(result=TOO_HIGH).iter_rows(named=True)
    assert (wrong["billed_code"], wrong["paid_code"], wrong["supported_code"]) == ("99214", "99213", "99213")
    assert wrong["reason"] == "wrong code, coder oversight"


def test_a_bound_below_the_threshold_is_never_met(bench: Workbench) -> None:
    review(bench, {1: "99213", 3: "99215", 5: None, 7: "99214"})
    found = bench.denials.exemptions.find("em")
    # 27 of 30 are 90 %, and the bound is lower; a changed modifier is no level.
    assert (found.right_count, found.state) == (27, "not met")
    assert found.bound is not None
    assert found.bound.lower < 0.9
    assert found.charts.filter(result=TOO_LOW).height == 1
    assert found.charts.filter(result="not supported")["supported_code"].to_list() == ["none"]
    assert found.charts.filter(result=RIGHT).height == 27


@pytest.mark.parametrize(
    ("rule", "right", "counted", "state"),
    [
        ("error-in-full", 28, 30, "not met"),
        ("excluded", 28, 28, "met"),
        ("not-reviewed", 28, 28, "not finished"),
    ],
)
def test_missing_records_count_as_the_rule_says(
    bench: Workbench, rule: str, right: int, counted: int, state: str
) -> None:
    review(bench, {}, missing=2)
    found = bench.denials.exemptions.find("em", missing_rule=rule)  # type: ignore[arg-type]
    assert (found.right_count, found.chart_count) == (right, counted)
    lower = least_share(28, counted, universe_count=OF).lower
    assert found.state == (
        "not finished" if state == "not finished" else "met" if lower >= 0.9 else "not met"
    )


def test_a_review_that_is_not_finished_says_so_and_is_not_signed(bench: Workbench) -> None:
    review(bench, {}, left=1)
    found = bench.denials.exemptions.find("em")
    assert (found.bound, found.state) == (None, "not finished")
    assert found.sentence == "Not finished: 1 of 30 charts open."
    with pytest.raises(UsageError, match="not finished cannot be signed"):
        bench.denials.exemptions.write("em", signed_by="Dr. Ada", signed_on=NOW.date())
    (path,) = bench.denials.exemptions.write("em", formats=["html"])
    text = path.read_text(encoding="utf-8")
    assert "draft, not signed" in text
    assert "not finished" in text
    assert "at least 9" not in text.replace(TERMS.sentence, "")


def test_the_signed_pack_in_every_format(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    review(bench, {3: "99213"})
    with pytest.raises(UsageError, match="a name and a day"):
        bench.denials.exemptions.write("em", signed_by="Dr. Ada")
    with pytest.raises(UsageError, match="cannot be signed on 2026-11-01"):
        bench.denials.exemptions.write("em", signed_by="Dr. Ada", signed_on=dt.date(2026, 11, 1))
    paths = bench.denials.exemptions.write("em", signed_by="Dr. Ada", signed_on=NOW.date())
    assert [path.suffix for path in paths] == [".html", ".pdf", ".xlsx"]
    text = paths[0].read_text(encoding="utf-8")
    for said in ("29 of 30 right", "91.6 %", "Dr. Ada, signed on November 2, 2026", "Buonaccorsi", "error"):
        assert said in text
    assert paths[1].read_bytes().startswith(b"%PDF")
    root = str(bench.workspace.root)
    assert main(["-w", root, "denials", "exemption", "em"]) == 0
    assert "29 of 30 right" in capsys.readouterr().out
    assert main(["-w", root, "denials", "exemption", "em", "--formats", "xlsx"]) == 0


def test_terms_that_come_after_the_first_verdict_are_said_to_be_late(bench: Workbench) -> None:
    bench.samples.draw(TERMS.universe("late"), SampleRequest("simple", seed="7", count=COUNT), name="late")
    chart = bench.audit("late").sample().frame["unit_id"][0]
    session = bench.audit("late").session("Ada")
    session.open_chart(chart, recorded_at=NOW)
    session.decide(Verdict(chart, "agree", 1, "CPT", "99214"), recorded_at=NOW)
    enter_terms(bench.workspace.ledger(), "late", TERMS, actor="Ada", recorded_at=NOW)
    assert not bench.denials.exemptions.find("late").is_planned_first
    (path,) = bench.denials.exemptions.write("late", formats=["html"])
    assert "put on record after the review had begun" in path.read_text(encoding="utf-8")


def test_a_draw_that_cannot_meet_the_threshold_is_refused(bench: Workbench) -> None:
    assert most_wrong(COUNT, OF, TERMS) == 1
    least = least_count(OF, TERMS)
    with pytest.raises(UsageError, match="cannot show 90 %") as refused:
        bench.denials.exemptions.draw(TERMS, name="few", count=least - 1, seed="1")
    assert f"at least {least:,} of the 36" in str(refused.value.hint)
    with pytest.raises(UsageError, match="drawn for other terms"):
        bench.denials.exemptions.draw(replace(TERMS, threshold=0.8), name="em", count=COUNT, seed="7")
    with pytest.raises(UsageError, match="no payer 'P09'"):
        bench.denials.exemptions.draw(replace(TERMS, payer_id="P09"), name="none", count=5, seed="1")
    with pytest.raises(UsageError, match="'9921' is no code"):
        bench.denials.exemptions.draw(replace(TERMS, billed_codes=("9921",)), name="no", count=5, seed="1")
    with pytest.raises(UsageError, match="No code is named"):
        replace(TERMS, billed_codes=())


def test_terms_of_another_draw_are_none(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(bench.workspace.root)
    words = ["--payer", "P01", "--codes", "99214", "--threshold", "80%", "--count", "30", "--seed", "4"]
    assert main(["-w", root, "denials", "exemption-draw", "--name", "all", *words]) == 0
    assert "at most 4 wrong" in capsys.readouterr().out
    bench.samples.draw(Universe("u"), SampleRequest("simple", seed="1", count=5), name="other")
    with pytest.raises(UsageError, match="was not drawn for an exemption"):
        bench.denials.exemptions.find("other")
