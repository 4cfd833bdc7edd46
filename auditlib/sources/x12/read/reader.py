"""Read one X12 file into batches of core tables, several chunks in parallel."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from auditlib.sources.batch import SourceBatch
from auditlib.sources.x12.read.answers.acknowledgments import read_acknowledgments
from auditlib.sources.x12.read.answers.claim_statuses import read_claim_statuses
from auditlib.sources.x12.read.chunks import DEFAULT_CHUNK_BYTE_COUNT, Chunk, read_chunks
from auditlib.sources.x12.read.claims.claims import read_claims
from auditlib.sources.x12.read.envelopes import Envelopes, envelope_segments, text_notes
from auditlib.sources.x12.read.fingerprints import Fingerprints, Stretch, stretches
from auditlib.sources.x12.read.payments.remittances import read_remittances
from auditlib.sources.x12.read.rejects import Rejects
from auditlib.sources.x12.read.segments import Segments
from auditlib.sources.x12.read.transactions import (
    ANSWER_KINDS,
    Transactions,
    find_transactions,
    note_strangers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

_TRAILERS = (b"IEA", b"GE", b"SE")
_MOST_WORKERS = 8
_WHOLE_FILE_REASON = "recognised but not loaded yet"


@dataclass(frozen=True, slots=True)
class _ChunkResult:
    """The batches of one chunk, and its number of own segments."""

    batches: tuple[SourceBatch, ...]
    segment_count: int
    stretches: tuple[Stretch, ...]
    envelope: pl.DataFrame
    text_notes: pl.DataFrame
    continues: bool


def read_x12(
    path: Path, *, source_file_id: int, chunk_byte_count: int = DEFAULT_CHUNK_BYTE_COUNT
) -> Iterator[SourceBatch]:
    """Yield the claims, remittances and acknowledgments of an X12 file as core tables.

    Parameters
    ----------
    path
        File with 837 or 835 transactions, in any number of interchanges; it may start at ISA, GS or ST.
    source_file_id
        Number of the file; row ids combine it with the row's position in the file.
    chunk_byte_count
        Bytes to read at once; memory use is a small multiple of it.

    Yields
    ------
    SourceBatch
        One or more per chunk. ``rejected`` holds what was not loaded: a claim without a readable charge, a
        value that is not a date, an unsupported transaction. ``file_note`` holds disagreements in what was
        loaded: counts and control numbers of trailers, missing trailers, versions.

    Raises
    ------
    BadInputError
        If the file is not X12.
    """
    reported: set[str] = set()
    record_number = 0
    fingerprints, envelopes = Fingerprints(source_file_id), Envelopes(source_file_id)
    format_ = "X12"
    for result in _results(path, source_file_id, chunk_byte_count):
        ended = fingerprints.of(result.stretches, continues=result.continues)
        of_file = {
            "source_transaction": ended,
            **envelopes.of(result.envelope, result.text_notes, result.segment_count),
        }
        for batch in result.batches:
            file_frames = of_file if batch is result.batches[0] else {}
            yield replace(
                batch,
                frames={**batch.frames, **file_frames},
                rejected=_in_file(batch.rejected, record_number, reported),
            )
            format_ = batch.format
        record_number += result.segment_count
    if (notes := envelopes.end()).height:
        yield SourceBatch(format_, 0, {"file_note": notes})


def _results(path: Path, source_file_id: int, chunk_byte_count: int) -> Iterator[_ChunkResult]:
    """Yield the chunks' results in order, reading a few chunks ahead in parallel."""
    chunks = read_chunks(path, chunk_byte_count=chunk_byte_count)
    first = next(chunks, None)
    second = next(chunks, None)
    if first is None or second is None:
        if first is not None:
            yield _read_chunk(first, source_file_id)
        return
    worker_count = min(os.cpu_count() or 1, _MOST_WORKERS)
    pool = ThreadPoolExecutor(worker_count, thread_name_prefix="x12")
    pending: deque[Future[_ChunkResult]] = deque()
    try:
        for chunk in (first, second):
            pending.append(pool.submit(_read_chunk, chunk, source_file_id))
        for chunk in chunks:
            pending.append(pool.submit(_read_chunk, chunk, source_file_id))
            if len(pending) > worker_count + 1:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # No waiting here: it would swallow a keyboard interrupt.
        pool.shutdown(wait=False, cancel_futures=True)


