"""The form of a demand letter, its errors, the command, and the page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from auditlib import check_demand_letter
from auditlib.cli import main
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.demand_letter import FORM, check_letter, read_letter
from tests.estimation.letters import right_letter, stated, way_of, write_letter


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter with three mistakes: underpayments left out, the lower level, what was taken back."""
    right = right_letter(20)
    taken = replace(right, sample=(replace(right.sample[0], recouped=150.0), *right.sample[1:]))
    used = replace(way_of(right), confidence=0.80, sides="lower", netting="overpayments only")
    return write_letter(stated(taken, used), tmp_path_factory.mktemp("letters") / "upic 2026")


@pytest.mark.parametrize("strata", [1, 2])
def test_read_as_written(tmp_path: Path, strata: int) -> None:
    letter = right_letter(5, strata=strata)
    read = read_letter(write_letter(letter, tmp_path / letter.title))
    assert replace(read, title=letter.title) == letter
    assert check_letter(read).findings == ()


def test_command_without_a_workspace(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["letter", "check", str(wrong), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in values["findings"]] == ["netting", "level", "offset"]
    assert main(["letter", "check", str(wrong), "--out", "critique.html"]) == 0
    said = capsys.readouterr().out
    assert "Mistakes: 3" in said
    assert "Underpayments are left out; CMS PIM sets them off. Too much by $" in said
    page = (tmp_path / "critique.html").read_text(encoding="utf-8")
    for words in ("What is wrong?", "It does not follow: The demand of", "80 % on one side", "upic 2026"):
        assert words in page


def test_python_call_and_files(wrong: Path, tmp_path: Path) -> None:
    checked = check_demand_letter(wrong)
    assert len(checked.result.frame) == 3
    for ending in ("pdf", "docx"):
        assert checked.write(tmp_path / f"critique.{ending}").stat().st_size > 5_000
    with pytest.raises(UsageError, match="no new file"):
        checked.write(tmp_path / "critique.pdf")


def test_the_empty_form_is_the_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert main(["letter", "form", str(folder)]) == 0
    assert (folder / "letter.toml").read_text(encoding="utf-8") == FORM
    assert main(["letter", "form", str(folder)]) == UsageError.exit_code
    assert "is there already" in capsys.readouterr().err
    (folder / "sample.csv").write_text("unit_id,paid,allowed\nA,10,0\nB,20,20\nC,5,5\n", encoding="utf-8")
    # Every line that is commented out is one that the form takes.
    filled = FORM.replace("# [", "[").replace("0.00", "1.00")
    filled = "\n".join(
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line
        for line in filled.splitlines()
    )
    (folder / "universe.csv").write_text("unit_id,stratum\nA,A\nB,A\nC,A\n", encoding="utf-8")
    (folder / "sample.csv").write_text(
        "unit_id,stratum,paid,allowed\nA,A,10,0\nB,A,20,20\nC,A,5,5\n", encoding="utf-8"
    )
    (folder / "letter.toml").write_text(filled, encoding="utf-8")
    assert read_letter(folder).seeds == {"A": 48863.78}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('programme = "PIM"', 'programme = "PIN"', "programme"),
        ("precondition", "precondidion", "'precondidion', which the form does not have"),
        ("[draw]", "[drawn]", r"part \[drawn\]"),
        ("demand =", "demanded =", "'demanded', which the form"),
        ('"sample.csv"', '"samples.csv"', "samples.csv cannot be read"),
        ('precondition = "high error rate"', 'precondition = "high"', "one of high error rate"),
        ("[letter]", "[letter", "no TOML"),
        ("period_to = 2024-12-31", "period_to = 2023-12-31", "pair of days"),
    ],
)
def test_errors_name_the_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = write_letter(right_letter(5), tmp_path / "letter")
    form = folder / "letter.toml"
    text = form.read_text(encoding="utf-8")
    assert old in text
    form.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInputError, match=said):
        read_letter(folder)


def test_errors_of_lists(tmp_path: Path) -> None:
    folder = write_letter(right_letter(5), tmp_path / "letter")
    sample = folder / "sample.csv"
    rows = sample.read_text(encoding="utf-8").splitlines()
    for text, said in (
        ("unit_id,paid\nA,1", "neither 'overpaid'"),
        ("unit_id,overpaid\nA,x", "not a number in line 2"),
        ("unit_id,overpaid,service_date\nA,1,May", "no day in line 2"),
        ("unit_id,overpaid,stratum\nA,1,S", "has strata"),
    ):
        sample.write_text(text, encoding="utf-8")
        with pytest.raises(BadInputError, match=said):
            read_letter(folder)
    sample.unlink()
    with pytest.raises(BadInputError, match="cannot be read"):
        read_letter(folder)
    assert len(rows) > 30
    with pytest.raises(BadInputError, match="no readable letter"):
        read_letter(tmp_path)
