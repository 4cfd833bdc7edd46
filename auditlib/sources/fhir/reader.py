"""A file of FHIR resources to batches of core tables, a few megabytes at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from auditlib.errors import BadInputError
from auditlib.schema.core import SOURCE_TRANSACTION
from auditlib.sources.batch import SourceBatch
from auditlib.sources.fhir.charts import Numbers, condition_frame, encounter_frame, procedure_code_frame
from auditlib.sources.fhir.decoding import decoded
from auditlib.sources.fhir.directory import directory
from auditlib.sources.fhir.documents import document_frames
from auditlib.sources.fhir.elements import ELEMENTS, REFERRED
from auditlib.sources.fhir.explanations import claim_tables, response_tables
from auditlib.sources.fhir.people import patients
from auditlib.sources.fhir.requests import answered_numbers, claim_addresses
from auditlib.sources.fhir.resources import DEFAULT_CHUNK_BYTE_COUNT, Resources, read_resources
from auditlib.sources.rejected_rows import RejectedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORMAT = "FHIR"
_BOM = b"\xef\xbb\xbf"
_ADMINISTRATIVE = ("created", "meta", "full_url", "__text")
"""When and how a claim was sent, which differs each time it is downloaded and is not part of the claim."""

_CLAIMS = ("ExplanationOfBenefit", "Claim", "ClaimResponse")
_CONTROL = r"\p{Cc}"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_FREE_TEXT = ("text",)


def looks_like_fhir(head: bytes) -> bool:
    """Return True if the head of a file is that of FHIR JSON: an object, a line of one, or an array.

    A large object may have its type at its end: an object that fills the head is taken for FHIR, and the
    reader raises if it is not.
    """
    start = head.removeprefix(_BOM).lstrip(b" \t\r\n")
    if start.startswith(b"["):
        start = start[1:].lstrip(b" \t\r\n")
    return start.startswith(b"{") and (b'"resourceType"' in start or len(head) >= _WHOLE_HEAD)


_WHOLE_HEAD = 65_536


def read_fhir(
    path: Path, *, source_file_id: int, chunk_byte_count: int = DEFAULT_CHUNK_BYTE_COUNT
) -> Iterator[SourceBatch]:
    """Yield the claims, payments, encounters, codes and documents of a file of FHIR resources.

    Parameters
    ----------
    path
        One resource, a Bundle, one resource per line (NDJSON), or an array of resources; R4, or the STU3
        shape of Medicare's Blue Button.
    source_file_id
        Number of the file in the workspace.
    chunk_byte_count
        Bytes to read at once; memory use is a small multiple of it.

    Yields
    ------
    SourceBatch
        One for each resource type in a chunk; ``source_offset`` is the byte at which the resource starts.

    Raises
    ------
    BadInputError
        If the file has no FHIR resource.
    """
    has_resource = False
    numbers = Numbers()
    file = _surroundings(path, chunk_byte_count)
    for part in read_resources(path, chunk_byte_count=chunk_byte_count):
        rejects = RejectedRows(source_file_id)
        for fault in part.faults:
            place = pl.DataFrame({"source_offset": [fault.offset], "record_number": [0]})
            rejects.add("JSON", place, fault.reason, fault.expected)
        has_resource = has_resource or bool(part.frame.height)
        yield from _batches(part, file, numbers, rejects, source_file_id)
        rejected = rejects.frame()
        if rejected.height:
            yield SourceBatch(FORMAT, 0, {}, rejected)
    if not has_resource:
        message = f"{path.name} is JSON without a FHIR resource that can be read."
        hint = f"Expected {', '.join(ELEMENTS)}, alone, in a Bundle, or one per line."
        raise BadInputError(message, hint=hint)


@dataclass(frozen=True, slots=True)
class _File:
    """What a whole file says of those to whom and of the claims to which its resources refer."""

    bundled: pl.DataFrame
    claims: pl.DataFrame
    has_claims: bool


def _surroundings(path: Path, chunk_byte_count: int) -> _File:
    """Read what claims and responses of a file refer to, if it has any; it may come after them."""

    def frames() -> Iterator[pl.DataFrame]:
        return (part.frame for part in read_resources(path, chunk_byte_count=chunk_byte_count))

    kinds: set[str] = set()
    for frame in frames():
        kinds.update(frame["resource_type"].unique())
    has_claims, is_answered = bool(kinds.intersection(_CLAIMS)), {"Claim", "ClaimResponse"} <= kinds
    has_others = bool(kinds.intersection({*REFERRED, "Patient"}))
    return _File(
        directory(frames() if has_claims and has_others else ()),
        claim_addresses(frames() if is_answered else ()),
        has_claims,
    )


def _batches(
    part: Resources, file: _File, numbers: Numbers, rejects: RejectedRows, source_file_id: int
) -> Iterator[SourceBatch]:
    """Yield the batches of a chunk, one per resource type."""
    unread = part.frame.filter(pl.col("text").is_null())
    rejects.add("resource", unread, "a resource holds bytes that are not UTF-8", "UTF-8 text")
    decoded_kinds: dict[str, pl.DataFrame] = {}
    for (name,), texts in part.frame.drop_nulls("text").group_by(["resource_type"], maintain_order=True):
        kind = str(name)
        if kind in REFERRED and file.has_claims:
            # They are read where claims refer to them, and fill no table.
            continue
        if kind not in ELEMENTS:
            shown_kind = kind[:40] if kind.isascii() and kind.isalpha() else "unknown"
            rejects.add(shown_kind, texts, f"{shown_kind} resources are not loaded", ", ".join(ELEMENTS))
            continue
        resources = texts.with_columns(decoded(texts["text"], ELEMENTS[kind]).alias("resource"))
        broken = pl.col("resource").is_null()
        reason = f"{kind} not loaded: it is not valid JSON"
        rejects.add(kind, resources.filter(broken), reason, "one JSON object")
        decoded_kinds[kind] = (
            resources.filter(~broken).rename({"text": "__text"}).drop("resource_type").unnest("resource")
        )
    for kind, resources in decoded_kinds.items():
        frames = _frames(kind, decoded_kinds, file, numbers, rejects, source_file_id=source_file_id)
        fingerprints = _fingerprints(kind, resources, part.frame, source_file_id)
        frames = _printable(frames, resources, kind, rejects)
        yield SourceBatch(FORMAT, resources.height, {**frames, "source_transaction": fingerprints})


def _frames(
    kind: str,
    decoded_kinds: dict[str, pl.DataFrame],
    file: _File,
    numbers: Numbers,
    rejects: RejectedRows,
    *,
    source_file_id: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables that resources of one type fill."""
    resources = decoded_kinds[kind]
    own = source_file_id
    if kind in {"Claim", "ExplanationOfBenefit"}:
        is_answer = kind == "ExplanationOfBenefit"
        return claim_tables(resources, file.bundled, rejects, is_answer=is_answer, source_file_id=own)
    if kind == "ClaimResponse":
        answered = answered_numbers(resources, file.claims)
        return response_tables(resources, file.bundled, answered, rejects, source_file_id=own)
    if kind == "Condition":
        encounters = decoded_kinds.get("Encounter")
        codes = condition_frame(resources, encounters, numbers, rejects, source_file_id=own)
        return {"encounter_code": codes}
    if kind == "DocumentReference":
        return document_frames(resources, numbers, rejects, source_file_id=own)
    tables: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
        "Patient": ("patient", lambda: patients(resources, source_file_id=own)),
        "Encounter": ("encounter", lambda: encounter_frame(resources, rejects, source_file_id=own)),
        "Procedure": (
            "encounter_code",
            lambda: procedure_code_frame(resources, numbers, rejects, source_file_id=own),
        ),
    }
    name, read = tables[kind]
    return {name: read()}


