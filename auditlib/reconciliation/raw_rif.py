"""A plain reader of RIF files: rows cut at bars, the amounts of Medicare's own columns.

It shares no code with the reader by which files are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.reconciliation.raw_records import amount, conformed

_BLOCK_BYTE_COUNT: Final = 16 << 20
_BOM: Final = b"\xef\xbb\xbf"
_CHARGE: Final = ("CLM_TOT_CHRG_AMT", "NCH_CARR_CLM_SBMTD_CHRG_AMT")
_PAID: Final = ("CLM_PMT_AMT",)
_LINE_CHARGE: Final = ("REV_CNTR_TOT_CHRG_AMT", "LINE_SBMTD_CHRG_AMT")
_LINE_PAID: Final = ("REV_CNTR_PMT_AMT_AMT", "LINE_NCH_PMT_AMT")
_INSTITUTIONAL: Final = "REV_CNTR"
_TOTAL_REVENUE: Final = "0001"


def raw_rif(path: Path, *, block_byte_count: int = _BLOCK_BYTE_COUNT) -> Iterator[pl.DataFrame]:
    """Yield the claims, lines and payments of a RIF file.

    Parameters
    ----------
    path
        One row a line of a claim, cells separated by bars, under a header.
    block_byte_count
        Bytes to split at once; a claim is never divided between blocks.

    Yields
    ------
    polars.DataFrame
        `RAW_SCHEMA`.
    """
    with path.open("rb") as file:
        header = file.readline()
        names = [name.strip().upper() for name in header.removeprefix(_BOM).decode("latin-1").split("|")]
        position, rest = len(header), b""
        while block := file.read(block_byte_count):
            data = rest + block
            cut = data.rfind(b"\n") + 1
            rows = _rows(data[:cut], position, names)
            last = rows.filter(pl.col("claim") == rows["claim"][-1]) if rows.height else rows
            start = last["source_offset"][0] - position if last.height else cut
            if start == 0 and cut:
                # One claim fills the whole block: it is read on.
                rest = data
                continue
            yield _records(rows.filter(pl.col("source_offset") < position + start))
            position, rest = position + start, data[start:]
        if rest:
            yield _records(_rows(rest, position, names))


def _rows(data: bytes, base: int, names: list[str]) -> pl.DataFrame:
    """Return the rows of a block with their offsets and the number of their claim in the block."""
    texts = pl.Series("text", [data.decode("latin-1")]).str.split("\n").explode()
    length = pl.col("text").str.len_chars().cast(pl.Int64) + 1
    cells = pl.col("cell")
    wanted = {
        "charge_amount": _CHARGE,
        "paid_amount": _PAID,
        "line_charge": _LINE_CHARGE,
        "line_paid": _LINE_PAID,
    }
    return (
        texts.to_frame()
        .with_columns((base + length.cum_sum() - length).alias("source_offset"))
        .filter(pl.col("text").str.strip_chars() != "")
        .select("source_offset", pl.col("text").str.strip_chars_end("\r").str.split("|").alias("cell"))
        .select(
            "source_offset",
            _cell(cells, names, "CLM_ID").rle_id().alias("claim"),
            pl.lit("I" if _INSTITUTIONAL in names else "P").alias("part"),
            (_cell(cells, names, _INSTITUTIONAL).str.zfill(4) == _TOTAL_REVENUE)
            .fill_null(value=False)
            .alias("is_total"),
            *(
                pl.coalesce(*(amount(_cell(cells, names, one)) for one in columns)).alias(name)
                for name, columns in wanted.items()
            ),
        )
    )


def _cell(cells: pl.Expr, names: list[str], name: str) -> pl.Expr:
    if name not in names:
        return pl.lit(None, pl.String)
    return cells.list.get(names.index(name), null_on_oob=True).str.strip_chars()


def _records(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.with_columns(pl.col("source_offset").first().over("claim").alias("claim_offset"))
    claims = rows.group_by("claim", maintain_order=True).agg(
        pl.col("source_offset", "claim_offset", "part", "charge_amount", "paid_amount").first(),
        # A row of the revenue code 0001 holds the total of the others.
        pl.col("line_charge").filter(~pl.col("is_total")).sum(),
    )
    claims = claims.with_columns(
        pl.coalesce("charge_amount", "line_charge").alias("charge_amount"),
        pl.col("claim_offset").alias("transaction_offset"),
    )
    rows = rows.with_columns(pl.col("claim_offset").alias("transaction_offset"))
    paid, place = claims.drop_nulls("paid_amount"), ["source_offset", "claim_offset", "transaction_offset"]
    paid_lines = rows.drop_nulls("line_paid").join(paid.select("claim"), on="claim", how="semi")
    return pl.concat(
        conformed(frame.select(pl.lit(kind).alias("record_kind"), *place, *columns))
        for kind, frame, columns in (
            ("claim", claims, ["part", "charge_amount"]),
            ("claim_line", rows, [pl.col("line_charge").alias("charge_amount")]),
            ("remittance", paid, [pl.col("paid_amount").alias("other_amount")]),
            ("remit_claim", paid, ["charge_amount", "paid_amount"]),
            (
                "remit_line",
                paid_lines,
                [pl.col("line_charge").alias("charge_amount"), pl.col("line_paid").alias("paid_amount")],
            ),
        )
    )
