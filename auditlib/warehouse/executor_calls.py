"""Functions of auditlib called on the machines of Spark: what these run, and what comes back."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from auditlib.errors import StoreError
from auditlib.version import __version__

ANSWERS: Final = "number bigint, place bigint, answer binary"


def pickled_arguments(arguments: Sequence[object]) -> pl.DataFrame:
    """Return arguments as rows that Spark sends to its machines."""
    rows = [(number, pickle.dumps(argument)) for number, argument in enumerate(arguments)]
    return pl.DataFrame(rows, schema={"number": pl.Int64, "argument": pl.Binary}, orient="row")


def answer(
    function: Callable[[Any], Iterable[object]], version: str, batches: Iterable[Any]
) -> Iterator[Any]:
    """Call a function for each of some pickled arguments, on a machine of Spark; yield rows of `ANSWERS`.

    Rows come and go as record batches of pyarrow, which only Spark's machines need.
    """
    for batch in batches:
        for number, argument in pl.DataFrame(batch).iter_rows():
            # Spark sends code and values to its machines in this way itself.
            given = pickle.loads(argument)  # noqa: S301
            answers = function(given) if version == __version__ else [_of_another_version(version)]
            for place, one in enumerate(answers):
                row = {"number": [number], "place": [place], "answer": [pickle.dumps(one)]}
                yield from _arrow(row)


def _arrow(row: Mapping[str, Sequence[object]]) -> Iterator[Any]:
    frame = pl.DataFrame(row, schema={"number": pl.Int64, "place": pl.Int64, "answer": pl.Binary})
    yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()


def _of_another_version(version: str) -> StoreError:
    message = f"Spark's machines have auditlib {__version__}, this one has {version}."
    return StoreError(message, hint="Install the same version on all of them.")


def unpickled_answers(rows: pl.DataFrame, count: int) -> list[list[object]]:
    """Return what a function answered each of so many arguments.

    Raises
    ------
    StoreError
        If the machines have another version of auditlib.
    """
    answers: list[list[object]] = [[] for _ in range(count)]
    for number, _, one in rows.sort("number", "place").iter_rows():
        given = pickle.loads(one)  # noqa: S301 - the user's own Spark: docs/beyond_one_machine.md
        if isinstance(given, StoreError):
            raise given
        answers[number].append(given)
    return answers
