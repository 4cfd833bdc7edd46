from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.widgets import SamplePlanner
from auditlib.workbench import Workbench
from auditlib.workspace.folder import Workspace
from tests.made_once import copied
from tests.tables import fill

CLASSES = ("office", "emergency", "inpatient")


def small_workbench(root: Path) -> Workbench:
    """Return a workbench on 240 encounters of three classes, with a charge each."""
    workspace = Workspace.open(copied("240-encounters", make_small_workspace, root))
    return Workbench(workspace, user="R. Auditor", clock=lambda: dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC))


def make_small_workspace(root: Path) -> None:
    workspace = Workspace.create(root)
    rows = range(240)
    day = dt.date(2025, 10, 1)
    fill(
        workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": f"E{number:03}",
                    "encounter_class": CLASSES[number % 3],
                    "coder_id": f"C0{number % 4}",
                    "discharge_date": day + dt.timedelta(days=number),
                }
                for number in rows
            ],
            "core.document": [
                {
                    "document_id": f"E{number:03}:1",
                    "encounter_id": f"E{number:03}",
                    "document_number": 1,
                    "document_type": "physician note",
                    "title": "Visit",
                    "text": "Seen for follow-up.",
                }
                for number in rows
            ],
            "core.claim": [
                {
                    "claim_id": number + 1,
                    "patient_control_number": f"E{number:03}",
                    "payer_id": "P<1>",
                    "payer_name": "<b>Harbor</b>",
                    "charge_amount": 100 + 40 * (number % 7),
                    "form": "837P",
                    "payer_sequence": "P",
                }
                for number in rows
            ],
        },
    )


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return small_workbench(tmp_path / "w")


@pytest.fixture
def planner(bench: Workbench) -> Iterator[SamplePlanner]:
    screen = bench.samples.plan()
    yield screen
    screen.close()


def test_a_stratified_sample_is_planned_and_drawn(planner: SamplePlanner, bench: Workbench) -> None:
    planner.fields.design.value = "stratified"
    planner.show_universe.click()
    assert "240 units, $" in planner.universe_summary.value
    assert "inpatient" in planner.universe_summary.value

    planner.fields.error_rate.value = 20
    planner.work_out_size.click()
    assert "variable, unrestricted" in planner.size_table.value
    assert "attribute, exact width" in planner.size_table.value
    assert 100 < planner.fields.sample_count.value < 240

    planner.fields.sample_count.value = 60
    planner.show_outlook.click()
    assert "60 charts, about 30 hours" in planner.expected.value
    assert "Expected precision of the dollars in error" in planner.expected.value
    assert "To be borne in mind" not in planner.expected.value or "stratum" in planner.expected.value

    planner.fields.sample_name.value, planner.fields.seed.value, planner.fields.spare_count.value = (
        "plan one",
        "41352",
        1,
    )
    planner.draw_sample.click()
    assert planner.message.value == ""
    assert "60 units of 240" in planner.drawn.value
    assert "Sampling memo: plan one" in planner.memo.value
    manifest = bench.samples.manifest("plan one")
    assert {stratum.stratum: stratum.sample_count for stratum in manifest.strata} == dict.fromkeys(
        CLASSES, 20
    )
    assert manifest.size_basis.startswith("60 units, set by the auditor. Planned on 20 % of the units")
    assert "variable, unrestricted" in manifest.size_basis
    assert bench.samples.verify("plan one").differences == ()


def test_the_plan_is_tried_on_the_universe(planner: SamplePlanner) -> None:
    planner.fields.sample_count.value = 40
    planner.simulate.click()
    assert planner.message.value == ""
    assert planner.trials.value.startswith("<svg")
    for words in ("simple, 40", "sequential, 40 at most", "500 simulated audits"):
        assert words in planner.trials.value


def test_few_expected_errors_are_said_with_what_holds(planner: SamplePlanner) -> None:
    planner.fields.error_rate.value, planner.fields.sample_count.value = 2, 100
    planner.show_outlook.click()
    assert "As expected: Only 2 sampled unit(s) differ from zero" in planner.expected.value
    assert "the exact limits for a count" in planner.expected.value


