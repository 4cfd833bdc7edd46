"""Transactions that are loaded or staged, by which duplicates in a file are identified and dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from auditlib.loading.file_report import OF_FILE, FileLoad
from auditlib.loading.redelivery import (
    CONTENTS,
    contents,
    redelivered,
    transaction_keys,
    with_same_key,
)
from auditlib.loading.staging import TABLES, Staging, rows_of
from auditlib.schema.core import REJECTED_RECORD, REMITTANCE
from auditlib.sources.batch import OFFSET_BITS
from auditlib.warehouse import Warehouse
from auditlib.warehouse.store import Writer
from auditlib.warehouse.touched import Touched

_EXPECTED = "a transaction that was not loaded yet"
_FILE = 1 << OFFSET_BITS
_PLACE = pl.col("source_file_id") * _FILE + pl.col("source_offset")


@dataclass(slots=True)
class KnownTransactions:
    """What is known of transactions.

    Attributes
    ----------
    fingerprints
        Fingerprint to the file that was loaded first.
    keys
        By what each transaction of an X12 file is known when it is delivered again.
    first_new_file_id
        Number of the first file of this load.
    replaced
        Loaded transactions of which a file of this load holds the whole.
    """

    warehouse: Warehouse
    fingerprints: dict[str, str]
    keys: pl.DataFrame
    first_new_file_id: int
    replaced: list[pl.DataFrame] = field(default_factory=list)

    @classmethod
    def of(cls, warehouse: Warehouse, first_new_file_id: int) -> KnownTransactions:
        """Return those of the warehouse."""
        checks = warehouse.query("queries/loading/known_checks")
        keys = transaction_keys(warehouse.query("queries/loading/known_keys"), checks, "")
        fingerprints = dict(warehouse.query("queries/loading/known_transactions").iter_rows())
        return cls(warehouse, fingerprints, keys, first_new_file_id)

    def take_out_repeated(
        self, load: FileLoad, loads: Sequence[FileLoad], staging: Staging, mark: dict[str, int]
    ) -> None:
        """Take out of a file's staged rows what was loaded before, and of earlier ones what it replaces."""
        parts = staging.since(mark)
        if load.status == "rejected" or not {"envelope", "source_transaction"} <= parts.keys():
            return
        own = rows_of(parts["source_transaction"])
        remittances = rows_of([REMITTANCE.empty(), *parts.get("remittance", [])])
        new = transaction_keys(own, remittances, load.path.name)
        related = with_same_key(new, self.keys)
        self.keys = pl.concat([self.keys, new])
        if related.is_empty():
            return
        files = related.select((pl.col("transaction_id") // _FILE).unique()).to_series().to_list()
        of_files = self.keys.filter((pl.col("transaction_id") // _FILE).is_in(files))
        held = contents({name: self._rows(name, files, staging) for name in CONTENTS}, of_files)
        held = held.join(related, on="transaction_id", how="semi")
        result = redelivered(related, held, load.source_file_id * _FILE)
        cut = "truncated copy of a transaction that {} holds"
        same = "payment already loaded from {}: same payer, check and claims"
        reasons = [
            result.repeated.select(
                "transaction_id",
                reason=pl.when("is_cut").then(_formatted(cut)).otherwise(_formatted(same)),
            ),
            result.replaced.select(
                "transaction_id",
                reason=pl.format("truncated transaction: {} holds it whole and replaces it", "replaced_by"),
            ),
        ]
        out = pl.concat(reasons)
        all_loads = {one.source_file_id: one for one in (*loads, load)}
        staged_first = self.first_new_file_id * _FILE
        staged_out = out.filter(pl.col("transaction_id") >= staged_first)
        if staged_out.height:
            self._take_out_transactions(staged_out, all_loads, staging)
        landed = out.filter(pl.col("transaction_id") < staged_first)
        if landed.height:
            self.replaced.append(landed)
        self.keys = self.keys.join(out, on="transaction_id", how="anti")
        left = (name for name, staged in staging.since(mark).items() if rows_of(staged).height)
        if load.rejected_count:
            load.status = "loaded with rejects"
        if all(name in (*OF_FILE, "rejected_record") for name in left):
            load.status = "rejected"

    def replace(self, writer: Writer, touched: Touched) -> None:
        """Delete the loaded transactions that this load replaces, and say so in their files."""
        if not self.replaced:
            return
        out = pl.concat(self.replaced)
        places = self._ranges(out).select(
            source_file_id=pl.col("first") // _FILE,
            first_offset=pl.col("first") % _FILE,
            end_offset=pl.col("end") - pl.col("first") // _FILE * _FILE,
        )
        touched.note_places(places)
        for name, table in TABLES.items():
            if _is_of_transactions(name):
                writer.delete_places(table, places)
        writer.append(REJECTED_RECORD, _rejected(out))
        files = (out["transaction_id"] // _FILE).unique().to_list()
        writer.run("statements/recount_source_files", {"source_file_ids": files})

    def _ranges(self, transactions: pl.DataFrame) -> pl.DataFrame:
        """Return first and end place of transactions, as ids."""
        starts = pl.concat([self.keys.select("transaction_id"), transactions.select("transaction_id")])
        following = (
            starts.unique().sort("transaction_id").with_columns(next=pl.col("transaction_id").shift(-1))
        )
        end_of_file = (pl.col("transaction_id") // _FILE + 1) * _FILE
        return transactions.join(following, on="transaction_id").select(
            first="transaction_id", end=pl.min_horizontal(pl.col("next"), end_of_file)
        )

    def _take_out_transactions(
        self, out: pl.DataFrame, loads: Mapping[int, FileLoad], staging: Staging
    ) -> None:
        is_out = pl.lit(value=False)
        for first, end in self._ranges(out).iter_rows():
            is_out |= (first <= _PLACE) & (end > _PLACE)
        removed = staging.remove({name: is_out for name in TABLES if _is_of_transactions(name)})
        rejected = _rejected(out)
        staging.add("rejected_record", rejected)
        for source_file_id in rejected["source_file_id"].unique().sort():
            of_file = pl.col("source_file_id") == source_file_id
            load = loads[source_file_id]
            load.discount({name: frame.filter(of_file) for name, frame in removed.items()})
            _count_rejected(load, rejected.filter(of_file))
            if load.status == "loaded":
                load.status = "loaded with rejects"

    def _rows(self, name: str, file_ids: Sequence[int], staging: Staging) -> pl.DataFrame:
        """Return the rows of a table of some files, whether loaded or staged."""
        landed = [one for one in file_ids if one < self.first_new_file_id]
        row_id, compared = CONTENTS[name]
        columns = [*([row_id] if row_id else []), *compared, "source_file_id", "source_offset"]
        frames = [TABLES[name].empty().select(columns)]
        if landed:
            query = f"queries/loading/contents_of_{name}"
            frames.append(self.warehouse.query(query, {"source_file_ids": landed}).select(columns))
        of_files = pl.col("source_file_id").is_in(list(file_ids))
        frames += [rows_of([part]).filter(of_files).select(columns) for part in staging.parts.get(name, [])]
        return pl.concat(frames, how="vertical_relaxed")


def _formatted(text: str) -> pl.Expr:
    return pl.format(text, "earlier_file")


def _is_of_transactions(name: str) -> bool:
    """Return True for the tables whose rows are parts of a transaction, not of the file itself."""
    has_place = {"source_file_id", "source_offset"} <= set(TABLES[name].column_names)
    return has_place and (name not in OF_FILE or name == "source_transaction")


def _rejected(out: pl.DataFrame) -> pl.DataFrame:
    """Return a row of ``rejected_record`` for each transaction, with its reason."""
    return REJECTED_RECORD.conform(
        out.select(
            source_file_id=pl.col("transaction_id") // _FILE,
            source_offset=pl.col("transaction_id") % _FILE,
            segment=pl.lit("transaction"),
            record_number=pl.lit(0, pl.Int64),
            reason="reason",
            expected=pl.lit(_EXPECTED),
        )
    )


def _count_rejected(load: FileLoad, rejected: pl.DataFrame) -> None:
    load.rejected_count += rejected.height
    if rejected.height:
        # It says more than what the reader found at the end of a truncated file.
        load.first_reason = rejected["reason"][0]
