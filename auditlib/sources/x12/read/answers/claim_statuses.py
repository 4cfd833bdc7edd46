"""277 transactions to claim statuses: one row for each status in an STC segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM_STATUS
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import NONE, filled, first_known, first_of_each, latest, number_within
from auditlib.sources.x12.read.segments import packed
from auditlib.sources.x12.read.values import days, numbers

if TYPE_CHECKING:
    from auditlib.sources.x12.read.segments import Codes, Rows, Segments
    from auditlib.sources.x12.read.transactions import Transactions

_SOURCE, _RECEIVER, _PROVIDER = "20", "21", "19"
_LEVELS: list[str | None] = ["claim", "source", "receiver", "provider", "line"]
_LINE = 4
# STC01, STC10 and STC11 are statuses; element 12 is text.
_STATUS_ELEMENTS = np.array([1, 10, 11], dtype=np.int64)
_MESSAGE = 12


@dataclass(frozen=True, slots=True)
class _StatusLoops:
    """The hierarchical level, trace and line of each segment of a 277."""

    segments: Segments
    transactions: Transactions
    level: Rows
    level_code: Codes
    trace: Rows
    trace_of_segment: Rows
    line: Rows
    line_of_segment: Rows

    def level_of(self, rows: Rows) -> Codes:
        """Return HL03 of the level of each of these segments, 0 above the first."""
        last = latest(self.level, rows + 1, self.transaction_start(rows))
        place = np.searchsorted(self.level, last)
        code = np.append(self.level_code, np.uint32(0)).take(place, mode="clip")
        return np.where(last == NONE, np.uint32(0), code)

    def transaction_start(self, rows: Rows) -> Rows:
        return self.transactions.start.take(self.transactions.of_segment.take(rows))

    def in_level(self, rows: Rows, candidates: Rows, level: str) -> Rows:
        """Return, for each row, the last candidate segment in the open level with this code, or `NONE`."""
        opened = latest(self.level[self.level_code == packed(level)], rows, self.transaction_start(rows))
        return np.where(opened == NONE, NONE, latest(candidates, rows, opened))

    def first_in_trace(self, tag: str, *qualifiers: str) -> Rows:
        rows = self.segments.qualified(tag, *qualifiers)
        above = rows[self.line_of_segment.take(rows) == NONE]
        return first_of_each(above, self.trace_of_segment.take(above), len(self.trace))

    def first_in_line(self, tag: str, *qualifiers: str) -> Rows:
        rows = self.segments.qualified(tag, *qualifiers)
        return first_of_each(rows, self.line_of_segment.take(rows), len(self.line))


def read_claim_statuses(
    chunk: Segments, transactions: Transactions, rejects: Rejects, *, source_file_id: int
) -> pl.DataFrame:
    """Return the claim_status table for the 277 transactions of a chunk."""
    loops = _find_loops(chunk.only(transactions.mask("277")), transactions)
    segments, element = loops.segments, loops.segments.element
    status = segments.rows("STC")
    status = status[status >= segments.context_count]
    if not len(status):
        return CLAIM_STATUS.empty()
    row = np.repeat(status, len(_STATUS_ELEMENTS))
    number = np.tile(_STATUS_ELEMENTS, len(status))
    is_present = element(row, number).present
    reason = "status not loaded: STC01 is empty"
    rejects.add(status, ~is_present[:: len(_STATUS_ELEMENTS)], reason, "a category and a status code")
    row, number = row[is_present], number[is_present]
    columns = _columns(loops, row, number, rejects)
    columns.whole(
        claim_status_id=(source_file_id << OFFSET_BITS) + segments.offset(row),
        status_number=np.searchsorted(_STATUS_ELEMENTS, number) + 1,
        source_offset=segments.offset(row),
    ).constant(source_file_id=source_file_id)
    everything = np.ones(len(row), dtype=np.bool_)
    return conformed(CLAIM_STATUS, _finished(columns.frame(rejects, row)), everything)


def _find_loops(segments: Segments, transactions: Transactions) -> _StatusLoops:
    start, level = segments.rows("ST"), segments.rows("HL")
    trace, line = segments.rows("TRN"), segments.rows("SVC")
    count = len(segments)
    trace_of_segment = filled(count, (start, NONE), (level, NONE), (trace, np.arange(len(trace))))
    line_of_segment = filled(count, (start, NONE), (level, NONE), (trace, NONE), (line, np.arange(len(line))))
    code = segments.code(segments.element(level, 3))
    return _StatusLoops(segments, transactions, level, code, trace, trace_of_segment, line, line_of_segment)


def _columns(loops: _StatusLoops, row: Rows, number: Rows, rejects: Rejects) -> Columns:
    segments, element = loops.segments, loops.segments.element
    start = loops.transaction_start(row)
    group = loops.transactions.group.take(loops.transactions.of_segment.take(row))
    trace, line = loops.trace_of_segment.take(row), loops.line_of_segment.take(row)
    composite = segments.composite(element(row, number))
    payer = loops.in_level(row, segments.qualified("NM1", "PR", "AY"), _SOURCE)
    submitter = loops.in_level(row, segments.qualified("NM1", "41"), _RECEIVER)
    provider = loops.in_level(row, segments.qualified("NM1", "85", "1P"), _PROVIDER)
    batch = segments.qualified("TRN", "2")
    batch = batch[loops.level_of(batch) == packed(_RECEIVER)]
    level = loops.level_of(row)
    is_about = np.isin(level, [packed(one) for one in (_SOURCE, _RECEIVER)])
    references = {
        name: _of(loops.first_in_trace("REF", qualifier), trace)
        for name, qualifier in (("EJ", "EJ"), ("1K", "1K"), ("D9", "D9"), ("BLT", "BLT"))
    }
    service = _of(loops.line, line)
    columns = (
        Columns(segments)
        .text(
            st_version=element(start, 3),
            gs_version=element(group, 8),
            payer_id=element(payer, 9),
            payer_name=element(payer, 3),
            submitter_id=element(submitter, 9),
            provider_id=element(np.where(is_about, NONE, provider), 9),
            batch_trace_number=element(loops.in_level(row, batch, _RECEIVER), 2),
            trace_number=element(_of(loops.trace, trace), 2),
            account_number=element(references["EJ"], 2),
            payer_claim_control_number=element(references["1K"], 2),
            clearinghouse_number=element(references["D9"], 2),
            type_of_bill=element(references["BLT"], 2),
            line_control_number=element(_of(loops.first_in_line("REF", "FJ"), line), 2),
            action_code=element(row, 3),
            status_message=element(row, _MESSAGE),
        )
        .upper(status_category_code=composite[1], status_code=composite[2], entity_code=composite[3])
        .code(code=segments.composite(element(service, 1))[2])
        .chosen("status_level", _LEVELS, _level_places(level, line))
        .positive(
            line_number=np.insert(number_within(loops.trace_of_segment.take(loops.line)), 0, 0)[line + 1]
        )
    )
    _add_money_and_days(columns, loops, row, rejects)
    return columns


def _level_places(level: Codes, line: Rows) -> Rows:
    """Return the index of each status's level in `_LEVELS`."""
    place = np.zeros(len(level), dtype=np.int64)
    for number, code in enumerate((_SOURCE, _RECEIVER, _PROVIDER), 1):
        place[level == packed(code)] = number
    return np.where(line != NONE, _LINE, place)