@pytest.mark.parametrize(
    ("field", "value", "button", "words"),
    [
        ("sample_count", 241, "show_outlook", "240"),
        ("sample_count", 0, "show_outlook", "0 units"),
        ("sample_count", 241, "simulate", "the universe has 240"),
        ("error_rate", 130.0, "work_out_size", "between 0 and 1"),
        ("precision", 0.0, "work_out_size", "above 0"),
        ("to_date", dt.date(2020, 1, 1), "work_out_size", "universe is empty"),
        ("sample_name", "", "draw_sample", "name has letters"),
    ],
)
def test_what_is_wrong_is_said_under_the_buttons(
    planner: SamplePlanner, field: str, value: object, button: str, words: str
) -> None:
    planner.fields.seed.value = "1"
    getattr(planner.fields, field).value = value
    getattr(planner, button).click()
    assert "role='alert'" in planner.message.value
    assert words in planner.message.value
    # The next thing done well takes the message away.
    planner.fields.to_date.value = None
    planner.show_universe.click()
    assert planner.message.value == ""


def test_a_failure_inside_is_said_without_its_words(planner: SamplePlanner) -> None:
    def broken(_universe: object) -> None:
        text = "patient Miller"
        raise RuntimeError(text)

    planner._frame_of = broken  # type: ignore[assignment]
    planner.show_universe.click()
    assert "RuntimeError" in planner.message.value
    assert "Miller" not in planner.message.value


def test_a_name_is_used_once(planner: SamplePlanner, bench: Workbench) -> None:
    planner.fields.sample_name.value, planner.fields.seed.value, planner.fields.sample_count.value = (
        "twice",
        "7",
        30,
    )
    planner.draw_sample.click()
    planner.fields.seed.value = "8"
    planner.draw_sample.click()
    assert "never replaced" in planner.message.value
    assert bench.samples.manifest("twice").design.seed == "7"
    with pytest.raises(UsageError):
        bench.samples.manifest("thrice")


def test_text_of_files_reaches_the_page_as_text(planner: SamplePlanner) -> None:
    planner.fields.design.value, planner.fields.stratify_by.value = "stratified", "payer_id"
    planner.show_universe.click()
    assert "P&lt;1&gt;" in planner.universe_summary.value
    assert "<b>Harbor" not in planner.universe_summary.value


def test_every_action_has_a_label_and_a_tooltip(planner: SamplePlanner) -> None:
    buttons = [value for value in vars(planner).values() if type(value).__name__ == "Button"]
    shown = {
        getattr(planner, name)
        for name in (
            *("show_universe", "freeze_universe", "work_out_size", "show_outlook", "simulate", "draw_sample"),
        )
    }
    assert all(button.description and button.tooltip for button in (*buttons, *shown))
    assert repr(planner).startswith("Sample planner")


@pytest.mark.parametrize(
    ("settings", "method", "shown"),
    [
        (
            {"design": "systematic", "order_by": "charge_amount", "sample_count": 24},
            "systematic",
            "24 charts",
        ),
        ({"design": "cluster", "cluster": "coder_id", "sample_count": 2}, "cluster", "120 charts"),
        (
            {"design": "two-stage", "cluster": "service_month", "sample_count": 3, "per_cluster": 4},
            "two-stage",
            "12 charts",
        ),
        ({"design": "pps", "sample_count": 30}, "PPS", "30 charts"),
        ({"design": "monetary", "sample_count": 20}, "monetary unit", "20 charts"),
        ({"design": "risk", "sample_count": 20}, "risk-weighted", "20 charts"),
        ({"design": "rhc", "sample_count": 20}, "RHC", "20 charts"),
        ({"design": "sequential", "sample_count": 20}, "sequential", "20 charts"),
        ({"design": "sequential by risk", "sample_count": 20}, "sequential", "20 charts"),
        (
            {
                "design": "stratified",
                "stratify_by": "dollars",
                "dollar_strata": "lavallee-hidiroglou",
                "top_certain": True,
                "sample_count": 80,
            },
            "stratified random",
            "80 charts",
        ),
        (
            {
                "design": "stratified",
                "stratify_by": "dollars",
                "dollar_strata": "own amounts",
                "own_amounts": "150, 300",
                "allocation": "neyman",
                "sample_count": 40,
            },
            "stratified random",
            "40 charts",
        ),
        (
            {"design": "stratified", "stratify_by": "coder_id", "allocation": "quota", "sample_count": 10},
            "stratified random",
            "40 charts",
        ),
    ],
)
def test_every_design_is_planned_tried_and_drawn(
    planner: SamplePlanner, bench: Workbench, settings: dict[str, object], method: str, shown: str
) -> None:
    for name, value in settings.items():
        getattr(planner.fields, name).value = value
    if "risk" in str(settings):
        planner.show_outlook.click()
        assert "Not all checks have run" in planner.message.value
        fill(
            bench.workspace.warehouse(),
            {"mart.finding_summary": [{"check_id": "DX-01", "outcome": "passed"}]},
        )
    planner.show_outlook.click()
    assert planner.message.value == ""
    assert shown in planner.expected.value
    assert "Expected precision of the dollars in error: " in planner.expected.value
    planner.simulate.click()
    assert planner.message.value == ""
    assert planner.trials.value.startswith("<svg")
    planner.fields.sample_name.value, planner.fields.seed.value = "any design", "41352"
    planner.draw_sample.click()
    assert planner.message.value == ""
    assert bench.samples.manifest("any design").design.method == method
    assert bench.samples.verify("any design").differences == ()


