"""Cut a RIF file into whole claims: rows as text columns, each with the byte at which it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.sources.rejected_rows import RejectedRows
from auditlib.sources.rif.layout import READ_COLUMNS, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEFAULT_CHUNK_BYTE_COUNT = 16 << 20
LONGEST_CLAIM_BYTE_COUNT = 64 << 20
_LINE_END, _CR = ord("\n"), ord("\r")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of whole claims.

    Attributes
    ----------
    frame
        The `READ_COLUMNS` (null if the file does not have one), ``source_offset``, ``end_offset``,
        ``record_number`` from 1, and ``claim_offset``, the position of the claim's first row.
    data
        The bytes, starting at ``offset`` in the file.
    rejected
        Lines that are not valid rows.
    """

    frame: pl.DataFrame
    data: bytes
    offset: int
    rejects: RejectedRows


def read_rows(
    path: Path, columns: tuple[str, ...], *, source_file_id: int, chunk_byte_count: int
) -> Iterator[Rows]:
    """Yield the rows of a file, whole claims at a time; the rows of a claim must be consecutive."""
    ended_claims: set[int] = set()
    with path.open("rb") as file:
        offset = len(file.readline())
        data, record_number, at_end = b"", 0, False
        while not at_end:
            byte_count = max(chunk_byte_count, len(data))
            more = file.read(byte_count)
            at_end = len(more) < byte_count
            data += more
            cut = len(data) if at_end else data.rfind(b"\n") + 1
            rejects = RejectedRows(source_file_id)
            lines = _lines(data[:cut], offset, record_number)
            frame = _cells(data, offset, lines, columns, rejects)
            if not at_end:
                cut = _end_of_claims(frame, cut, offset)
                if not cut and len(data) < LONGEST_CLAIM_BYTE_COUNT:
                    continue
                # A claim longer than that is cut, and its later rows are rejected.
                cut = cut or data.rfind(b"\n") + 1 or len(data)
                within = pl.col("source_offset") < offset + cut
                lines, frame = lines.filter(within), frame.filter(within)
                rejects.forget_from(offset + cut)
            record_number += lines.height
            yield Rows(_once(frame, ended_claims, rejects), data[:cut], offset, rejects)
            data, offset = data[cut:], offset + cut


def _lines(data: bytes, offset: int, record_number: int) -> pl.DataFrame:
    """Return start, end (without line end) and number of cells of each non-empty line."""
    octets = np.frombuffer(data, dtype=np.uint8)
    breaks = np.flatnonzero(octets == _LINE_END)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(data)]])
    ends = ends - ((ends > starts) & (octets[np.maximum(ends - 1, 0)] == _CR) if len(data) else 0)
    is_filled = ends > starts
    starts, ends = starts[is_filled], ends[is_filled]
    pipes = np.flatnonzero(octets == ord(SEPARATOR))
    counts = np.searchsorted(pipes, ends) - np.searchsorted(pipes, starts)
    closed = octets[np.maximum(ends - 1, 0)] == ord(SEPARATOR) if len(ends) else np.zeros(0, dtype=np.bool_)
    return pl.DataFrame(
        {
            "source_offset": starts + offset,
            "end_offset": ends + offset,
            "cell_count": counts + 1,
            "is_closed": closed,
            "record_number": np.arange(1, len(starts) + 1) + record_number,
        }
    )


def _cells(
    data: bytes, offset: int, lines: pl.DataFrame, columns: tuple[str, ...], rejects: RejectedRows
) -> pl.DataFrame:
    """Return the cells of lines with as many cells as the header, ignoring a separator at the end."""
    count = pl.col("cell_count")
    fits = (count == len(columns)) | ((count == len(columns) + 1) & pl.col("is_closed"))
    rejects.add(
        "row",
        lines.filter(~fits),
        "the number of cells is not that of the header",
        f"{len(columns)} cells, as in the header",
    )
    lines = lines.filter(fits)
    read = [name for name in READ_COLUMNS if name in columns]
    cells = _parsed(data, offset, lines, columns).select(read)
    stripped = pl.all().str.strip_chars()
    cells = cells.select(pl.when(stripped != "").then(stripped).name.keep())
    missing = [pl.lit(None, pl.String).alias(name) for name in READ_COLUMNS if name not in columns]
    frame = pl.concat(
        [cells.with_columns(missing), lines.select("source_offset", "end_offset", "record_number")],
        how="horizontal",
    )
    garbled = pl.any_horizontal(pl.col(read).str.contains(_REPLACEMENT, literal=True).fill_null(value=False))
    rejects.add("row", frame.filter(garbled), "the row holds bytes that are not UTF-8", "UTF-8 text")
    frame = frame.filter(~garbled)
    named = pl.col("CLM_ID").is_not_null()
    rejects.add("row", frame.filter(~named), "the row names no claim", "a CLM_ID")
    frame = frame.filter(named)
    starts_claim = pl.col("CLM_ID").ne_missing(pl.col("CLM_ID").shift(1))
    return frame.with_columns(
        pl.when(starts_claim).then("source_offset").forward_fill().alias("claim_offset")
    )


def _parsed(data: bytes, offset: int, lines: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the cells of these lines as text."""
    schema = {name: pl.String() for name in columns}
    if lines.is_empty():
        return pl.DataFrame(schema=schema)
    starts, ends = ((lines[name] - offset).to_list() for name in ("source_offset", "end_offset"))
    text = data[starts[0] : ends[-1]]
    if text.count(b"\n") != len(starts) - 1:
        # Rejected lines in between are cut out.
        text = b"\n".join(data[start:end] for start, end in zip(starts, ends, strict=True))
    return pl.read_csv(
        text,
        separator=SEPARATOR,
        quote_char=None,
        has_header=False,
        infer_schema=False,
        encoding="utf8-lossy",
        truncate_ragged_lines=True,
        schema=schema,
        extra_columns="ignore",
        columns=[number for number, name in enumerate(columns) if name in READ_COLUMNS],
    )


def _end_of_claims(frame: pl.DataFrame, cut: int, offset: int) -> int:
    """Return where the last claim starts, since more of its rows may follow; 0 if it is the only one."""
    last = frame["claim_offset"].max() if frame.height else offset + cut
    return int(last) - offset if isinstance(last, int) else 0


def _once(frame: pl.DataFrame, ended_claims: set[int], rejects: RejectedRows) -> pl.DataFrame:
    """Return the rows without those of claims that already ended, which are rejected."""
    if frame.is_empty():
        return frame
    firsts = frame.filter(pl.col("source_offset") == pl.col("claim_offset")).select(
        "claim_offset", pl.col("CLM_ID").hash(seed=0).alias("hash")
    )
    hashes = firsts["hash"].to_list()
    is_new = pl.int_range(pl.len()).over("hash") == 0
    repeated = firsts.filter(~is_new | pl.col("hash").is_in(list(ended_claims.intersection(hashes))))
    ended_claims.update(hashes)
    if repeated.is_empty():
        return frame
    again = frame.join(repeated, on="claim_offset", how="semi")
    reason = "a row of a claim that already ended"
    rejects.add("row", again, reason, "consecutive rows of a claim")
    return frame.join(repeated, on="claim_offset", how="anti")