def _read_chunk(chunk: Chunk, source_file_id: int) -> _ChunkResult:
    segments = Segments(chunk)
    rejects = Rejects(segments, source_file_id=source_file_id)
    transactions = find_transactions(segments)
    others = note_strangers(segments, transactions, rejects)
    if chunk.fault is not None:
        rejects.add_position(
            len(segments.data) - 1, "file", chunk.fault, "segments that end, and claims of usual size"
        )
    elif segments.unterminated is not None:
        _note_unterminated(segments, rejects)
    batches: list[SourceBatch] = []
    if (transactions.mask("837")).any():
        frames = read_claims(segments, transactions, rejects, source_file_id=source_file_id)
        batches.append(SourceBatch(_claim_format(frames["claim"]), transactions.own("837", segments), frames))
    if (transactions.mask("835")).any():
        frames = read_remittances(segments, transactions, rejects, source_file_id=source_file_id)
        batches.append(SourceBatch("835", transactions.own("835", segments), frames))
    if any(transactions.mask(kind).any() for kind in ANSWER_KINDS) or len(segments.rows("TA1")):
        batches.append(_answers(segments, transactions, rejects, source_file_id))
    other_count = int((transactions.start >= segments.context_count).sum()) - sum(
        part.transaction_count for part in batches
    )
    if other_count or others or not batches:
        batches.append(SourceBatch(others[0] if others else "X12", other_count, {}))
    batches[0] = replace(batches[0], rejected=rejects.frame())
    return _ChunkResult(
        tuple(batches),
        len(segments) - segments.context_count,
        stretches(segments, transactions),
        envelope_segments(segments),
        text_notes(segments),
        chunk.continues,
    )


def _answers(
    segments: Segments, transactions: Transactions, rejects: Rejects, source_file_id: int
) -> SourceBatch:
    """Return statuses and acknowledgments in one batch, with the format that there is most of."""
    statuses = read_claim_statuses(segments, transactions, rejects, source_file_id=source_file_id)
    frames = read_acknowledgments(segments, transactions, rejects, source_file_id=source_file_id)
    kinds = pl.concat([statuses["transaction_kind"], frames["acknowledgment"]["transaction_kind"]])
    counts = {kind: transactions.own(kind, segments) for kind in ANSWER_KINDS}
    name = str(kinds.mode().sort()[0]) if len(kinds) else max(counts, key=counts.__getitem__)
    return SourceBatch(name, sum(counts.values()), {"claim_status": statuses, **frames})


def _claim_format(claims: pl.DataFrame) -> str:
    """Return the format of most claims of the chunk."""
    if claims.is_empty():
        return "837"
    return "837" + str(claims.select(pl.col("form").mode().min()).item())


def _note_unterminated(segments: Segments, rejects: Rejects) -> None:
    start = segments.unterminated or 0
    rest = segments.data[start:]
    if not rest.startswith(_TRAILERS):
        tag = rest[:3].decode("ascii", "replace").strip("*|")
        segment = tag if tag.isalnum() else "unknown"
        rejects.add_position(start, segment, "file ends inside this segment", "a segment terminator")


def _in_file(rejected: pl.DataFrame, record_number: int, reported: set[str]) -> pl.DataFrame:
    """Return rejected rows numbered from the start of the file, those about the whole file only once."""
    if rejected.is_empty():
        return rejected
    rejected = rejected.with_columns(pl.col("record_number") + record_number)
    of_file = (
        rejected.filter(pl.col("reason").str.contains(_WHOLE_FILE_REASON, literal=True))["reason"]
        .unique()
        .to_list()
    )
    known = [reason for reason in of_file if reason in reported]
    reported.update(of_file)
    return rejected.filter(~pl.col("reason").is_in(known))
