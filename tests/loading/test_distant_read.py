"""Files read on the machines of an engine: the same as read here, or the reason why not."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditlib.errors import BadInputError, MissingExtraError, StoreError
from auditlib.loading import distant_read
from auditlib.loading.distant_read import scan_files_on
from auditlib.loading.parallel_read import scan_files
from auditlib.version import __version__
from auditlib.warehouse.engine import Answer, Argument
from auditlib.warehouse.executor_calls import answer, pickled_arguments, unpickled_answers
from auditlib.warehouse.spark_engine import SparkEngine
from tests.x12_texts import professional_claims


class EngineHere(SparkEngine):
    """Another machine, as far as all that passes between the two is pickled."""

    def __init__(self, folder_there: Path | None = None) -> None:
        self.jobs: list[int] = []
        self._folder_there = folder_there

    def call_each(
        self, function: Callable[[Argument], Iterable[Answer]], arguments: Sequence[Argument]
    ) -> list[list[Answer]]:
        self.jobs.append(len(arguments))
        sent = pickle.loads(pickle.dumps(function))
        return [
            [pickle.loads(pickle.dumps(one)) for one in sent(self._there(argument))] for argument in arguments
        ]

    def _there(self, argument: Any) -> Any:  # noqa: ANN401 - a file with its number
        if self._folder_there is None:
            return argument
        number, path = argument
        return number, self._folder_there / path.name


def _third_is_loaded(_sha256: str, path: Path) -> bool:
    return path.name == "03.edi"


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{number:02}.edi" for number in range(6)]
    for number, path in enumerate(files):
        path.write_text(professional_claims([(f"A{number}", "10.00")]))
    (tmp_path / "poem.xyz").write_text("roses\n")
    return [*files, tmp_path / "poem.xyz", tmp_path / "gone.edi"]


def test_an_engine_reads_as_this_machine_does(paths: list[Path]) -> None:
    ours = list(scan_files(paths, 7, is_loaded=_third_is_loaded))
    theirs = list(scan_files_on(EngineHere(), paths, 7, is_loaded=_third_is_loaded))
    for one, other in zip(ours, theirs, strict=True):
        assert (other.sha256, other.byte_count, str(other.error)) == (
            one.sha256,
            one.byte_count,
            str(one.error),
        )
        assert type(other.error) is type(one.error)
        assert (other.batches_read is None) == (one.batches_read is None)
        for batch, same in zip(one.batches_read or (), other.batches_read or (), strict=True):
            assert same.frames.keys() == batch.frames.keys()
            assert all(same.frames[name].equals(rows) for name, rows in batch.frames.items())
            assert same.rejected.equals(batch.rejected)


def test_few_files_at_a_time_are_read_and_large_ones_here(
    paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, size = EngineHere(), paths[0].stat().st_size
    monkeypatch.setattr(distant_read, "_MOST_BYTES", 2 * size)
    assert len(list(scan_files_on(engine, paths[:6], 1, is_loaded=_third_is_loaded))) == 6
    assert engine.jobs == [2, 2, 2]
    monkeypatch.setattr(distant_read, "_MOST_BYTES", size - 1)
    scanned = list(scan_files_on(engine, paths[:1], 1, is_loaded=_third_is_loaded))
    assert [(one.byte_count, one.batches_read) for one in scanned] == [(size, None)]


def test_a_file_that_the_engine_does_not_see_is_named(paths: list[Path], tmp_path: Path) -> None:
    engine = EngineHere(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=r"do not see 00\.edi"):
        list(scan_files_on(engine, paths, 1, is_loaded=_third_is_loaded))


def _twice(value: object) -> list[object]:
    return [value, value]


def test_answers_come_back_by_their_argument() -> None:
    pytest.importorskip("pyarrow")
    batches = pickled_arguments(["a", "b"]).to_arrow().to_batches()
    rows = pl.concat([pl.DataFrame(batch) for batch in answer(_twice, __version__, batches)])
    assert unpickled_answers(rows.reverse(), 2) == [["a", "a"], ["b", "b"]]
    other = pl.concat([pl.DataFrame(batch) for batch in answer(_twice, "0.0", batches)])
    with pytest.raises(StoreError, match=r"this one has 0\.0"):
        unpickled_answers(other, 2)


@pytest.mark.parametrize(
    "error", [MissingExtraError("Reading a PDF", "documents"), BadInputError("wrong", hint="right")]
)
def test_an_error_comes_back_from_another_machine(error: BadInputError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.message, back.hint, str(back)) == (
        type(error),
        error.message,
        error.hint,
        str(error),
    )
