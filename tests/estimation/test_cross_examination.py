"""Files, manifests and draws made to mislead: each is refused, or its fault is said beside the figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditlib.cli import main
from auditlib.errors import AuditError, BadInputError
from auditlib.estimation.file_appraisal import FileAppraisal, appraise_file
from auditlib.estimation.number_table import read_number_table
from auditlib.sampling import SampleRequest, Universe, read_manifest
from auditlib.workbench import Workbench
from tests.estimation.test_estimating import amounts, review, sampled
from tests.estimation.test_sample_gate import point, table
from tests.widgets.test_sample_planner import small_workbench

ROWS = [(f"U{number}", 100, 0 if number % 5 == 0 else 100) for number in range(40)]
AMOUNTS = "unit_id,examined,audited"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("all"), SampleRequest("simple", "3", 40, spare_count=10), name="q1")
    return bench


def appraised(path: Path, columns: str, rows: list[tuple[object, ...]], **named: object) -> FileAppraisal:
    words = {"universe_count": 1000, "confidence": (0.9,)} | named
    return appraise_file(table(path / "r.csv", columns, rows), **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("further", "message"),
    [(("U0", 100, 0), "1 unit more than once"), (("u0", 100, 0), "both 'U0' and 'u0'")],
)
def test_a_unit_with_two_rows_is_refused(tmp_path: Path, further: tuple[object, ...], message: str) -> None:
    assert point(appraised(tmp_path, AMOUNTS, list(ROWS))) == 20_000
    with pytest.raises(BadInputError, match=message):
        appraised(tmp_path, AMOUNTS, [*ROWS, further])
    assert "does not show that each unit has one row" in appraised(tmp_path, "value", [(1,), (2,)]).paper


@pytest.mark.parametrize(
    ("column", "method"),
    [("stratum", "stratified"), ("cluster", "cluster"), ("primary", "two-stage")],
)
def test_a_group_written_in_two_ways_is_refused(tmp_path: Path, column: str, method: str) -> None:
    columns = f"{column},{'size' if column == 'primary' else 'universe_count'},value"
    size = 20 if column == "primary" else 500
    names = ["A", "A", "B", "B"] * 10
    rows: list[tuple[object, ...]] = [(name, size, place % 5) for place, name in enumerate(names)]
    universe = None if column == "stratum" else 500
    plain = appraised(tmp_path, columns, rows, method=method, universe_count=universe)
    # A blank after a name is no other name: else both would count with the size of the group.
    blanks: list[tuple[object, ...]] = [
        (f"{name} " if place % 3 else name, *rest) for place, (name, *rest) in enumerate(rows)
    ]
    assert point(appraised(tmp_path, columns, blanks, method=method, universe_count=universe)) == point(plain)
    lower = [(str(name).lower() if place % 3 else name, *rest) for place, (name, *rest) in enumerate(rows)]
    with pytest.raises(BadInputError, match=f"column '{column}' has both"):
        appraised(tmp_path, columns, lower, method=method, universe_count=universe)


def test_a_column_in_capitals_is_the_column_that_is_meant(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [(*row, "missing" if row[0] == "U1" else "seen") for row in ROWS]
    found = appraised(tmp_path, "Unit_ID, Examined ,AUDITED,Record", rows)
    assert point(found) == 22_500
    assert "1 record is missing (U1)" in found.paper
    with pytest.raises(BadInputError, match="several columns 'value'"):
        read_number_table(table(tmp_path / "v.csv", "value,Value", [(1, 2)]))
    broken = tmp_path / "b.csv"
    broken.write_text("value\n1,000\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        read_number_table(broken)
    assert "none within a number" in str(refused.value.hint)


def test_several_strata_are_no_simple_sample(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("A" if number < 20 else "B", number) for number in range(40)]
    with pytest.raises(AuditError, match="a sample of several strata"):
        appraised(tmp_path, "stratum,value", rows)


def test_a_value_that_is_not_its_difference_is_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [(100, 0, 100), (100, 100, 900)]
    with pytest.raises(BadInputError, match="the value in line 3 is not"):
        appraised(tmp_path, "examined,audited,value", rows)


@pytest.mark.parametrize(
    ("columns", "rows", "words"),
    [
        (AMOUNTS, [*ROWS[1:], ("U0", 100, -500)], "1 unit should have been paid less than 0"),
        (AMOUNTS, [*ROWS[1:], ("U0", -100, -100)], "1 unit with a payment below 0"),
        ("unit_id,audited,examined", ROWS, "are exchanged"),
        (
            f"{AMOUNTS},is_error",
            [(*row, 0) for row in ROWS],
            "8 units without an error by 'is_error', but with amounts that differ",
        ),
    ],
)
def test_odd_amounts_are_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    columns: str,
    rows: list[tuple[object, ...]],
    words: str,
) -> None:
    found = appraised(tmp_path, columns, rows)
    assert words in found.paper
    assert any(words in sentence for sentence in found.to_values()["basis"])  # type: ignore[attr-defined]
    assert main(["ratstats", "appraise", str(tmp_path / "r.csv"), "--universe", "1000"]) == 0
    # The screen says what the workpaper says.
    assert words in " ".join(capsys.readouterr().out.split())
    assert words not in appraised(tmp_path, AMOUNTS, list(ROWS)).paper


@pytest.mark.parametrize(
    ("paid", "message"),
    [
        ([(f"U{number}", 100) for number in range(960)], "40 units of u.csv were reviewed"),
        ([("X", 100)] * 960, "1 unit more than once"),
        ([(f"X{number}", -100) for number in range(960)], "a payment is below 0"),
    ],
)
def test_payments_of_units_not_reviewed_are_of_other_units(
    tmp_path: Path, paid: list[tuple[object, ...]], message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        appraised(tmp_path, AMOUNTS, list(ROWS), unreviewed=table(tmp_path / "u.csv", "unit_id,paid", paid))


@pytest.mark.parametrize("stated", [-5.0, 3999.0, 99_000.0, 101_000.0])
def test_dollars_of_the_universe_must_be_possible(tmp_path: Path, stated: float) -> None:
    rest = table(tmp_path / "u.csv", "paid", [(100,)] * 960)
    assert appraised(tmp_path, AMOUNTS, list(ROWS), base_total=100_000.0, unreviewed=rest)
    with pytest.raises(AuditError, match="dollars of the universe are stated as"):
        appraised(tmp_path, AMOUNTS, list(ROWS), base_total=stated, unreviewed=rest)
    if stated < 4000:
        with pytest.raises(AuditError, match="dollars of the universe are stated as"):
            appraised(tmp_path, AMOUNTS, list(ROWS), base_total=stated)


def test_a_programme_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no programme 'XYZ'"):
        appraised(tmp_path, AMOUNTS, list(ROWS), programme="XYZ")


def forge(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a manifest and give it the hash of what it then says."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    manifest["content_sha256"] = read_manifest(path).own_sha256()
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_a_manifest_with_a_new_hash_is_not_the_recorded_draw(bench: Workbench) -> None:
    audit = bench.audit("q1")
    review(bench, "q1", sampled(bench, "q1")[:8])
    assert audit.estimate(confidence=[0.9]).units_in_error.found.figures[0].point == 48

    def doubled(manifest: dict[str, Any]) -> None:
        manifest["frame"]["unit_count"] = 480
        manifest["strata"][0]["unit_count"] = 480

    forge(audit.manifest_path, doubled)
    for ask in (audit.estimate, audit.may_stop):
        with pytest.raises(BadInputError, match="is not the one whose draw was recorded"):
            ask()
    for found in (bench.samples.verify("q1"), audit.verify()):
        assert "not the recorded draw" in str(found)


def test_a_later_draw_is_said_in_its_estimate(bench: Workbench) -> None:
    review(bench, "q1", sampled(bench, "q1")[:8])
    assert "was drawn" not in bench.audit("q1").estimate().paper
    bench.samples.draw(Universe("all"), SampleRequest("simple", "99", 40), name="again")
    review(bench, "again", [])
    found = bench.audit("again").estimate()
    assert "this universe was drawn 2 times; this is the second" in found.paper
    assert any("drawn 2 times" in sentence for sentence in found.records)


def test_a_unit_in_error_that_a_spare_replaced_is_named(bench: Workbench) -> None:
    units = sampled(bench, "q1")
    review(bench, "q1", units[:8])
    spare = bench.audit("q1").use_spare(units[0], reason="test data").unit_in
    review(bench, "q1", [], leave=units)
    found = bench.audit("q1").estimate()
    assert (found.error_count, found.outside_count) == (7, 1)
    assert (
        f"1 of the units replaced as not in the universe had been reviewed and are in error ({units[0]})"
        in (found.paper)
    )
    assert spare in found.paper


def test_amounts_of_an_audit_that_cannot_be_are_said(bench: Workbench, tmp_path: Path) -> None:
    units = sampled(bench, "q1")
    review(bench, "q1", units[:8])
    audit = bench.audit("q1")
    for examined, audited, words in (
        (100.0, -400.0, "8 units should have been paid less than 0"),
        (0.0, 100.0, "are exchanged"),
        (1e9, 0.0, "8 units with a payment above the charge in the frame"),
    ):
        path = amounts(tmp_path / "a.csv", [(unit, examined, audited) for unit in units[:8]])
        found = audit.estimate(amounts=path)
        assert words in found.paper
        assert any(words in sentence for sentence in found.records)
