"""The mapping of a table is checked, completed, tried, loaded and saved on one screen."""

from __future__ import annotations

from pathlib import Path

import ipywidgets
import pytest

from auditlib.widgets import MappingScreen
from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets

TEXT = """\
Acct,DOS,CPT,Qty,Chg Amt,Dx 1,Dx 2,Ref
A1,01/05/2026,99213,1,110.00,I10,E11.9,<b>Otto</b>
A1,01/05/2026,36415,1,9.00,I10,E11.9,X
A2,01/16/2026,99214,2,150.00,J45.909,,Y
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "charges.csv"
    path.write_text(TEXT)
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench.open(workspace_with_code_sets(tmp_path / "ws"))


@pytest.fixture
def screen(bench: Workbench, table: Path) -> MappingScreen:
    return bench.files.map(table)


def widgets_of(box: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [one for child in getattr(box, "children", ()) for one in (child, *widgets_of(child))]


def control(screen: MappingScreen, name: str) -> ipywidgets.Widget:
    return next(one for one in widgets_of(screen) if getattr(one, "description", "") == name)


def claim_count(bench: Workbench) -> int:
    return int(bench.files.money_totals().frame["row_count"].sum())


def confirm_everything(screen: MappingScreen) -> None:
    for one in widgets_of(screen.rows):
        if isinstance(one, ipywidgets.Checkbox):
            one.value = True


def test_nothing_loads_while_something_is_in_doubt(bench: Workbench, screen: MappingScreen) -> None:
    assert "to check before it loads" in screen.state.value
    screen.load_button.click()
    assert "Still to be decided" in screen.outcome.value
    assert claim_count(bench) == 0
    confirm_everything(screen)
    assert "Nothing is left to check" in screen.state.value
    screen.try_button.click()
    assert "Tried: nothing was loaded" in screen.outcome.value
    assert claim_count(bench) == 0
    screen.load_button.click()
    assert "alert" not in screen.outcome.value
    assert bench.claims.totals().frame["claim_count"].sum() == 2


def test_doubts_come_first_and_each_field_shows_the_form_of_its_values(screen: MappingScreen) -> None:
    headings = [one.value for one in screen.rows.children if isinstance(one, ipywidgets.HTML)]
    assert headings[0] == "<h4>To check</h4>"
    shown = " ".join(str(one.value) for one in widgets_of(screen) if isinstance(one, ipywidgets.HTML))
    assert "99/99/9999" in shown
    assert "Otto" not in shown
    assert "A1" not in shown
    assert "&lt;a&gt;" not in control(screen, "claim.from_date").options


def test_a_column_is_chosen_added_and_left_out(screen: MappingScreen) -> None:
    control(screen, "claim.patient_control_number").value = "ref"
    assert control(screen, "claim.patient_control_number").value == "ref"
    control(screen, "claim.patient_control_number").value = "(leave out)"
    assert not [one for one in screen.draft.fields if one.name == "claim.patient_control_number"]
    header = control(screen, "claim: unused column")
    assert header.options == (("choose a column", ""), ("ref", "ref"))
    row = next(box for box in screen.rows.children if header in getattr(box, "children", ()))
    _, target, add = row.children
    assert (header.value, target.value, add.disabled) == ("", "", True)
    header.value = "ref"
    assert add.disabled
    target.value = "patient_control_number"
    assert not add.disabled
    add.click()
    assert control(screen, "claim.patient_control_number").value == "ref"


def test_a_constant_is_written(screen: MappingScreen) -> None:
    control(screen, "claim.form").value = "I"
    assert next(one for one in screen.draft.fields if one.name == "claim.form").column.constant == "I"
    control(screen, "claim.form").value = " "
    assert "claim.form is empty" in screen.outcome.value


def test_the_mapping_is_saved_and_no_other_file_is_replaced(
    bench: Workbench, screen: MappingScreen, table: Path
) -> None:
    place = table.with_suffix(".mapping.yaml")
    assert screen.place.value == str(place)
    screen.save_button.click()
    assert place.read_text() == screen.draft.text
    control(screen, "claim.form").value = "I"
    screen.save_button.click()
    assert place.read_text() == screen.draft.text
    second = bench.files.map(table)
    second.save_button.click()
    assert "exists" in second.outcome.value
    second.place.value = str(table.parent / "absent" / "m.yaml")
    second.save_button.click()
    assert "cannot be written" in second.outcome.value
