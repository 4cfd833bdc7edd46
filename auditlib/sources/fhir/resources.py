"""Cut a file into FHIR resources in bounded memory: NDJSON, Bundles of any size, single resources.

No resource is parsed here: braces are counted outside strings, and the keys ``resourceType`` say which braces
hold resources. A resource is at depth 1, in the entries of a Bundle at depth 4, and in a Bundle within a
Bundle at depth 7; contained resources are at other depths and stay part of their resource.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.sources.fhir.structure import Positions, Structure, find_structure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

DEFAULT_CHUNK_BYTE_COUNT = 8 << 20
LONGEST_RESOURCE_BYTE_COUNT = 64 << 20
"""Longest resource, in bytes."""
DEEPEST = 100
"""Deepest nesting that is read; FHIR's own resources nest less than 20 deep."""

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_BUNDLE = "Bundle"
_UNIT, _IN_ENTRIES, _ENTRY = 1, 2, 3
_BUNDLED, _NESTED = 4, 7


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are not a resource, and what was expected."""

    offset: int
    reason: str
    expected: str


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources in a part of a file.

    Attributes
    ----------
    frame
        ``source_offset``, ``record_number`` (from 1 in the file), ``resource_type``, ``text``, null if the
        bytes are not UTF-8, and ``full_url``, null if the resource is in no Bundle or has none there.
    faults
        Bytes between them that are not resources.
    """

    frame: pl.DataFrame
    faults: tuple[Fault, ...]


def read_resources(
    path: Path,
    *,
    chunk_byte_count: int = DEFAULT_CHUNK_BYTE_COUNT,
    longest: int = LONGEST_RESOURCE_BYTE_COUNT,
) -> Iterator[Resources]:
    """Yield the resources of a file, a few megabytes at a time."""
    with path.open("rb") as file:
        head = file.read(chunk_byte_count)
        start = len(_BOM) if head.startswith(_BOM) else 0
        file.seek(start)
        source = _Source(file, start, chunk_byte_count, longest)
        stretches = _lines(source) if _is_ndjson(head[start:]) else _documents(source)
        count = 0
        for part in stretches:
            number = pl.int_range(count + 1, count + 1 + part.frame.height, eager=True)
            count += part.frame.height
            yield Resources(part.frame.with_columns(record_number=number), part.faults)


@dataclass(slots=True)
class _Source:
    """The bytes read from a file and not yet cut into resources."""

    file: BinaryIO
    offset: int
    chunk_byte_count: int
    longest: int
    data: bytes = b""
    at_end: bool = False

    def read_more(self) -> None:
        """Double the bytes in memory, reading at least one chunk."""
        byte_count = max(self.chunk_byte_count, len(self.data))
        more = self.file.read(byte_count)
        self.at_end = len(more) < byte_count
        self.data += more

    def drop(self, count: int) -> None:
        """Drop the first bytes."""
        self.data, self.offset = self.data[count:], self.offset + count

    @property
    def is_ripe(self) -> bool:
        """True if the bytes may be the start of one Bundle larger than memory."""
        return self.at_end or len(self.data) >= 2 * self.chunk_byte_count

    @property
    def is_too_long(self) -> bool:
        """True if the bytes exceed the longest resource."""
        return len(self.data) >= self.longest


def _is_ndjson(head: bytes) -> bool:
    """Return True if the first non-blank line is one whole object, and more lines follow."""
    line = head.lstrip(_BLANKS).split(b"\n", 1)[0].strip(_BLANKS)
    if not line.startswith(b"{") or b"\n" not in head.strip(_BLANKS):
        return False
    # The first line may be broken: a second line that starts with an object also makes it NDJSON.
    spans = find_structure(line).spans(_UNIT)
    return bool(len(spans) and spans[0, 1] == len(line)) or b"}\n{" in head or b"}\r\n{" in head


def _lines(source: _Source) -> Iterator[Resources]:
    """Yield the resources of a file with one resource per line."""
    while not source.at_end or source.data:
        source.read_more()
        cut = len(source.data) if source.at_end else source.data.rfind(b"\n") + 1
        if not cut and not source.is_too_long:
            continue
        if not cut:
            yield _stopped(source, "a line is longer than a resource may be")
            return
        data = source.data[:cut]
        structure = find_structure(data, by_line=True)
        units = structure.spans(_UNIT)
        yield _resources(structure, data, source.offset, units, _line_faults(data, units, source.offset))
        source.drop(cut)