def _of(rows: Rows, owner: Rows) -> Rows:
    """Return the row of each owner, or `NONE`."""
    return np.append(rows, NONE).take(owner)


def _add_money_and_days(columns: Columns, loops: _StatusLoops, row: Rows, rejects: Rejects) -> None:
    trace, line = loops.trace_of_segment.take(row), loops.line_of_segment.take(row)
    segments, element = loops.segments, loops.segments.element
    money = {
        "charge_amount": (row, 4),
        "paid_amount": (row, 5),
        "line_charge_amount": (_of(loops.line, line), 2),
    }
    for name, (rows, number) in money.items():
        amount = numbers(segments, element(rows, number), 2)
        rejects.add(rows, amount.unreadable, "amount of a status cannot be read", NOT_A_NUMBER)
        columns.numbers(**{name: amount})
    answered = latest(segments.rows("BHT"), row, loops.transaction_start(row))
    single = {"status_date": (row, 2), "response_date": (answered, 4)}
    for name, (rows, number) in single.items():
        dates = days(segments, element(rows, number))
        rejects.add(rows, dates.unreadable, "date of a status cannot be read", NOT_A_DATE)
        columns.days(**{name: dates.first})
    of_trace = days(segments, element(_of(loops.first_in_trace("DTP", "472"), trace), 3))
    of_line = days(segments, element(_of(loops.first_in_line("DTP", "472"), line), 3))
    columns.days(
        from_date=first_known(of_line.first, of_trace.first), to_date=first_known(of_line.last, of_trace.last)
    )


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table with transaction kind (277CA or 277, by version) and patient control number."""
    version = pl.concat_str("st_version", "gs_version", separator=" ", ignore_nulls=True)
    is_acknowledgment = version.str.contains("X214", literal=True).fill_null(value=False)
    is_claim = pl.col("status_level").is_in(["claim", "line"])
    number = pl.when(is_acknowledgment).then(pl.col("trace_number")).otherwise(pl.col("account_number"))
    return frame.with_columns(
        pl.when(is_acknowledgment).then(pl.lit("277CA")).otherwise(pl.lit("277")).alias("transaction_kind"),
        pl.when(is_claim).then(number).alias("patient_control_number"),
    ).drop("st_version", "gs_version", "account_number")
