"""Interchanges, groups and transactions of one file: control numbers, and trailers that disagree.

The envelope segments of all chunks are paired here in file order, so that a header may be in one chunk and
its trailer in a later one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import ENVELOPE, FILE_NOTE
from auditlib.sources.x12.read.columns import Columns
from auditlib.sources.x12.read.segments import Field, packed

if TYPE_CHECKING:
    from auditlib.sources.x12.read.segments import Mask, Rows, Segments

_TAGS = ("ISA", "GS", "ST", "SE", "GE", "IEA")
_ISA, _GS, _ST, _SE, _GE, _IEA = range(len(_TAGS))
_LEVELS = np.array(["interchange", "group", "transaction"])
_ABSENT = 99
# Element number of each value, by segment identifier.
_ELEMENTS = {
    "control_number": {"ISA": 13, "GS": 6, "ST": 2, "SE": 2, "GE": 2, "IEA": 2},
    "declared": {"SE": 1, "GE": 1, "IEA": 1},
    "code": {"ISA": 15, "GS": 1, "ST": 1},
    "implementation_version": {"ISA": 12, "GS": 8, "ST": 3},
    "sender_id": {"ISA": 6, "GS": 2},
    "receiver_id": {"ISA": 8, "GS": 3},
    "date": {"ISA": 9, "GS": 4},
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A header and its trailer, the segments to pair them by, and what the trailer counts."""

    header: int
    trailer: int
    paired_by: tuple[int, ...]
    counter: str
    counted: str


_PAIRS = (
    _Pair(_ISA, _IEA, (_ISA, _IEA), "group_number", "group count"),
    _Pair(_GS, _GE, (_ISA, _GS, _GE, _IEA), "transaction_number", "transaction count"),
    _Pair(_ST, _SE, tuple(range(len(_TAGS))), "ordinal", "segment count"),
)
SEPARATOR, LINE_BREAKS, ENCODING = "component separator", "line breaks", "encoding"
REVIEW, INFORMATION = "R", "I"
_VERSION_LENGTH = 5
_NOTHING = "nothing"
_NO_NOTES = FILE_NOTE.empty().drop("source_file_id")


def envelope_segments(segments: Segments) -> pl.DataFrame:
    """Return the chunk's own envelope segments with the needed elements, one row per segment."""
    row = segments.rows(*_TAGS)
    row = row[row >= segments.context_count]
    tag = segments.tag.take(row)
    fields = {}
    for name, by_tag in _ELEMENTS.items():
        number = np.full(len(row), _ABSENT, dtype=np.int64)
        for one, element in by_tag.items():
            number[tag == packed(one)] = element
        fields[name] = segments.element(row, number)
    names = np.array([packed(one) for one in _TAGS])
    order = np.argsort(names)
    version = fields["implementation_version"]
    standard = Field(version.start, np.minimum(version.start + _VERSION_LENGTH, version.end))
    rows = (
        Columns(segments)
        .text(**fields, standard=standard)
        .whole(
            kind=order.take(np.searchsorted(names[order], tag)),
            source_offset=segments.offset(row),
            ordinal=row - segments.context_count,
        )
        .frame()
    )
    return rows if segments.unterminated is None else pl.concat([rows, _last_trailer(segments, rows)])


