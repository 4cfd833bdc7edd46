"""The lake: what was loaded as Parquet files by month, which DuckDB, Apache Spark and polars all read.

Below ``<lake>/<schema>/<table>`` a table whose rows have a month has a folder ``month=YYYY-MM`` for each, any
other one file. A month is written again only if a row of it changed: so a new month is appended. What follows
from the loaded rows an engine writes beside them, a folder for each model; `LakeRecord` knows of which rows.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from auditlib.errors import StoreError, StoreLockedError
from auditlib.schema import ALL_TABLES, Table
from auditlib.scratch import remove_left, scratch_folder
from auditlib.warehouse.connection import Connection

_RECORD: Final = "lake.json"
_FORM: Final = 2
_WAIT_SECONDS: Final = 600
UNDATED: Final = "undated"
_NAME: Final = re.compile(r"\b\w+\.\w+\b")
_TABLE_NAMES: Final = frozenset(table.full_name for table in ALL_TABLES)
# The rows whose day says of which month a row is, by the first of these columns that a table has, and how
# they are found: claims go by their first day of service, payments by their day, charts by their last.
_MONTHS: Final = {
    "claim_id": (
        "left join core.claim as claim on claim.claim_id = row.claim_id",
        "coalesce(claim.from_date, claim.submit_date)",
    ),
    "remit_claim_id": (
        """
        left join core.remit_claim as remit_claim on remit_claim.remit_claim_id = row.remit_claim_id
        left join core.remittance as remittance on remittance.remittance_id = remit_claim.remittance_id
        """,
        "remittance.payment_date",
    ),
    "remittance_id": (
        "left join core.remittance as remittance on remittance.remittance_id = row.remittance_id",
        "remittance.payment_date",
    ),
    "encounter_id": (
        "left join core.encounter as encounter on encounter.encounter_id = row.encounter_id",
        "encounter.discharge_date",
    ),
}


@dataclass
class LakeRecord:
    """What a lake holds, as its file ``lake.json`` says.

    Parameters
    ----------
    made_by
        The version of DuckDB whose hashes these are: another one may hash otherwise.
    marks
        Of each loaded table that is written whole: of the transactions that made its rows and their months.
    tables
        Of each loaded table the hash of the rows of each month; ``""`` is the month of a table without one.
    models
        Of each model a hash of its SELECT and of all that it read.
    """

    made_by: str = ""
    marks: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    def version(self, table: str) -> str:
        """Return what changes when a loaded table does."""
        return sha256(json.dumps(sorted(self.tables[table].items())).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Written:
    """One table of a lake: its rows, its months, and how many of these were written."""

    table: str
    row_count: int
    month_count: int
    written_count: int


class Lake:
    """A folder with the rows of a workspace as Parquet files.

    Parameters
    ----------
    folder
        Made where it is absent. For Spark it is on storage that all its machines see under this path.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def place(self, table: str) -> Path:
        """Return the folder of a table, or of the model of that name."""
        return self.folder.joinpath(*table.split("."))

    @contextmanager
    def changing(self) -> Iterator[LakeRecord]:
        """Hold the lake while it is changed; give its record, which `keep` writes back.

        Raises
        ------
        StoreLockedError
            If another process holds it for too long.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock").acquire(timeout=_WAIT_SECONDS):
                remove_left(self.folder)
                yield self.record()
        except Timeout as error:
            message = f"Another program has been writing the lake {self.folder} for over {_WAIT_SECONDS} s."
            raise StoreLockedError(message, hint="Wait for it, or end it, and try again.") from error

    @property
    def state(self) -> tuple[int, ...]:
        """What changes whenever anybody changes the lake; empty where there is none."""
        try:
            found = (self.folder / _RECORD).stat()
        except FileNotFoundError:
            return ()
        return found.st_dev, found.st_ino, found.st_mtime_ns

    def record(self) -> LakeRecord:
        """Return what the lake holds; nothing where it is new or its record cannot be read."""
        path = self.folder / _RECORD
        if not path.exists():
            _require_own(self.folder)
            return LakeRecord()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return LakeRecord()
        return LakeRecord(**stored["holds"]) if stored.get("form") == _FORM else LakeRecord()

    def keep(self, record: LakeRecord) -> None:
        """Write the record, whole or not at all."""
        unfinished = self.folder / f".{_RECORD}.unfinished"
        unfinished.write_text(
            json.dumps({"form": _FORM, "holds": asdict(record)}, indent=1), encoding="utf-8"
        )
        unfinished.replace(self.folder / _RECORD)

    def write_tables(
        self,
        connection: Connection,
        tables: Mapping[Table, str],
        marks: Mapping[str, str],
        record: LakeRecord,
        *,
        advance: Callable[[], None] = lambda: None,
    ) -> list[Written]:
        """Write the months of loaded tables that changed, and take out those that are gone.

        A table that no transaction wrote since is not read. Of any other the hash of each month tells whether
        it changed. What is interrupted goes on where it stopped: a table is finished once its months are in
        the record.

        Parameters
        ----------
        connection
            On the warehouse.
        tables
            Each with the condition of the rows that files gave, as ``true``.
        marks
            Of each table, what changes with every transaction that writes it; one without is always read.
        record
            Of the lake; brought up to date and kept table by table.
        advance
            Called after each table.

        Returns
        -------
        list of Written
            The tables that were read.
        """
        made_by = str(connection.select("select version() as version", None).item())
        if record.made_by != made_by:
            record.made_by, record.marks, record.tables = made_by, {}, {}
        written = []
        for table, condition in tables.items():
            now = _marks_of(table, condition, marks)
            if not now or record.marks.get(table.full_name) != now:
                record.marks.pop(table.full_name, None)
                self.keep(record)
                written.append(self._write_table(connection, table, condition, record))
                record.marks[table.full_name] = now
                self.keep(record)
            advance()
        return written

    def _write_table(
        self, connection: Connection, table: Table, condition: str, record: LakeRecord
    ) -> Written:
        source, month = _source(table, condition)
        columns = ", ".join(f"row.{name}" for name in table.column_names)
        hashed = connection.select(
            f"select {month} as month, count(*) as row_count, "
            f"cast(sum(cast(hash({columns}) as hugeint)) as varchar) as hashes from {source} group by 1",
            None,
        )
        found = {month: f"{count} {hashes}" for month, count, hashes in hashed.iter_rows()}
        if not found and not month_of(table):
            found = {"": "0"}
        known = record.tables.get(table.full_name, {})
        changed = sorted(month for month in found if known.get(month) != found[month])
        gone = known.keys() - found.keys()
        if changed or gone or not known:
            # Until it is finished the lake does not say that it has these months.
            record.tables[table.full_name] = {
                month: value for month, value in known.items() if found.get(month) == value
            }
            self.keep(record)
            self._copy(connection, table, f"select {columns}, {month} as month from {source}", changed)
        # Also when nothing changed: what was interrupted may have left one.
        _remove_others(self.place(table.full_name), set(found))
        record.tables[table.full_name] = found
        return Written(table.full_name, int(hashed["row_count"].sum()), len(found), len(changed))

    def _copy(self, connection: Connection, table: Table, select: str, months: Collection[str]) -> None:
        if not months:
            return
        place = self.place(table.full_name)
        place.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(self.folder, "lake") as scratch:
            target = _quoted(scratch / table.name)
            if not month_of(table):
                (scratch / table.name).mkdir()
                names, target = ", ".join(table.column_names), _quoted(scratch / table.name / "rows.parquet")
                connection.execute(
                    f"copy (select {names} from ({select})) to {target} (format parquet, compression zstd)",
                    None,
                )
                put(scratch / table.name, place)
                return
            listed = ", ".join(f"'{month}'" for month in months)
            connection.execute(
                f"copy (select * from ({select}) where month in ({listed})) to {target} "
                "(format parquet, compression zstd, partition_by (month))",
                None,
            )
            place.mkdir(exist_ok=True)
            for month in months:
                put(scratch / table.name / f"month={month}", place / f"month={month}")


def month_of(table: Table) -> str:
    """Return the column by which a table's rows get their month; empty where they have none."""
    if table.schema != "core":
        return ""
    return next((column for column in _MONTHS if column in table.column_names), "")