def _line_faults(data: bytes, units: Positions, offset: int) -> tuple[Fault, ...]:
    """Return the lines that are neither empty nor one whole object."""
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.append(np.flatnonzero(octets == ord("\n")), len(data))
    starts = np.concatenate([[0], ends[:-1] + 1])
    line = np.searchsorted(starts, units[:, 0], side="right") - 1
    whole = np.zeros(len(starts), dtype=np.bool_)
    last = units[:, 1]
    carried = (last == ends[line] - 1) & (octets[np.minimum(last, len(data) - 1)] == ord("\r"))
    whole[line] = (units[:, 0] == starts[line]) & ((last == ends[line]) | carried)
    length = np.bincount(line, weights=units[:, 1] - units[:, 0], minlength=len(starts))
    reason, expected = "the line is not one whole JSON object", "one FHIR resource in a line"
    # The rest are objects with blanks around them, empty lines and broken lines.
    return tuple(
        Fault(offset + start, reason, expected)
        for start, end, filled in zip(
            starts[~whole].tolist(), ends[~whole].tolist(), length[~whole].tolist(), strict=True
        )
        if len(data[start:end].strip(_BLANKS)) != filled
    )


def _documents(source: _Source) -> Iterator[Resources]:
    """Yield the resources of a file of JSON objects, such as one Bundle larger than memory."""
    source.read_more()
    source.drop(len(source.data) - len(source.data.lstrip(_BLANKS)))
    depth = -1 if source.data.startswith(b"[") else 0
    while source.data.strip(_BLANKS):
        structure = find_structure(source.data, depth=depth)
        part, depth, fault = _cut_next(source, structure, depth)
        if part is not None:
            yield part
        if fault is not None:
            if fault:
                yield _stopped(source, fault)
            return
        source.read_more()
    if depth == _IN_ENTRIES:
        yield _stopped(source, _ENDS_INSIDE)


_ENDS_INSIDE = "the file ends inside a resource or a Bundle"


def _cut_next(source: _Source, structure: Structure, depth: int) -> tuple[Resources | None, int, str | None]:
    """Return the whole resources, the depth after them, and why reading stops (None: it goes on)."""
    in_entries = depth == _IN_ENTRIES
    tail = structure.first_closing(_IN_ENTRIES - 1) if in_entries else None
    units = structure.spans(_ENTRY if in_entries else _UNIT)
    if tail is not None:
        units = units[units[:, 1] <= tail]
    part = None
    if len(units):
        part = _resources(structure, source.data, source.offset, units, (), in_entries=in_entries)
    if tail is not None and (end := structure.first_closing(0, tail)) is not None:
        source.drop(end + 1)
        return part, 0, None
    if len(units):
        source.drop(int(units[-1, 1]))
        return part, max(depth, 0), None
    start = _entries_start(structure, source.data) if source.is_ripe and not in_entries else None
    if start is not None:
        source.drop(start)
        return None, _IN_ENTRIES, None
    return None, depth, _why_stop(source, structure, in_entries=in_entries)


def _why_stop(source: _Source, structure: Structure, *, in_entries: bool) -> str | None:
    """Return why reading stops at bytes without a whole resource: '' at the end, None to read on."""
    if len(structure.depths) and int(structure.depths.max()) > DEEPEST + _NESTED:
        return f"a resource is nested deeper than {DEEPEST} levels, and the rest is not read"
    if source.is_too_long:
        return "a resource is longer than one may be"
    if source.at_end:
        return _ENDS_INSIDE if in_entries or _ends_inside(structure, source.data) else ""
    return None


def _ends_inside(structure: Structure, data: bytes) -> bool:
    """Return True if the bytes are more than the end of an array of resources."""
    return bool(structure.is_opening.any()) or data.strip(_BLANKS + b"],") != b""


def _entries_start(structure: Structure, data: bytes) -> int | None:
    """Return where the entries of the first object start, if it is a Bundle or has no type."""
    entry, kind = (_first_top_key(structure, name) for name in (b"entry", b"resourceType"))
    if entry is None:
        return None
    if kind is not None and kind + 1 < len(structure.strings):
        start, end = structure.strings[kind + 1].tolist()
        if data[start + 1 : end] != _BUNDLE.encode():
            return None
    arrays = structure.brackets[structure.is_opening & (structure.depths == _IN_ENTRIES)]
    after = arrays[arrays > structure.strings[entry, 1]]
    return int(after[0]) + 1 if len(after) else None