def _last_trailer(segments: Segments, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the trailer that ends the file without a terminator, if there is one."""
    start = segments.unterminated or 0
    rest = segments.data[start : segments.body_end].decode("latin-1").strip()
    tag, *elements = rest.split(chr(segments.delimiters.element))
    if tag not in _TAGS[_SE:]:
        return rows.clear()
    declared, control_number = (*elements, "", "")[:2]
    place = {
        "kind": _TAGS.index(tag),
        "declared": declared or None,
        "control_number": control_number or None,
        "source_offset": int(segments.file_offset(np.array([start]))[0]),
        "ordinal": len(segments) - segments.context_count,
    }
    return pl.DataFrame([place], schema=rows.schema)


class Envelopes:
    """Pairs headers with trailers across the chunks of one file."""

    def __init__(self, source_file_id: int) -> None:
        self._source_file_id = source_file_id
        self._segment_count = self._group_count = self._transaction_count = 0
        self._open: pl.DataFrame | None = None
        self._noted_kinds: set[str] = set()

    def of(
        self, new_segments: pl.DataFrame, text_notes: pl.DataFrame, segment_count: int
    ) -> dict[str, pl.DataFrame]:
        """Return the rows of ``envelope`` and ``file_note`` for the next chunk.

        Parameters
        ----------
        new_segments, text_notes
            The results of `envelope_segments` and `text_notes` for the chunk.
        segment_count
            Number of the chunk's own segments.
        """
        kind = new_segments["kind"].to_numpy()
        counters = {
            "ordinal": new_segments["ordinal"].to_numpy() + self._segment_count,
            "group_number": np.cumsum(kind == _GS) + self._group_count,
            "transaction_number": np.cumsum(kind == _ST) + self._transaction_count,
        }
        rows = new_segments.drop("ordinal").hstack(
            [pl.Series(name, value) for name, value in counters.items()]
        )
        self._segment_count += segment_count
        self._group_count += int((kind == _GS).sum())
        self._transaction_count += int((kind == _ST).sum())
        old_count = 0
        if self._open is not None:
            old_count = self._open.height
            rows = pl.concat([self._open, rows])
        envelope = _Sequence(rows, old_count)
        notes = [note for pair in _PAIRS for note in envelope.pair_notes(pair)] + envelope.version_notes()
        new_notes = text_notes.filter(~pl.col("note_kind").is_in(self._noted_kinds))
        notes.append(new_notes)
        self._noted_kinds.update(new_notes["note_kind"])
        self._open = rows[envelope.open_headers()]
        return {"envelope": envelope.headers(self._source_file_id), "file_note": self._noted(notes)}

    def end(self) -> pl.DataFrame:
        """Return the ``file_note`` rows for headers without a trailer."""
        if self._open is None or self._open.is_empty():
            return FILE_NOTE.empty()
        rest = _Sequence(self._open, 0)
        return self._noted(
            [rest.missing_note(np.flatnonzero(rest.kind == pair.header), pair) for pair in _PAIRS]
        )

    def _noted(self, parts: list[pl.DataFrame]) -> pl.DataFrame:
        if not any(part.height for part in parts):
            return FILE_NOTE.empty()
        rows = pl.concat(parts).with_columns(source_file_id=pl.lit(self._source_file_id))
        return FILE_NOTE.conform(
            rows.unique(["source_offset", "note_kind"]).sort("source_offset", "note_kind")
        )


class _Sequence:
    """Envelope segments in file order: open headers of earlier chunks, then new ones."""

    def __init__(self, rows: pl.DataFrame, old_count: int) -> None:
        self._rows = rows
        self._old_count = old_count
        self.kind: Rows = rows["kind"].to_numpy()
        self._offset: Rows = rows["source_offset"].to_numpy()

    def pair_notes(self, pair: _Pair) -> list[pl.DataFrame]:
        """Return notes on trailers that disagree with their header, and on unpaired headers and trailers."""
        level = np.flatnonzero(np.isin(self.kind, pair.paired_by))
        kind = self.kind[level]
        closes = np.flatnonzero(kind == pair.trailer)
        is_paired = (closes > 0) & (kind[closes - 1] == pair.header)
        alone, closing = level[closes[~is_paired]], level[closes[is_paired]]
        opening = level[closes[is_paired] - 1]
        left_open = level[:-1][(kind[:-1] == pair.header) & (kind[1:] != pair.trailer)]
        counter = self._rows[pair.counter].to_numpy()
        counted = counter[closing] - counter[opening] + (pair.trailer == _SE)
        declared = self._rows["declared"].gather(closing)
        is_miscounted = declared.cast(pl.Int64, strict=False).ne_missing(pl.Series(counted)).to_numpy()
        number = self._rows["control_number"]
        expected, in_trailer = number.gather(opening), number.gather(closing)
        is_other = expected.ne_missing(in_trailer).to_numpy()
        counts = pl.Series(counted.astype(np.int64)).cast(pl.String)
        return [
            self._note(alone, "trailer without header", _TAGS[pair.header], _TAGS[pair.trailer]),
            self._note(closing, pair.counted, counts, declared, which=is_miscounted),
            self._note(closing, "control number", expected, in_trailer, which=is_other),
            self.missing_note(left_open, pair),
        ]

    def missing_note(self, rows: Rows, pair: _Pair) -> pl.DataFrame:
        """Return a note on each header without a trailer."""
        return self._note(rows, "trailer missing", _TAGS[pair.trailer], _NOTHING)

    def version_notes(self) -> list[pl.DataFrame]:
        """Return notes where GS08 disagrees with ISA12, or ST03 with GS08."""
        version = self._rows["implementation_version"]
        notes = []
        for tag, above in ((_GS, _ISA), (_ST, _GS)):
            row = self._new(np.flatnonzero(self.kind == tag))
            parents = np.flatnonzero(self.kind == above)
            place = np.searchsorted(parents, row) - 1
            row, place = row[place >= 0], place[place >= 0]
            expected, actual = version.gather(parents[place]), version.gather(row)
            compared = self._rows["standard"].gather(row) if tag == _GS else actual
            is_other = (expected != compared).fill_null(value=False).to_numpy()
            notes.append(self._note(row, "version", expected, actual, which=is_other, severity=INFORMATION))
        return notes

    def open_headers(self) -> Rows:
        """Return the last header of each level, which the next chunk may close."""
        last_headers = set()
        for pair in _PAIRS:
            level = np.flatnonzero(np.isin(self.kind, pair.paired_by))
            if len(level) and self.kind[level[-1]] == pair.header:
                last_headers.add(int(level[-1]))
        return np.array(sorted(last_headers), dtype=np.int64)

    def headers(self, source_file_id: int) -> pl.DataFrame:
        """Return the new headers as rows of ``envelope``, each with its parent."""
        row = self._new(np.flatnonzero(self.kind <= _ST))
        parent = np.full(len(row), -1, dtype=np.int64)
        for pair, child in zip(_PAIRS, (_GS, _ST), strict=False):
            level = np.flatnonzero(np.isin(self.kind, pair.paired_by))
            is_child = self.kind[row] == child
            place = np.searchsorted(level, row[is_child]) - 1
            before = np.append(level, 0)[place]
            is_inside = (place >= 0) & (self.kind[before] == pair.header)
            parent[is_child] = np.where(is_inside, self._offset[before], -1)
        picked = self._rows[row]
        levels = pl.Series(_LEVELS[self.kind[row]], dtype=pl.String)
        day = pl.col("date")
        dates = pl.when(pl.col("kind") == _ISA).then(day.str.to_date("%y%m%d", strict=False))
        return ENVELOPE.conform(
            picked.select(
                *("source_offset", "control_number", "code", "sender_id", "receiver_id"),
                "implementation_version",
                pl.lit(levels).alias("envelope_level"),
                dates.otherwise(day.str.to_date("%Y%m%d", strict=False)).alias("envelope_date"),
                pl.lit(pl.Series(parent)).replace(-1, None).alias("parent_offset"),
                pl.lit(source_file_id).alias("source_file_id"),
            )
        )

    def _new(self, rows: Rows) -> Rows:
        return rows[rows >= self._old_count]

    def _note(
        self,
        rows: Rows,
        kind: str,
        expected: pl.Series | str,
        found: pl.Series | str,
        *,
        which: Mask | None = None,
        severity: str = REVIEW,
    ) -> pl.DataFrame:
        if which is not None:
            rows = rows[which]
            mask = pl.Series(which)
            expected, found = (
                side.filter(mask) if isinstance(side, pl.Series) else side for side in (expected, found)
            )
        if not len(rows):
            return _NO_NOTES
        values = {"expected": expected, "found": found}
        sides = {
            name: side.fill_null(_NOTHING) if isinstance(side, pl.Series) else [side] * len(rows)
            for name, side in values.items()
        }
        return pl.DataFrame(
            {
                "source_offset": self._offset[rows],
                "segment": [_TAGS[one] for one in self.kind[rows].tolist()],
                "note_kind": [kind] * len(rows),
                **sides,
                "severity": [severity] * len(rows),
            },
            schema=_NO_NOTES.schema,
        )


def text_notes(segments: Segments) -> pl.DataFrame:
    """Return notes on how the chunk's text is written: its separator, its line breaks, its encoding."""
    declared, used = segments.delimiters.component, segments.component_separator
    composites = segments.rows("CLM", "HI", "SVC", "STC")[:1]
    notes = []
    if used != declared and len(composites):
        expected = f"the separator of ISA16, {chr(declared)!r}"
        notes.append(_text_note(segments, composites, SEPARATOR, expected, f"{chr(used)!r}"))
    own = np.arange(segments.context_count, min(segments.context_count + 1, len(segments)), dtype=np.int64)
    if segments.is_wrapped and len(own):
        expected = "line breaks after segments"
        wrapped = segments.wrapped_segments()[:1]
        notes.append(_text_note(segments, wrapped, LINE_BREAKS, expected, "inside too: ignored there"))
    if segments.encoding.unit_byte_count > 1 and len(own):
        notes.append(_text_note(segments, own, ENCODING, "one byte for each character", "UTF-16"))
    return pl.concat([_NO_NOTES, *notes])


def _text_note(segments: Segments, row: Rows, kind: str, expected: str, found: str) -> pl.DataFrame:
    """Return a note on the segment at this position."""
    start = int(segments.start[row[0]])
    name = segments.data[start : start + 3].decode("latin-1").strip(chr(segments.delimiters.element))
    note = {
        "source_offset": int(segments.offset(row)[0]),
        "segment": name if name.isalnum() else "unknown",
        "note_kind": kind,
        "expected": expected,
        "found": found,
        "severity": INFORMATION,
    }
    return pl.DataFrame([note], schema=_NO_NOTES.schema)