def test_strata_by_dollars_say_by_which_rule_they_were_cut(planner: SamplePlanner, bench: Workbench) -> None:
    fields = planner.fields
    fields.design.value, fields.stratify_by.value, fields.top_certain.value = "stratified", "dollars", True
    fields.sample_name.value, fields.seed.value, fields.sample_count.value = "by dollars", "1", 100
    planner.draw_sample.click()
    design = bench.samples.manifest("by dollars").design
    assert design.boundary_rule.startswith("Lavallee-Hidiroglou, 3 strata")
    assert design.allocation == "Neyman"
    (top,) = design.certainty_strata
    assert top.startswith("3: ")
    assert "cut by: Lavallee-Hidiroglou" in planner.memo.value


def test_a_judgmental_sample_is_labelled_and_promises_nothing(
    planner: SamplePlanner, bench: Workbench
) -> None:
    fields = planner.fields
    fields.design.value, fields.listed.value = "judgmental", "E001\n E007 \n"
    fields.sample_name.value = "chosen"
    planner.draw_sample.click()
    assert "the reason" in planner.message.value
    fields.reason.value = "the payer asked for them"
    planner.simulate.click()
    assert "no chances to simulate" in planner.message.value
    planner.show_outlook.click()
    assert "not defined" in planner.expected.value
    assert "JUDGMENTAL" in planner.expected.value
    planner.draw_sample.click()
    assert [unit.unit_id for unit in bench.samples.manifest("chosen").selected] == ["E001", "E007"]


def test_a_frozen_universe_is_drawn_from_as_it_was(planner: SamplePlanner, bench: Workbench) -> None:
    fields = planner.fields
    fields.universe_name.value, fields.encounter_class.value = "emergencies", "emergency"
    planner.freeze_universe.click()
    assert planner.message.value == ""
    assert fields.frozen.value == "emergencies"
    assert "80 units" in planner.universe_summary.value
    fill(
        bench.workspace.warehouse(),
        {"core.encounter": [{"encounter_id": "E999", "encounter_class": "emergency"}]},
    )
    fields.sample_name.value, fields.seed.value, fields.sample_count.value = "of then", "7", 10
    planner.draw_sample.click()
    assert bench.samples.manifest("of then").frame.unit_count == 80
    planner.freeze_universe.click()
    assert "frozen already" in planner.message.value
    assert bench.universes.names() == ["emergencies"]


def test_only_the_fields_of_the_design_are_shown(planner: SamplePlanner) -> None:
    fields = planner.fields
    shown = lambda: {name for name, one in vars(fields).items() if one.layout.display != "none"}  # noqa: E731
    assert shown().isdisjoint({"stratify_by", "order_by", "cluster", "listed", "second_seed", "own_amounts"})
    fields.design.value = "stratified"
    assert {"stratify_by", "allocation", "minimum", "certainty", "spare_count"} <= shown()
    fields.stratify_by.value = "dollars"
    assert {"dollar_strata", "dollar_stratum_count", "top_certain"} <= shown()
    fields.design.value, fields.generator.value = "rhc", "RAT-STATS 2005-2010"
    assert {"second_seed", "seed"} <= shown()
    assert fields.sample_count.description == "Groups, one unit of each"
    fields.design.value = "judgmental"
    assert {"listed", "reason"} <= shown()
    assert shown().isdisjoint({"seed", "sample_count", "spare_count"})