def _first_top_key(structure: Structure, name: bytes) -> int | None:
    """Return the number of the first string that is this key of a top-level object."""
    keys = structure.keys(name)
    keys = keys[structure.depth_at(structure.strings[keys, 0]) == _UNIT]
    return int(keys[0]) if len(keys) else None


def _stopped(source: _Source, reason: str) -> Resources:
    expected = f"whole resources of at most {source.longest >> 20} MB"
    return Resources(_no_resources(), (Fault(source.offset, reason, expected),))


def _no_resources() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "source_offset": pl.Int64(),
            "resource_type": pl.String(),
            "text": pl.String(),
            "full_url": pl.String(),
        }
    )


def _resources(  # bytes, their offset in the file, and their units
    structure: Structure,
    data: bytes,
    offset: int,
    units: Positions,
    faults: tuple[Fault, ...],
    *,
    in_entries: bool = False,
) -> Resources:
    """Return the resources in whole units: top-level objects, or entries of a Bundle."""
    objects = _typed_objects(structure, data, units)
    is_bundle = objects["resource_type"] == _BUNDLE
    depth, unit = objects["depth"], objects["unit"]
    bundles = objects.filter(is_bundle & (depth == _UNIT))["unit"]
    within = is_bundle & (depth == _BUNDLED)
    nested = _spans_around(objects.filter(within), objects)
    bundled = (
        pl.Series([True] * len(objects), dtype=pl.Boolean) if in_entries else unit.is_in(bundles.implode())
    )
    at_place = (depth == _UNIT) | ((depth == _BUNDLED) & bundled) | ((depth == _NESTED) & nested)
    is_resource = ~is_bundle & at_place
    resources = objects.filter(is_resource).sort("start")
    bare = np.setdiff1d(np.arange(len(units)), objects.filter(depth == _UNIT)["unit"].to_numpy())
    if not in_entries and len(bare):
        reason, expected = "an object without a resourceType", "FHIR resources"
        faults += tuple(Fault(offset + start, reason, expected) for start in units[bare, 0].tolist())
    deepest = _deepest(structure, resources)
    too_deep = resources.filter(deepest > DEEPEST)["start"].to_list()
    reason = f"a resource is nested deeper than {DEEPEST} levels"
    faults += tuple(Fault(offset + start, reason, "a FHIR resource") for start in too_deep)
    resources = resources.filter(deepest <= DEEPEST)
    frame = resources.select(
        (pl.col("start") + offset).alias("source_offset"),
        "resource_type",
        _texts(data, resources),
        _full_urls(structure, data, resources),
    )
    return Resources(frame, faults)


def _texts(data: bytes, resources: pl.DataFrame) -> pl.Series:
    """Return the text of each resource, null if its bytes are not UTF-8."""
    if not _is_utf8(data):
        spans = resources.select("start", "end").iter_rows()
        texts = [_decoded(data[start:end]) for start, end in spans]
        return pl.Series("text", texts, dtype=pl.String)
    whole = pl.lit(pl.Series([data], dtype=pl.Binary))
    text = whole.bin.slice(pl.col("start"), pl.col("end") - pl.col("start")).cast(pl.String)
    return resources.select(text.alias("text")).to_series()


def _full_urls(structure: Structure, data: bytes, resources: pl.DataFrame) -> pl.Series:
    """Return the full URL of the Bundle entry around each resource; null without one."""
    keys = structure.keys(b"fullUrl")
    keys = keys[keys + 1 < len(structure.strings)]
    places = structure.strings[keys, 0]
    depths = structure.depth_at(places)
    parts = [
        pl.DataFrame(schema={"start": pl.Int64(), "value_start": pl.Int64(), "value_length": pl.Int64()})
    ]
    for depth in (_BUNDLED, _NESTED):
        chosen = depths == depth - 1
        entries = structure.spans(depth - 1)
        starts = resources.filter(pl.col("depth") == depth)["start"].to_numpy()
        if not chosen.any() or not len(entries) or not len(starts):
            continue
        value = structure.strings[keys[chosen] + 1]
        urls = pl.DataFrame(
            {
                "entry": np.searchsorted(entries[:, 0], places[chosen], side="right") - 1,
                "value_start": value[:, 0] + 1,
                "value_length": np.minimum(value[:, 1] - value[:, 0] - 1, _LONGEST_URL),
            }
        ).unique("entry", keep="first", maintain_order=True)
        around = np.searchsorted(entries[:, 0], starts, side="right") - 1
        owned = pl.DataFrame({"start": starts, "entry": around}).join(urls, on="entry", how="inner")
        parts.append(owned.drop("entry"))
    found = pl.concat(parts).with_columns(
        pl.lit(pl.Series([_as_ascii(data)], dtype=pl.Binary))
        .bin.slice(pl.col("value_start"), pl.col("value_length"))
        .cast(pl.String)
        .str.replace_all("\\/", "/", literal=True)
        .alias("full_url")
    )
    return resources.join(found, on="start", how="left", maintain_order="left")["full_url"]


