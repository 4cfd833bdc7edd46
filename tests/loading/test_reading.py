from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.loading import staging
from auditlib.loading.parallel_read import scan_files
from auditlib.loading.staging import Staging
from auditlib.schema.core import REMARK
from auditlib.workspace import Workspace
from tests.loading.test_loading import load, row_count, written
from tests.x12_texts import professional_claims


def remarks(*numbers: int) -> pl.DataFrame:
    rows = [
        {
            "remit_claim_id": 1,
            "remark_number": number,
            "remark_code": "N1",
            "source_file_id": 1,
            "source_offset": 0,
        }
        for number in numbers
    ]
    return REMARK.conform(pl.DataFrame(rows))


def staged_numbers(waiting: Staging) -> list[int]:
    ((_, paths),) = waiting.in_order()
    return pl.read_parquet(paths)["remark_number"].to_list()


@pytest.mark.parametrize("most_held", [0, 100, 1 << 20])
def test_staged_rows_keep_their_order_in_memory_or_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_held: int
) -> None:
    monkeypatch.setattr(staging, "_MOST_BYTES_IN_MEMORY", most_held)
    waiting = Staging(tmp_path)
    for number in range(1, 7, 2):
        waiting.add("remark", remarks(number, number + 1))
        waiting.settle()
    assert staged_numbers(waiting) == [1, 2, 3, 4, 5, 6]


def test_many_small_files_become_few(tmp_path: Path) -> None:
    waiting = Staging(tmp_path)
    for number in range(50):
        waiting.add("remark", remarks(number))
        waiting.settle()
    assert staged_numbers(waiting) == list(range(50))
    assert len(list(tmp_path.iterdir())) == 1


def test_what_was_staged_since_a_mark_is_forgotten(tmp_path: Path) -> None:
    waiting = Staging(tmp_path)
    waiting.add("remark", remarks(1))
    mark = waiting.mark()
    waiting.add("remark", remarks(2))
    waiting.rewind(mark)
    waiting.add("remark", remarks(3))
    assert staged_numbers(waiting) == [1, 3]


def test_files_are_given_in_their_order_with_what_they_hold(tmp_path: Path) -> None:
    texts = [professional_claims([(f"A{number}", "10.00")]) for number in range(20)]
    paths = [written(tmp_path, f"{number:02d}.edi", text) for number, text in enumerate(texts)]
    looks = list(scan_files(paths, 7, is_loaded=lambda _sha256, path: path.name == "03.edi"))
    assert looks[3].batches_read is None
    for number, (path, looked) in enumerate(zip(paths, looks, strict=True)):
        (batch,) = looked.batches(path, 7 + number, None)
        claim = batch.frames["claim"]
        assert claim["patient_control_number"].to_list() == [f"A{number}"]
        assert claim["source_file_id"].to_list() == [7 + number]


def test_what_cannot_be_read_says_so_in_its_turn(tmp_path: Path) -> None:
    paths = [written(tmp_path, "poem.xyz", "roses\n"), tmp_path / "gone.edi"]
    poem, gone = scan_files(paths, 1, is_loaded=lambda _sha256, _path: False)
    with pytest.raises(BadInputError, match="a format that is not known"):
        list(poem.batches(paths[0], 1, None))
    assert isinstance(gone.error, OSError)


def test_a_folder_of_files_loads_the_same_each_time(tmp_path: Path) -> None:
    amounts = [Decimal(number) for number in range(1, 41)]
    for number, amount in enumerate(amounts):
        written(tmp_path / "in", f"{number:02d}.edi", professional_claims([(f"A{number}", f"{amount}.00")]))
    written(tmp_path / "in", "40.edi", professional_claims([("A0", "1.00")]))
    reports = []
    for name in ("first", "second"):
        workspace = Workspace.create(tmp_path / name)
        reports.append(load(workspace, tmp_path / "in").files)
        assert row_count(workspace, "claim") == len(amounts)
    assert reports[0].equals(reports[1])
    assert reports[0]["load_status"].to_list() == ["loaded"] * 40 + ["already loaded"]
    assert reports[0]["charge_amount"].head(40).to_list() == amounts