def _printable(
    frames: dict[str, pl.DataFrame], resources: pl.DataFrame, kind: str, rejects: RejectedRows
) -> dict[str, pl.DataFrame]:
    """Return the frames with control characters replaced, which would hide in an id or garble a terminal."""
    clean = {}
    for name, frame in frames.items():
        texts = [
            column
            for column, dtype in frame.schema.items()
            if dtype == pl.String and column not in _FREE_TEXT
        ]
        garbled = (
            frame.filter(pl.any_horizontal(pl.col(texts).str.contains(_CONTROL))) if texts else frame[:0]
        )
        rejects.add(
            kind,
            resources.join(garbled, on="source_offset", how="semi"),
            "a value holds control characters: they were replaced",
            "printable characters",
        )
        clean[name] = frame.with_columns(pl.col(texts).str.replace_all(_CONTROL, _REPLACEMENT))
    return clean


def _fingerprints(
    kind: str, resources: pl.DataFrame, part: pl.DataFrame, source_file_id: int
) -> pl.DataFrame:
    """Return fingerprints of claim resources: hashes of the elements that are read, without the query time.

    Blanks, the order of keys and other elements make no difference. Other resources are identified by their
    ids; one that follows a claim gets a hash of its position, which marks the end of the claim's rows.
    """
    if kind in _CLAIMS:
        content = resources.drop("source_offset", "record_number", *_ADMINISTRATIVE)
        texts = content.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list()
        places = resources["source_offset"]
    else:
        after_claim = pl.col("resource_type").shift(1).is_in(_CLAIMS).fill_null(value=True)
        ends = part.sort("source_offset").filter(after_claim)["source_offset"]
        places = resources.filter(pl.col("source_offset").is_in(ends.implode()))["source_offset"]
        texts = [f"{source_file_id}|{place}" for place in places]
    hashes = [hashlib.sha256(f"{kind}|{text}".encode()).hexdigest() for text in texts]
    return SOURCE_TRANSACTION.conform(
        pl.DataFrame({"source_offset": places}).with_columns(
            pl.Series("fingerprint", hashes, dtype=pl.String),
            pl.lit(source_file_id).alias("source_file_id"),
        )
    )
