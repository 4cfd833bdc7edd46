"""Kinds of rows in one table: charges beside payments and adjustments, and rows that were voided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from auditlib.sources.tabular.proposal.column_profile import ColumnProfile

_MOST_WORDS: Final = 40
_LEDGER: Final = (
    "procedure",
    "line charge",
    "claim charge",
    "paid amount",
    "adjustment amount",
    "contractual",
)
_KIND: Final = "transaction type"
_CHARGE: Final = frozenset(
    {"charge", "charges", "chg", "chgs", "c", "ch", "service", "svc", "procedure", "proc", "fee", "debit",
     "debits", "dr"}
)  # fmt: skip
# Of a column whose header does not say that it has kinds of rows, words of one or two letters say nothing.
_LEAST_LETTERS: Final = 3
_OTHER: Final = frozenset(
    {"payment", "payments", "pmt", "pmts", "pay", "paid", "pymt", "p", "py", "adjustment", "adjustments",
     "adj", "adjust", "adjs", "a", "ad", "writeoff", "off", "wo", "contractual", "credit", "credits",
     "cr", "refund", "refunds", "transfer", "xfer", "copay", "copayment", "deductible", "coinsurance",
     "discount", "eob", "receipt", "deposit", "statement", "interest", "bad", "denial", "note",
     "balance", "takeback", "recoupment", "courtesy"}
)  # fmt: skip
_TAKEN_BACK: Final = frozenset(
    {"void", "voided", "reversal", "reversed", "reverse", "deleted", "delete", "cancelled", "canceled",
     "cancel", "correction", "corrected"}
)  # fmt: skip
_VOID_WORDS: Final = frozenset(
    {"void", "voided", "deleted", "cancel", "canceled", "cancelled", "inactive", "removed", "replaced"}
)
_VOID_HEADER: Final = frozenset(
    {"void", "voided", "delete", "deleted", "cancelled", "canceled", "inactive", "del", "cancel"}
)
_CHARGES: Final = frozenset({"line charge", "claim charge", "unit price"})
_SERVICE_SYSTEMS: Final = frozenset({"cpt", "cpt4", "hcpcs", "hcpcsii", "hcpcs2", "cpthcpcs", "hcpc"})
_DIAGNOSIS_SYSTEMS: Final = frozenset(
    {"icd10", "icd10cm", "icd9", "icd9cm", "icd", "dx", "diag", "diagnosis", "icd10dx", "icd9dx"}
)
# A status has few words; a note that tells more says nothing of its row.
_MOST_STATUS_WORDS: Final = 2
_YES: Final = frozenset({"y", "yes", "true", "t", "1", "x"})


@dataclass(frozen=True, slots=True)
class RowKinds:
    """Which rows of a table are charges.

    Attributes
    ----------
    only
        Header of a column of kinds to the words of those rows that are charges.
    leave_out
        Header of a column to the words of those rows that were voided.
    diagnoses
        Header of a column of code systems to the words of those rows that are diagnoses.
    filled
        Headers that every charge fills, and payments do not.
    doubts
        What a person should decide.
    """

    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leave_out: Mapping[str, Sequence[str]] = field(default_factory=dict)
    diagnoses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def of(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are charges."""
        for header, words in self.only.items():
            records = records.filter(pl.col(header).is_in(list(words)))
        for header, words in self.leave_out.items():
            records = records.filter(~pl.col(header).is_in(list(words)).fill_null(value=False))
        return records.filter(
            pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_not_null() for name in self.filled))
        )


