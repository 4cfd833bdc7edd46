"""Real files against counts and money that were made by other hands, and against the plain reader."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.cli.main import main
from auditlib.sources.x12 import looks_like_x12, read_x12
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.sources.x12.golden import BALANCES, RULES, difference_table, differences, golden_rows
from tests.sources.x12.naive import naive_rows, naive_totals

# Column of GOLDEN.tsv to name of the total.
GOLDEN_COLUMNS = {
    "clm": "claim_count",
    "lines837": "line_count",
    "clm02": "claim_charge_amount",
    "line_chg": "line_charge_amount",
    "clp": "remit_claim_count",
    "svc": "remit_line_count",
    "clp03": "remit_charge_amount",
    "clp04": "remit_paid_amount",
    "bpr02": "payment_amount",
    "plb": "provider_adjustment_amount",
}
# File to totals in which the reader differs from a plain count, each with the reason.
EXPLAINED = {
    # One SVC has six empty elements where charge and payment should stand: the line is not loaded.
    "keironstoddart/blue_cross_nc_sample.txt": {"remit_line_count"},
}

pytestmark = pytest.mark.field


def _amount(frames: dict[str, pl.DataFrame], table: str, column: str) -> Decimal:
    return frames[table][column].sum() or Decimal(0) if table in frames else Decimal(0)


def _totals(path: Path) -> dict[str, Decimal]:
    parts: dict[str, list[pl.DataFrame]] = {}
    for batch in read_x12(path, source_file_id=1):
        for name, frame in batch.frames.items():
            parts.setdefault(name, []).append(frame)
    frames = {name: pl.concat(found) for name, found in parts.items()}
    counts = {name: Decimal(frames[name].height if name in frames else 0) for name in ("claim", "claim_line")}
    counts |= {
        name: Decimal(frames[name].height if name in frames else 0) for name in ("remit_claim", "remit_line")
    }
    return {
        "claim_count": counts["claim"],
        "line_count": counts["claim_line"],
        "claim_charge_amount": _amount(frames, "claim", "charge_amount"),
        "line_charge_amount": _amount(frames, "claim_line", "charge_amount"),
        "remit_claim_count": counts["remit_claim"],
        "remit_line_count": counts["remit_line"],
        "remit_charge_amount": _amount(frames, "remit_claim", "charge_amount"),
        "remit_paid_amount": _amount(frames, "remit_claim", "paid_amount"),
        "payment_amount": _amount(frames, "remittance", "payment_amount"),
        "provider_adjustment_amount": _amount(frames, "provider_adjustment", "adjustment_amount"),
    }


@pytest.fixture(scope="session")
def x12_files(field_data: Path) -> list[Path]:
    return sorted(
        path for path in (field_data / "x12").rglob("*") if path.is_file() and path.suffix != ".tsv"
    )


def test_both_readers_agree_with_the_published_counts(field_data: Path) -> None:
    folder = field_data / "x12"
    with (folder / "GOLDEN.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 90
    for row in rows:
        golden = {name: Decimal(row[column]) for column, name in GOLDEN_COLUMNS.items()}
        assert naive_totals(folder / row["file"]) == golden, row["file"]
        assert _totals(folder / row["file"]) == golden, row["file"]


def test_reader_agrees_with_the_plain_one_on_every_file(x12_files: list[Path]) -> None:
    assert len(x12_files) > 100
    for path in x12_files:
        name = f"{path.parent.name}/{path.name}"
        plain, read = naive_totals(path), _totals(path)
        assert {total for total in plain if plain[total] != read[total]} == EXPLAINED.get(name, set()), name


def test_answers_and_other_payers_are_as_many_as_a_plain_count(x12_files: list[Path]) -> None:
    total = dict.fromkeys(naive_rows(x12_files[0]), 0)
    for path in x12_files:
        found = dict.fromkeys(total, 0)
        for batch in read_x12(path, source_file_id=1):
            for name, frame in batch.frames.items():
                if name in found:
                    found[name] += frame.height
        plain = naive_rows(path)
        assert found == plain, path.name
        total = {name: total[name] + plain[name] for name in total}
    assert min(total[name] for name in total if name != "acknowledgment") > 0


def test_every_file_is_recognised_and_nothing_is_silent(x12_files: list[Path]) -> None:
    for path in x12_files:
        assert looks_like_x12(path.read_bytes()[: 1 << 16]), path.name
        batches = list(read_x12(path, source_file_id=1))
        loaded = sum(frame.height for batch in batches for frame in batch.frames.values())
        noted = sum(batch.rejected.height for batch in batches)
        assert loaded or noted or any(batch.transaction_count for batch in batches), path.name


def test_every_row_stands_where_it_says(x12_files: list[Path]) -> None:
    tags = {
        "claim": (b"CLM",),
        "claim_line": (b"SV1", b"SV2", b"SV3"),
        "remit_claim": (b"CLP",),
        "remit_line": (b"SVC",),
    }
    tags |= {
        "remittance": (b"ST",),
        "adjustment": (b"CAS",),
        "remark": (b"LQ", b"MIA", b"MOA"),
        "patient": (b"NM1", b"CLM"),
    }
    for path in x12_files:
        data = path.read_bytes()
        for batch in read_x12(path, source_file_id=1):
            for name, frame in batch.frames.items():
                for offset in frame["source_offset"].to_list() if name in tags else ():
                    assert data[offset:].startswith(tags[name]), (path.name, name)


@pytest.fixture(scope="module")
def everything(
    field_data: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Workbench, dict[str, dict[str, object]]]:
    """All real X12 files loaded by the command line into one workspace, and its report by file."""
    workspace = Workspace.create(tmp_path_factory.mktemp("field") / "W")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    printed = io.StringIO()
    with capture.global_and_fixture_disabled(), contextlib.redirect_stdout(printed):
        assert main(["-w", str(workspace.root), "load", str(field_data / "x12"), "--json"]) == 1
    files = json.loads(printed.getvalue())["files"]
    return Workbench(workspace), {row["shown_name"].removeprefix("x12/"): row for row in files}


def test_load_gives_the_published_counts_but_where_the_docs_say_why(
    field_data: Path, everything: tuple[Workbench, dict[str, dict[str, object]]]
) -> None:
    golden = golden_rows(field_data / "x12")
    assert len(golden) == 90
    found = differences(golden, everything[1])
    assert set(found) == set(RULES)
    page = (Path(__file__).parents[3] / "docs" / "x12.md").read_text(encoding="utf-8")
    assert difference_table(found) in page


def test_balances_and_segment_counts_are_the_published_ones(
    field_data: Path, everything: tuple[Workbench, dict[str, dict[str, object]]]
) -> None:
    workbench = everything[0]
    golden = {file: row for file, row in golden_rows(field_data / "x12").items() if file not in RULES}
    by_name = {Path(file).name: row for file, row in golden.items()}
    assert len(by_name) == len(golden)
    totals = workbench.files.balance_totals().frame
    balanced = {(row["file_name"], row["balance_rule"]): row["balanced_count"] for row in totals.to_dicts()}
    notes = workbench.files.notes().frame.filter(segment="SE", note_kind="segment count")
    miscounted = dict(notes.group_by("file_name").len().iter_rows())
    for name, row in by_name.items():
        told = {column: balanced.get((name, rule), 0) for column, rule in BALANCES.items()}
        assert told == {column: int(row[column]) for column in BALANCES}, name
        assert miscounted.get(name, 0) == int(row["se_bad"]), name