_LONGEST_URL = 2_000


def _is_utf8(data: bytes) -> bool:
    return data.isascii() or _decoded(data) is not None


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _typed_objects(structure: Structure, data: bytes, units: Positions) -> pl.DataFrame:
    """Return start, end, depth, unit and type of each object with a resourceType in the units."""
    schema = {name: pl.Int64() for name in ("start", "end", "depth", "unit")}
    parts = [pl.DataFrame(schema={**schema, "resource_type": pl.String()})]
    keys = structure.keys(b"resourceType")
    # The last string of these bytes has no value after it.
    keys = keys[keys + 1 < len(structure.strings)]
    places = structure.strings[keys, 0]
    depths = structure.depth_at(places)
    unit = np.searchsorted(units[:, 0], places, side="right") - 1
    inside = (unit >= 0) & (places < units[np.maximum(unit, 0), 1]) if len(units) else unit > 0
    for depth in (_UNIT, _BUNDLED, _NESTED):
        chosen = inside & (depths == depth)
        spans = structure.spans(depth)
        if not chosen.any() or not len(spans):
            continue
        owner = np.searchsorted(spans[:, 0], places[chosen], side="right") - 1
        value = structure.strings[keys[chosen] + 1]
        parts.append(
            pl.DataFrame(
                {
                    "start": spans[owner, 0],
                    "end": spans[owner, 1],
                    "depth": np.full(len(owner), depth),
                    "unit": unit[chosen],
                    "value_start": value[:, 0] + 1,
                    "value_length": np.minimum(value[:, 1] - value[:, 0] - 1, _LONGEST_TYPE),
                }
            )
            .with_columns(
                # A resource type is ASCII letters only.
                pl.lit(pl.Series([_as_ascii(data)], dtype=pl.Binary))
                .bin.slice(pl.col("value_start"), pl.col("value_length"))
                .cast(pl.String)
                .alias("resource_type")
            )
            .drop("value_start", "value_length")
            .unique("start", keep="first", maintain_order=True)
        )
    return pl.concat(parts)


_LONGEST_TYPE = 64
_ASCII_ONLY = bytes(range(128)) + b"?" * 128


def _as_ascii(data: bytes) -> bytes:
    return data if data.isascii() else data.translate(_ASCII_ONLY)


def _spans_around(bundles: pl.DataFrame, objects: pl.DataFrame) -> pl.Series:
    """Return which objects are inside one of the Bundles."""
    starts, ends = bundles["start"].sort().to_numpy(), bundles["end"].sort().to_numpy()
    if not len(starts):
        return pl.Series([False] * len(objects), dtype=pl.Boolean)
    place = objects["start"].to_numpy()
    around = np.searchsorted(starts, place, side="right") - 1
    return pl.Series((around >= 0) & (place < ends[np.maximum(around, 0)]))


def _deepest(structure: Structure, resources: pl.DataFrame) -> pl.Series:
    """Return the nesting depth of each object."""
    if not len(resources) or int(structure.depths.max()) <= DEEPEST:
        return pl.Series([0] * len(resources), dtype=pl.Int64)
    first = np.searchsorted(structure.brackets, resources["start"].to_numpy())
    last = np.searchsorted(structure.brackets, resources["end"].to_numpy())
    edges = np.stack([first, last], axis=1).ravel()
    padded = np.append(structure.depths, 0)
    return pl.Series(np.maximum.reduceat(padded, edges)[::2] - resources["depth"].to_numpy() + 1)