def row_kinds(records: pl.DataFrame, columns: Sequence[ColumnProfile]) -> RowKinds:
    """Return which rows are charges, where a column says that others are payments or were voided.

    Parameters
    ----------
    records
        The rows, as text.
    columns
        Profiles of the columns.
    """
    only: dict[str, list[str]] = {}
    leave_out: dict[str, list[str]] = {}
    doubts: list[str] = []
    diagnoses: dict[str, list[str]] = {}
    for column in columns:
        words = _few_words(records, column)
        services, codes = _of_systems(words, _SERVICE_SYSTEMS), _of_systems(words, _DIAGNOSIS_SYSTEMS)
        if not only and services and codes and any(one.meaning in _CHARGES for one in columns):
            only[column.header], diagnoses[column.header] = services, codes
            continue
        is_kind = column.meaning == _KIND
        by_kind = (
            {word: _kind(word, is_short=is_kind) for word in words} if is_kind or _is_unknown(column) else {}
        )
        charges = [word for word, kind in by_kind.items() if kind == "charge"]
        if not only and charges and "other" in by_kind.values():
            only[column.header] = charges
            unclear = [word for word, kind in by_kind.items() if kind is None]
            back = [word for word, kind in by_kind.items() if kind == "taken back"]
            if unclear:
                doubts.append(f"'{column.header[:40]}' has other words too: are their rows charges?")
            if back:
                doubts.append(f"'{column.header[:40]}' says that some charges were taken back")
        elif voided := _voided(column.header, words):
            leave_out[column.header] = voided
            doubts.append(f"rows that '{column.header[:40]}' says are voided or reversed are left out")
    filled = () if only else _filled_by_charges(records, columns)
    return RowKinds(only, leave_out, diagnoses, filled, tuple(doubts))


def _of_systems(words: Sequence[str], systems: frozenset[str]) -> list[str]:
    """Return the words that name one of some code systems."""
    return [word for word in words if re.sub(r"[^a-z0-9]", "", word.lower()) in systems]


def _filled_by_charges(records: pl.DataFrame, columns: Sequence[ColumnProfile]) -> tuple[str, ...]:
    """Return the header of the service, if rows without one are those of payments and have no charge."""
    by_meaning = {name: [one.header for one in columns if one.meaning == name] for name in _LEDGER}
    services, charges = by_meaning["procedure"], [*by_meaning["line charge"], *by_meaning["claim charge"]]
    others = [*by_meaning["paid amount"], *by_meaning["adjustment amount"], *by_meaning["contractual"]]
    if len(services) != 1 or len(charges) != 1 or not others:
        return ()
    is_other = pl.col(services[0]).is_null() & pl.any_horizontal(pl.col(others).is_not_null())
    rest = records.filter(is_other)
    has_charge = rest[charges[0]].fill_null("0").str.contains("[1-9]")
    is_service = records.filter(pl.col(services[0]).is_not_null())[charges[0]].is_not_null()
    return (services[0],) if rest.height and not has_charge.any() and is_service.all() else ()


def _few_words(records: pl.DataFrame, column: ColumnProfile) -> list[str]:
    """Return the words of a column that has few, and in all its rows no numbers or codes."""
    if not 0 < column.different_count <= _MOST_WORDS or column.filled_count == 0:
        return []
    words = records[column.header].drop_nulls().unique(maintain_order=True).to_list()
    is_repeated = column.different_count < column.filled_count or column.filled_count <= _MOST_WORDS
    return [str(word) for word in words] if is_repeated else []


def _is_unknown(column: ColumnProfile) -> bool:
    return column.meaning is None and not column.has_unknown_days


def _kind(word: str, *, is_short: bool) -> str | None:
    parts = set(re.findall("[a-z]+", word.lower().replace("-", "")))
    if not is_short:
        parts = {part for part in parts if len(part) >= _LEAST_LETTERS}
    if parts & _TAKEN_BACK:
        return "taken back"
    if parts & _OTHER:
        return "other"
    return "charge" if parts & _CHARGE else None


def _voided(header: str, words: Sequence[str]) -> list[str]:
    """Return the words by which some rows of a column, and not all, say that they were voided."""
    cut = {word: re.findall("[a-z]+", word.lower()) for word in words}
    says = {
        word for word, parts in cut.items() if len(parts) <= _MOST_STATUS_WORDS and set(parts) & _VOID_WORDS
    }
    if _VOID_HEADER & set(re.findall("[a-z]+", header.lower())):
        says |= {word for word in words if word.strip().lower() in _YES}
    return [word for word in words if word in says]
