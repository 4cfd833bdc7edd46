"""Requests for records: who asked, until when by a table that the user edits, and whether they were sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from auditlib.errors import BadInputError
from auditlib.measures.payer_tables import fits_payer, table_rows
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import WorkState
from auditlib.warehouse import Warehouse

FILE_NAME: Final = "records_due.csv"
"""In the workspace: the user's own table, whose rows come before the project's."""

COLUMNS: Final = ("payer", "payer_class", "asked_in", "days", "source")
ASKED_IN: Final = ("letter", "status report", "remittance")
OPEN, LATE, SENT, ANSWERED = "open", "late", "sent", "answered"

REQUESTS: Final[dict[str, pl.DataType]] = {
    "claim_id": pl.Int64(),
    "patient_control_number": pl.String(),
    "payer_id": pl.String(),
    "payer_name": pl.String(),
    "filing_code": pl.String(),
    "from_date": pl.Date(),
    "charge_amount": pl.Decimal(18, 2),
    "request_date": pl.Date(),
    "asked_in": pl.String(),
    "asked_by": pl.String(),
    "answer_date": pl.Date(),
}
RECORD_REQUESTS: Final[dict[str, pl.DataType]] = {
    **REQUESTS,
    "records_due_date": pl.Date(),
    "days_left": pl.Int64(),
    "records_sent_date": pl.Date(),
    "records_state": pl.String(),
    "assignee": pl.String(),
    "last_note": pl.String(),
}


@dataclass(frozen=True, slots=True)
class RecordsDue:
    """How many days a payer gives to send records.

    Parameters
    ----------
    payer
        Identifier or name of the payer; empty for all of a class.
    payer_class
        Class by the claim filing indicator; empty for all.
    asked_in
        letter, status report or remittance; empty for all.
    days
        Days from the request.
    source
        Where that is written.
    """

    payer: str
    payer_class: str
    asked_in: str
    days: int
    source: str


def read_records_due(folder: Path | None = None) -> list[RecordsDue]:
    """Return the rows: those of the user's table in a folder, then the project's.

    Raises
    ------
    BadInputError
        If the user's table lacks a column, days are no whole number, or ``asked_in`` is none of `ASKED_IN`.
    """
    rows = []
    for row in table_rows(folder, FILE_NAME, COLUMNS):
        cells = row.cells
        if cells["asked_in"] not in ("", *ASKED_IN):
            message = f"{row.place}: asked_in is '{cells['asked_in']}'."
            raise BadInputError(message, hint=f"It is {', '.join(ASKED_IN)}, or empty for all.")
        days = row.whole_number("days")
        rows.append(
            RecordsDue(cells["payer"], cells["payer_class"], cells["asked_in"], days, cells["source"])
        )
    return rows


def due_date(request: Mapping[str, Any], dues: Sequence[RecordsDue]) -> dt.date | None:
    """Return the last day to send by the table: a row for the payer before its class before all.

    Parameters
    ----------
    request
        With payer_id, payer_name, filing_code, asked_in and request_date.
    dues
        As from `read_records_due`.
    """
    fitting = [
        one
        for one in dues
        if one.asked_in in ("", request["asked_in"])
        and fits_payer(
            one.payer,
            one.payer_class,
            request["payer_id"],
            request["payer_name"],
            request["filing_code"],
        )
    ]
    best = min(fitting, key=lambda one: (not one.payer, not one.payer_class, not one.asked_in), default=None)
    return None if best is None else request["request_date"] + dt.timedelta(days=best.days)


def requests_in_files(warehouse: Warehouse) -> pl.DataFrame:
    """Return the latest request of each claim that the loaded answers and status reports make.

    Returns
    -------
    polars.DataFrame
        The columns of `REQUESTS`, one row a claim.
    """
    return warehouse.query("measures/record_request").select(*REQUESTS)


def record_requests(
    in_files: pl.DataFrame,
    worked: pl.DataFrame,
    work: Mapping[ClaimKey, WorkState],
    dues: Sequence[RecordsDue],
    as_of: dt.date,
) -> pl.DataFrame:
    """Return each claim whose records were asked for, with the last day and what became of it.

    Parameters
    ----------
    in_files
        As from `requests_in_files`.
    worked
        The claims of the ledger's letters as the warehouse knows them: the columns of `REQUESTS` up to
        charge_amount, and last_answer_date.
    work
        What the ledger says.
    dues
        Days by payer.
    as_of
        The day of looking.

    Returns
    -------
    polars.DataFrame
        The columns of `REQUESTS`, records_due_date and days_left (null where not known), records_sent_date,
        records_state ('open', 'late': open after its last day, 'sent', 'answered': the payer answered later),
        assignee and last_note; what is due first comes first, what is not known last.

    Notes
    -----
    Of a letter and a request in a file the later one counts. The day that a letter names comes before the
    table.
    """
    requests = {row["claim_id"]: row for row in in_files.iter_rows(named=True)}
    for row in worked.iter_rows(named=True):
        asked = _state(row, work).records_requested_date
        known = requests.get(row["claim_id"])
        if asked is None or (known is not None and known["request_date"] > asked):
            continue
        answered = row["last_answer_date"]
        requests[row["claim_id"]] = {
            **{name: row[name] for name in REQUESTS if name in row},
            "request_date": asked,
            "asked_in": "letter",
            "asked_by": "letter",
            "answer_date": answered if answered is not None and answered > asked else None,
        }
    rows = [_listed(row, _state(row, work), dues, as_of) for row in requests.values()]
    return pl.DataFrame(rows, schema=RECORD_REQUESTS).sort(
        "records_due_date", "charge_amount", "claim_id", descending=[False, True, False], nulls_last=True
    )


def _listed(
    row: Mapping[str, Any], state: WorkState, dues: Sequence[RecordsDue], as_of: dt.date
) -> dict[str, Any]:
    is_letter = row["asked_in"] == "letter"
    due = (state.records_due_date if is_letter else None) or due_date(row, dues)
    sent = state.records_sent_date
    if sent is not None and sent < row["request_date"]:
        sent = None
    if row["answer_date"] is not None:
        became = ANSWERED
    elif sent is not None:
        became = SENT
    else:
        became = LATE if due is not None and due < as_of else OPEN
    is_waiting = became in (OPEN, LATE)
    return {
        **{name: row[name] for name in REQUESTS},
        "records_due_date": due,
        "days_left": (due - as_of).days if due is not None and is_waiting else None,
        "records_sent_date": sent,
        "records_state": became,
        "assignee": state.assignee,
        "last_note": state.last_note,
    }


def _state(row: Mapping[str, Any], work: Mapping[ClaimKey, WorkState]) -> WorkState:
    first_day = "" if row["from_date"] is None else row["from_date"].isoformat()
    key = ClaimKey(row["patient_control_number"], row["payer_id"], first_day)
    return work.get(key, WorkState())
