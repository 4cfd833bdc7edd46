"""What holds is shown where the textbook interval fails, and only there unless asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditlib.cli.main import main
from auditlib.stats.intervals.bounds import minimum_sum_bound, stringer_bound

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> tuple[int, str]:
        code = main([str(word) for word in words])
        return code, capsys.readouterr().out

    return call


@pytest.fixture
def as_json(run: Run) -> Callable[..., dict[str, Any]]:
    def call(*words: object) -> dict[str, Any]:
        code, out = run("ratstats", "appraise", *words, "--json")
        assert code == 0, out
        found: dict[str, Any] = json.loads(out)
        return found

    return call


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def by_method(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["method"]: row for row in found["other_methods"]}


@pytest.fixture
def nearly_all(tmp_path: Path) -> Path:
    """Thirty payments of 100, all but one of them wrong altogether."""
    return write(tmp_path / "reviewed.csv", "examined,audited", *["100,0"] * 29, "100,100")


def test_nearly_all_wrong_is_said_before_and_after_with_the_bounds_that_hold(
    as_json: Callable[..., dict[str, Any]], run: Run, nearly_all: Path, tmp_path: Path
) -> None:
    rest = write(tmp_path / "rest.csv", "paid", *["100"] * 970)
    words = (nearly_all, "--universe", 1000, "--confidence", 0.9, "--unreviewed", rest)
    found = as_json(*words)
    assert found["textbook_interval_may_fail"]
    assert any("minimum-sum" in advice for advice in found["what_holds"])
    bounds = by_method(found)
    expected = minimum_sum_bound([100.0] * 29 + [0.0], [100.0] * 970, error_count=29, confidence=0.95)
    assert bounds["minimum sum"]["lower"] == pytest.approx(expected)
    assert bounds["minimum sum"]["is_guaranteed"]
    assert bounds["exact (hypergeometric)"]["quantity"] == "units in error"
    # One value in thirty stands out: too few to resample.
    assert "Too few sampled values" in bounds["bootstrap-t"]["missing"]
    assert found["figures"][0]["limits"][0]["lower"] > expected
    _, out = run("ratstats", "appraise", *words)
    assert out.index("Before you rely on it: the textbook interval may cover less") < out.index("figure")
    assert out.index("Instead of the textbook interval") > out.index("standard error")
    assert "No bootstrap-t: Too few" in out


def test_nothing_is_added_to_a_sound_sample_unless_asked_for(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    values = [str(50 + 7 * (number % 11) * (number % 2)) for number in range(200)]
    values = [value if number % 3 else "0" for number, value in enumerate(values)]
    path = write(tmp_path / "v.csv", "value", *values)
    plain = as_json(path, "--universe", 4000)
    assert not plain["textbook_interval_may_fail"]
    assert plain["other_methods"] == []
    asked = by_method(as_json(path, "--universe", 4000, "--all-methods"))
    assert {"empirical likelihood", "bootstrap-t, seed 1", "exact (hypergeometric)"} <= asked.keys()
    assert "--unreviewed" in asked["minimum sum"]["missing"]


def test_strata_with_few_errors_combine_exactly(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    rows = ["a,500,100,0"] * 3 + ["a,500,100,100"] * 27 + ["b,100,900,0"] + ["b,100,900,900"] * 19
    path = write(tmp_path / "s.csv", "stratum,universe_count,examined,audited", *rows)
    rest = write(tmp_path / "rest.csv", "stratum,paid", *["a,100"] * 470, *["b,900"] * 80)
    found = by_method(as_json(path, "--method", "stratified", "--unreviewed", rest, "--confidence", 0.9))
    exact = found["exact (hypergeometric), combined over strata"]
    assert 4 <= exact["lower"] < 60 < exact["upper"]
    assert found["minimum sum"]["lower"] >= 1200
    short = write(tmp_path / "short.csv", "stratum,paid", "a,100", "b,900")
    refused = by_method(as_json(path, "--method", "stratified", "--unreviewed", short))
    assert "470 are needed" in refused["minimum sum"]["missing"]


def test_units_drawn_by_dollars_have_stringers_bound(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    book, count = 20_000.0, 40
    rows = [f"{100 + number},{100 + number},{(100 + number) * count / book}" for number in range(38)]
    rows += [f"200,50,{200 * count / book}", f"300,0,{300 * count / book}"]
    path = write(tmp_path / "m.csv", "examined,audited,inclusion_probability", *rows)
    words = (path, "--method", "unequal", "--base-total", book, "--confidence", 0.9)
    bounds = by_method(as_json(*words))
    assert bounds["Stringer"]["upper"] == pytest.approx(
        stringer_bound([0.75, 1.0], sample_count=count, book_amount=book, confidence=0.95)
    )
    assert bounds["multinomial-Dirichlet"]["upper"] < bounds["Stringer"]["upper"]
    assert bounds["Stringer"]["lower"] is None
    assert "--base-total" in by_method(as_json(path, "--method", "unequal"))["Stringer"]["missing"]
    assert (
        "from above" in by_method(as_json(*words, "--sides", "lower", "--all-methods"))["Stringer"]["missing"]
    )
    uneven = write(tmp_path / "u.csv", "examined,audited,inclusion_probability", "10,0,0.5", "10,10,0.2")
    refused = by_method(as_json(uneven, "--method", "unequal", "--base-total", 90))
    assert "by dollars" in refused["Stringer"]["missing"]


def test_few_clusters_have_students_limits_beside_normal_ones(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path = write(tmp_path / "c.csv", "cluster,value", "a,1", "a,2", "b,3", "c,4", "d,9")
    found = as_json(path, "--method", "cluster", "--universe", 30, "--confidence", 0.9)
    assert any(caution["rule"] == "few units" for caution in found["cautions"])
    student, normal = by_method(found)["Student's t(3)"], found["figures"][0]["limits"][0]
    assert student["lower"] < normal["lower"] < normal["upper"] < student["upper"]


def test_the_workpaper_says_what_was_done_and_what_may_be_relied_on(
    run: Run, nearly_all: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.md"
    assert (
        run(
            "ratstats", "appraise", nearly_all, "--universe", 1000, "--programme", "PIM", "--workpaper", paper
        )[0]
        == 0
    )
    text = paper.read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Basis",
        "## Reliance on the textbook interval",
        "## Estimate",
        "## Limits by other methods",
        "## Figure demanded",
        "## Conclusion",
    ]
    assert "reviewed.csv, 30 rows" in text
    assert "not to be relied on alone" in text
    assert "CMS PIM: $" in text
    assert "nan" not in text


def test_a_level_that_is_none_is_refused_before_anything_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.csv", "value", "1", "2", "3")
    words = [
        "ratstats",
        "appraise",
        str(path),
        "--method",
        "variable",
        "--universe",
        "20",
        "--confidence",
        "95",
    ]
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Write 95 % as 0.95" in printed.err


def test_figures_beyond_all_amounts_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.csv", "value", "3", "1e200", "-1e200")
    assert main(["ratstats", "appraise", str(path), "--method", "variable", "--universe", "20"]) == 3
    assert "column 'value' is too large in line 3" in capsys.readouterr().err