def _marks_of(table: Table, condition: str, marks: Mapping[str, str]) -> list[str]:
    """Return what a table's files follow from: its mark, and those of what gives its rows and their months.

    Nothing where one of them has no mark: that table is read each time.
    """
    source, _ = _source(table, condition)
    names = sorted(_TABLE_NAMES.intersection(_NAME.findall(source)))
    if any(name not in marks for name in names):
        return []
    form = sha256(f"{table.ddl} {condition}".encode()).hexdigest()
    return [form, *(marks[name] for name in names)]


def _source(table: Table, condition: str) -> tuple[str, str]:
    """Return what follows ``from``, with the rows as ``row``, and the expression of their month."""
    rows = f"(select {', '.join(table.column_names)} from {table.full_name} where {condition}) as row"
    column = month_of(table)
    if not column:
        return rows, "''"
    join, day = _MONTHS[column]
    return f"{rows} {join}", f"coalesce(strftime({day}, '%Y-%m'), '{UNDATED}')"


def put(made: Path, place: Path) -> None:
    """Put a finished folder in the place of another."""
    shutil.rmtree(place, ignore_errors=True)
    made.rename(place)


def _remove_others(place: Path, months: Collection[str]) -> None:
    """Remove the folders of months that a table has no rows of any more."""
    for folder in place.glob("month=*"):
        if folder.name.removeprefix("month=") not in months:
            shutil.rmtree(folder)


def _require_own(folder: Path) -> None:
    """Raise if a folder that is no lake yet holds other things: a lake removes what it does not know."""
    if any(not path.name.startswith(".") for path in folder.iterdir()):
        message = f"{folder} is no lake and holds other files."
        raise StoreError(message, hint="Name a new or an empty folder as 'lake' in workspace.toml.")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
