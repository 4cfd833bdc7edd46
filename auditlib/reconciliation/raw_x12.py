"""A plain reader of X12: text cut at terminators and separators, with no loops and no rules.

It shares no code with the reader by which files are loaded. Blocks of a file are split by polars, so that a
file of any size is read in bounded memory.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.reconciliation.raw_records import MONEY, amount, conformed

_ISA_ELEMENTS: Final = 16
_BLOCK_BYTE_COUNT: Final = 16 << 20
_ISA: Final = re.compile(rb"ISA[^A-Za-z0-9\s]\d\d[^A-Za-z0-9\s]")
_FIRST_SEGMENT: Final = re.compile(rb"[\s\x00]*(ISA|GS|ST)")
_FOLLOWING: Final = {b"GS": rb"ST", b"ST": rb"(?:BHT|BPR|SE)"}
_UTF_16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_TAGS: Final = ("GS", "ST", "CLM", "SV1", "SV2", "SV3", "BPR", "CLP", "SVC", "CAS", "PLB")
_FORM_BY_LINE: Final = {"SV1": "P", "SV2": "I", "SV3": "D"}
_FORM_BY_VERSION: Final = {"P": "X222|X098", "I": "X223|X096", "D": "X224|X097"}
_REASONS: Final = range(2, 20, 3)
_PROVIDER_AMOUNTS: Final = range(4, 16, 2)
_ELEMENT_COUNT: Final = 21


@dataclass(slots=True)
class _Around:
    """What the next block lies in."""

    values: dict[str, object] = field(default_factory=dict)

    def carried(self, frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
        """Return the frame with values that hold until the next one."""
        frame = frame.with_columns(
            expression.forward_fill().fill_null(pl.lit(self.values.get(name))).alias(name)
            for name, expression in columns.items()
        )
        if frame.height:
            self.values |= {name: frame[name][-1] for name in columns}
        return frame


def raw_x12(path: Path, *, block_byte_count: int = _BLOCK_BYTE_COUNT) -> Iterator[pl.DataFrame]:
    """Yield the claims, lines, remittances, claim payments and adjustments of an X12 file.

    Parameters
    ----------
    path
        An 837 or 835, or a file with both.
    block_byte_count
        Bytes to split at once.

    Yields
    ------
    polars.DataFrame
        `RAW_SCHEMA`.
    """
    with path.open("rb") as file:
        encoding = _UTF_16.get(file.read(2))
        if encoding is not None:
            text = (b"\xff\xfe" if encoding.endswith("le") else b"\xfe\xff") + file.read()
            one_byte = text.decode("utf-16").encode("latin-1", "replace")
            for frame in _blocks(one_byte, block_byte_count):
                yield frame.with_columns(
                    2 + 2 * pl.col("source_offset", "claim_offset", "transaction_offset")
                )
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield from _blocks(data, block_byte_count)


def _blocks(data: bytes | mmap.mmap, block_byte_count: int) -> Iterator[pl.DataFrame]:
    starts = [found.start() for found in _ISA.finditer(data)]
    first = _FIRST_SEGMENT.match(data, 3 if data[:3] == b"\xef\xbb\xbf" else 0)
    if first is not None and (not starts or starts[0] > first.start(1)):
        starts.insert(0, first.start(1))
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        delimiters = _delimiters(data, start, end)
        if delimiters is None:
            continue
        separator, terminator = delimiters
        around = _Around()
        position = start
        while position < end:
            stop = min(position + block_byte_count, end)
            cut = _cut(data, position, stop, end, separator=separator, terminator=terminator)
            yield _records(data[position:cut], position, separator, terminator, around)
            position = cut


def _delimiters(data: bytes | mmap.mmap, start: int, end: int) -> tuple[bytes, bytes] | None:
    """Return the separator and the terminator of the interchange, group or transaction that starts here."""
    head = bytes(data[start : min(end, start + 4096)])
    tag = next(tag for tag in (b"ISA", b"GS", b"ST") if head.startswith(tag))
    separator = head[len(tag) : len(tag) + 1]
    if tag == b"ISA":
        *before, last = head.split(separator, _ISA_ELEMENTS)
        return (separator, last[1:2]) if len(before) == _ISA_ELEMENTS else None
    found = re.search(rb"(\S?)(\s*)" + _FOLLOWING[tag] + re.escape(separator), head[3:])
    if found is None:
        return None
    character, space = found.groups()
    return separator, b"\n" if character.isalnum() and space else character


def _cut(
    data: bytes | mmap.mmap, start: int, stop: int, end: int, *, separator: bytes, terminator: bytes
) -> int:
    """Return where to end a block: before a claim, else after a segment."""
    if stop == end:
        return end
    for tag in (b"CLM", b"CLP"):
        place = data.rfind(tag + separator, start + 1, stop)
        if place > start and data[max(place - 9, start) : place].rstrip().endswith(terminator.strip()):
            return place
    place = data.rfind(terminator, start, stop)
    if place < 0:
        place = data.find(terminator, stop, end)
    return end if place < 0 else place + 1


def _records(data: bytes, base: int, separator: bytes, terminator: bytes, around: _Around) -> pl.DataFrame:
    mark, end = separator.decode("latin-1"), terminator.decode("latin-1")
    texts = pl.Series("text", [data.decode("latin-1")]).str.split(end).explode()
    length = pl.col("text").str.len_chars().cast(pl.Int64)
    segments = (
        texts.to_frame()
        .with_columns(
            (length + 1).cum_sum().alias("end_offset"),
            # A file may be wrapped at a fixed width: a line end within a segment is none of its characters.
            pl.col("text").str.replace_all(r"[\r\n]", "").str.strip_chars().alias("plain"),
            (length - pl.col("text").str.strip_chars_start().str.len_chars()).alias("lead"),
        )
        .select(
            (base + pl.col("end_offset") - 1 - length + pl.col("lead")).alias("source_offset"),
            pl.col("plain"),
        )
        .filter(pl.col("plain").str.contains(rf"^(?:{'|'.join(_TAGS)}){re.escape(mark)}"))
        .with_columns(pl.col("plain").str.splitn(mark, _ELEMENT_COUNT).alias("element"))
        .unnest("element")
        .rename({f"field_{n}": f"e{n}" for n in range(_ELEMENT_COUNT)})
        .with_columns(pl.col(f"e{n}").str.strip_chars() for n in range(_ELEMENT_COUNT))
    )
    return _recognised(segments, around)


def _recognised(segments: pl.DataFrame, around: _Around) -> pl.DataFrame:
    tag = pl.col("e0")
    is_header, is_claim = tag == "ST", tag.is_in(["CLM", "CLP"])
    segments = around.carried(segments, group_version=pl.when(tag == "GS").then(pl.col("e8").fill_null("")))
    version = pl.when(pl.col("e3").fill_null("") != "").then(pl.col("e3")).otherwise(pl.col("group_version"))
    segments = around.carried(
        segments,
        kind=pl.when(is_header).then(pl.col("e1")),
        transaction_offset=pl.when(is_header).then(pl.col("source_offset")),
        version=pl.when(is_header).then(version.fill_null("")),
        claim_offset=pl.when(is_header).then(-1).when(is_claim).then(pl.col("source_offset")),
    )
    submitted = segments.filter(kind="837")
    paid = segments.filter(kind="835")
    return pl.concat(
        [
            _claims(submitted),
            _lines(submitted),
            _of(paid, "BPR", "remittance", other_amount=2, at="transaction_offset"),
            _of(
                paid,
                "CLP",
                "remit_claim",
                charge_amount=3,
                paid_amount=4,
                other_amount=5,
                part=pl.col("e2").str.strip_chars_start("0"),
            ),
            _of(paid, "SVC", "remit_line", charge_amount=2, paid_amount=3),
            _adjustments(paid),
            _provider_adjustments(paid),
        ]
    )


def _of(
    segments: pl.DataFrame,
    tag: str,
    record_kind: str,
    *,
    at: str = "source_offset",
    part: pl.Expr | None = None,
    **amounts: int,
) -> pl.DataFrame:
    return conformed(
        segments.filter(e0=tag).select(
            pl.lit(record_kind).alias("record_kind"),
            pl.col(at).alias("source_offset"),
            "claim_offset",
            "transaction_offset",
            (pl.lit(None, pl.String) if part is None else part).alias("part"),
            *(amount(pl.col(f"e{number}")).alias(name) for name, number in amounts.items()),
        )
    )


def _claims(segments: pl.DataFrame) -> pl.DataFrame:
    first_line = (
        segments.filter(pl.col("e0").is_in(list(_FORM_BY_LINE)))
        .group_by("claim_offset", maintain_order=True)
        .agg(pl.col("e0").first().replace_strict(_FORM_BY_LINE).alias("form_of_line"))
    )
    by_version = [
        pl.when(pl.col("version").str.contains(pattern)).then(pl.lit(form))
        for form, pattern in _FORM_BY_VERSION.items()
    ]
    claims = segments.filter(e0="CLM").join(first_line, on="claim_offset", how="left", maintain_order="left")
    return conformed(
        claims.select(
            pl.lit("claim").alias("record_kind"),
            "source_offset",
            "claim_offset",
            "transaction_offset",
            pl.coalesce("form_of_line", *by_version).alias("part"),
            pl.col("e1").alias("number"),
            amount(pl.col("e2")).alias("charge_amount"),
        )
    )


def _lines(segments: pl.DataFrame) -> pl.DataFrame:
    lines = segments.filter(pl.col("e0").is_in(list(_FORM_BY_LINE)))
    charge = pl.when(pl.col("e0") == "SV2").then(pl.col("e3")).otherwise(pl.col("e2"))
    return conformed(
        lines.select(
            pl.lit("claim_line").alias("record_kind"),
            "source_offset",
            "claim_offset",
            "transaction_offset",
            amount(charge).alias("charge_amount"),
        )
    )


def _adjustments(segments: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each CAS: how many reasons it gives, and their amounts together."""
    is_given = [
        (pl.concat_str(pl.col(f"e{n}", f"e{n + 1}"), ignore_nulls=True) != "").cast(pl.Int64)
        for n in _REASONS
    ]
    return conformed(
        segments.filter(e0="CAS")
        .select(
            pl.lit("adjustment").alias("record_kind"),
            "source_offset",
            "claim_offset",
            "transaction_offset",
            pl.col("e1").str.to_uppercase().alias("part"),
            pl.sum_horizontal(is_given).alias("record_count"),
            _sum(n + 1 for n in _REASONS).alias("other_amount"),
        )
        .filter(pl.col("record_count") > 0)
    )


def _provider_adjustments(segments: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each PLB: how many amounts it gives, and their sum."""
    is_given = [(pl.col(f"e{n}").fill_null("") != "").cast(pl.Int64) for n in _PROVIDER_AMOUNTS]
    return conformed(
        segments.filter(e0="PLB")
        .select(
            pl.lit("provider_adjustment").alias("record_kind"),
            "source_offset",
            "transaction_offset",
            pl.sum_horizontal(is_given).alias("record_count"),
            _sum(_PROVIDER_AMOUNTS).alias("other_amount"),
        )
        .filter(pl.col("record_count") > 0)
    )


def _sum(numbers: Iterator[int] | range) -> pl.Expr:
    return pl.sum_horizontal(amount(pl.col(f"e{n}")).fill_null(0) for n in numbers).cast(MONEY)
