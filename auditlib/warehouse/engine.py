"""What may run models, checks and measures in the place of the workspace's own DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from urllib.parse import urlsplit

import polars as pl

from auditlib.errors import UsageError

if TYPE_CHECKING:
    from auditlib.warehouse.store import Warehouse

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")

_SCHEME: Final = "spark:"
_ON_THE_ENGINE: Final = ("checks/", "measures/", "queries/sampling/universe_", "queries/sampling/unit_")


def spark_url(engine: str) -> str:
    """Return the address of Spark Connect, as ``sc://host:15002``, from what ``--engine`` names.

    Raises
    ------
    UsageError
        If it names no Spark.
    """
    url = engine.removeprefix(_SCHEME)
    if not engine.startswith(_SCHEME) or urlsplit(url).scheme != "sc" or not urlsplit(url).hostname:
        message = f"'{engine}' names no engine."
        raise UsageError(message, hint="Write it as spark:sc://host:15002, the address of Spark Connect.")
    return url


def runs_on_an_engine(name: str) -> bool:
    """Return True for a query that an engine runs: a check, a measure or the frame of a sample."""
    return name.startswith(_ON_THE_ENGINE)


class Engine(Protocol):
    """Runs the SQL of checks and measures on the loaded rows of a warehouse, elsewhere."""

    def prepare(self, warehouse: Warehouse, names: Collection[str]) -> None:
        """Bring all that named queries read to what the warehouse holds of it."""

    def build_models(self, warehouse: Warehouse) -> None:
        """Build every model, whether a query reads it or not."""

    def select(
        self,
        *names: str,
        params: Mapping[str, object] | None = None,
        frames: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """Run one SELECT, put together from named files, on what was prepared."""

    def call_each(
        self, function: Callable[[Argument], Iterable[Answer]], arguments: Sequence[Argument]
    ) -> list[list[Answer]]:
        """Call a function of auditlib on the engine's machines; return what it answers each argument.

        Function, arguments and answers can be pickled.
        """
