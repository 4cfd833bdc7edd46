"""A workbook's formulas give the values that stand beside them: by a small evaluator, and by LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from auditlib.measures.rates import count_rates
from auditlib.report import Ratio, ReportTable, ShareOfTotal, SumOf, write_xlsx
from tests.report.reports import report

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KINDS = ReportTable(
    "Results by kind of error",
    pl.DataFrame(
        {
            "error_kind": ["units", "modifier", "missed code"],
            "claim_count": [3, 3, 2],
            "checked_count": [10, 20, 0],
            "claim_share": [3 / 8, 3 / 8, 2 / 8],
            "hit_share": [0.3, 0.15, None],
            "overpaid_amount": [Decimal("930.62"), Decimal("89.36"), Decimal("0.00")],
            "underpaid_amount": [Decimal("10.18"), Decimal("0.00"), Decimal("113.45")],
            "net_amount": [Decimal("920.44"), Decimal("89.36"), Decimal("-113.45")],
            "absolute_amount": [Decimal("940.80"), Decimal("89.36"), Decimal("113.45")],
        }
    ),
    totals=(
        "claim_count",
        "checked_count",
        "claim_share",
        "hit_share",
        "overpaid_amount",
        "underpaid_amount",
        "net_amount",
        "absolute_amount",
    ),
    formulas={
        "claim_share": ShareOfTotal("claim_count"),
        "hit_share": Ratio("claim_count", "checked_count"),
        "net_amount": SumOf(("overpaid_amount",), ("underpaid_amount",)),
    },
)


def rate_table() -> ReportTable:
    counts = pl.DataFrame({"coder_id": ["C1", "C2", "C3"], "a": [9, 0, 0], "n": [10, 7, 0]})
    rates = count_rates(counts, "precision", by=["coder_id"], numerator="a", denominator="n", empty="none")
    # A rate weighted by strata is not its count over its count, and no formula of the sheet gives it.
    weighted = rates.with_columns(rate=pl.when(pl.col("coder_id") == "C2").then(0.04).otherwise("rate"))
    return ReportTable("Precision", weighted)


def cells(path: Path, sheet: int) -> dict[str, tuple[str | None, str]]:
    """Formula and value of each cell of a sheet that is a number."""
    with zipfile.ZipFile(path) as parts:
        root = ET.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {
        cell.attrib["r"]: (cell.findtext(f"{SHEET}f"), cell.findtext(f"{SHEET}v") or "")
        for cell in root.iter(f"{SHEET}c")
        if cell.get("t") != "s"
    }


def evaluated(formula: str, sheet: dict[str, tuple[str | None, str]]) -> float:
    """The value of a formula of cells, +, -, / and SUM, from the values of cells without formula."""

    def value(cell: str) -> float:
        inner, given = sheet.get(cell.replace("$", ""), (None, ""))
        return evaluated(inner, sheet) if inner else float(given or 0)

    def total(found: re.Match[str]) -> str:
        first, last = (re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", cell) for cell in found[1].split(":"))
        assert first
        assert last
        assert first[1] == last[1]
        return repr(sum(value(f"{first[1]}{row}") for row in range(int(first[2]), int(last[2]) + 1)))

    expanded = re.sub(r"SUM\(([^)]*)\)", total, formula)
    expanded = re.sub(r"\$?[A-Z]+\$?\d+", lambda found: f"({value(found[0])!r})", expanded)
    assert re.fullmatch(r"[-+/().\de]+", expanded), formula
    return float(eval(expanded))


def test_every_formula_gives_the_value_beside_it(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", report(KINDS, rate_table()))
    for sheet in (2, 3):
        found = cells(path, sheet)
        formulas = {cell: both for cell, both in found.items() if both[0]}
        assert formulas
        for cell, (formula, value) in formulas.items():
            assert evaluated(formula or "", found) == pytest.approx(float(value), abs=1e-9), cell


def test_sums_differences_shares_and_rates_are_formulas(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", report(KINDS, rate_table()))
    kinds = {cell: formula for cell, (formula, _) in cells(path, 2).items() if formula}
    assert kinds["D2"] == "B2/SUM($B$2:$B$4)"
    assert kinds["E2"] == "B2/C2"
    assert kinds["H2"] == "F2-G2"
    assert kinds["I2"] == "F2+G2"
    assert "E4" not in kinds
    totals = {cell: formula for cell, formula in kinds.items() if cell.endswith("5")}
    assert totals == {
        "B5": "SUM(B2:B4)",
        "C5": "SUM(C2:C4)",
        "D5": "SUM(D2:D4)",
        "E5": "B5/C5",
        "F5": "SUM(F2:F4)",
        "G5": "SUM(G2:G4)",
        "H5": "SUM(H2:H4)",
        "I5": "SUM(I2:I4)",
    }
    rates = cells(path, 3)
    assert rates["D2"] == ("B2/C2", "0.9")
    assert rates["D3"] == (None, "0.04")
    assert "D4" not in rates


def test_what_is_withheld_is_in_no_formula(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", report(KINDS, rate_table()), suppress_below=11)
    assert not any(formula for formula, _ in cells(path, 2).values())
    with zipfile.ZipFile(path) as parts:
        shared = parts.read("xl/sharedStrings.xml").decode()
    assert "withheld" in shared
    assert not any(value in ("920.44", "896.35", "1019.98") for _, value in cells(path, 2).values())


def test_words_never_become_a_formula_or_a_code_of_the_print_head(tmp_path: Path) -> None:
    evil = ReportTable("T", pl.DataFrame({"a": ["=1+1", '+cmd|"x"!A1', "@SUM(A1)", "-2"]}))
    contents = report(evil, words="&G&A =HYPERLINK()")
    with zipfile.ZipFile(write_xlsx(tmp_path / "a.xlsx", contents)) as parts:
        sheets = {name: parts.read(name).decode() for name in parts.namelist() if "/sheet" in name}
    assert all("<f>" not in text for text in sheets.values())
    heads = [
        re.search("<oddHeader>(.*?)</oddHeader>", text) for text in sheets.values() if "<sheetData" in text
    ]
    for head in heads:
        assert head
        assert "Audit and G and A =HYPERLINK()" in head[1]
        assert set(re.findall("&amp;(.)", head[1])) == {"L", "R"}


def test_the_cover_leads_to_rows_and_definitions(tmp_path: Path) -> None:
    rates = ReportTable("Accuracy", pl.DataFrame({"measure": ["code over code"], "rate": [0.934]}))
    with zipfile.ZipFile(write_xlsx(tmp_path / "a.xlsx", report(rates))) as parts:
        cover = parts.read("xl/worksheets/sheet1.xml").decode()
        table = parts.read("xl/worksheets/sheet2.xml").decode()
    leads = re.findall(r'location="([^"]+)"', cover)
    assert {"'Accuracy'!A1", "'Definitions'!A1"} <= set(leads)
    assert "'Definitions'!A1" in table
    assert 'fitToWidth="1"' in table or "fitToPage" in table


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_calculates_the_same_values(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", report(KINDS, rate_table()))
    bare = tmp_path / "bare.xlsx"
    # Without the values beside the formulas it has to calculate.
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(bare, "w") as without:
        for name in parts.namelist():
            text = parts.read(name)
            without.writestr(
                name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text) if "sheets/" in name else text
            )
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    again = tmp_path / "again"
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(again), str(bare)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for sheet in (2, 3):
        calculated = cells(again / "bare.xlsx", sheet)
        formulas = {cell: value for cell, (formula, value) in cells(path, sheet).items() if formula}
        assert formulas
        for cell, value in formulas.items():
            assert calculated[cell][0], cell
            assert float(calculated[cell][1]) == pytest.approx(float(value), abs=1e-9), cell
