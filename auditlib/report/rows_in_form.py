"""Rows of several tables as they may leave: without identifiers, with codes in their place, or counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.deidentify import key_of_rows, without_identifiers
from auditlib.report.pseudonymise import Pseudonyms, pseudonymised
from auditlib.report.result import Result

_NO_TIME: Final = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def deidentified_rows(
    tables: Mapping[str, pl.DataFrame], *, subject: str, people: Sequence[str]
) -> tuple[dict[str, pl.DataFrame], str]:
    """Return rows without what names a patient, a chart or a person, and a text that says what was done.

    Parameters
    ----------
    tables
        Frames by name.
    subject
        Column of all of them by which rows belong together: it has numbers in a random order.
    people
        Ids of coders and providers that a text may name.

    Notes
    -----
    The rule is that of `auditlib.report.deidentify.without_identifiers`.
    """
    contents = _contents(tables, people)
    made, said = without_identifiers(contents)
    key = key_of_rows(contents)
    return _numbered(tables, made, subject, key), "\n".join(said)


def pseudonymised_rows(
    tables: Mapping[str, pl.DataFrame], *, subject: str, pseudonyms: Pseudonyms
) -> tuple[dict[str, pl.DataFrame], str]:
    """Return rows with keyed codes and moved days, and a text that says that they are still of patients.

    Parameters are those of `deidentified_rows`; see `auditlib.report.pseudonymise.pseudonymised`.
    """
    made = pseudonymised(_contents(tables, ()), pseudonyms)
    frames = _numbered(tables, made, subject, lambda value: pseudonyms.keyed(f"row|{value}"))
    return frames, f"{made.confidentiality}\n{made.subtitle}"


def counted_rows(
    tables: Mapping[str, pl.DataFrame], *, subject: str, below: int
) -> tuple[dict[str, pl.DataFrame], str]:
    """Return how many subjects have each payer and each code, small counts withheld, and what was done.

    Rows of single subjects are left out: each would be a count of one.

    Parameters
    ----------
    tables
        Frames by name; payers and codes are counted where a table has them.
    subject
        Column of all of them by which rows belong together.
    below
        Smallest count that is shown.

    Raises
    ------
    UsageError
        If the smallest count is 1 or less.
    """
    counted = {}
    for name, columns in (("payer", ("payer_name",)), ("code", ("code_system", "code"))):
        found = [
            frame.select(subject, *columns) for frame in tables.values() if {*columns} <= {*frame.columns}
        ]
        if found:
            rows = pl.concat(found, how="vertical_relaxed").drop_nulls(columns[-1]).unique()
            counts = rows.group_by(columns).agg(pl.len().alias("claim_count")).sort(columns)
            counted[f"{name}_count"] = Result(counts).suppressed(below).frame
    return counted, f"Counts below {below} and what would give them away are withheld."


def _contents(tables: Mapping[str, pl.DataFrame], people: Sequence[str]) -> ReportContents:
    listed = tuple(ReportTable(name, frame) for name, frame in tables.items())
    section = Section("", tables=listed)
    return ReportContents("", "", _NO_TIME, "", "", (), (section,), people=tuple(people))


def _numbered(
    tables: Mapping[str, pl.DataFrame], made: ReportContents, subject: str, key: Callable[[str], str]
) -> dict[str, pl.DataFrame]:
    """Return the rows with a number in place of each subject, in an order that only the key gives."""
    subjects = sorted(
        {value for frame in tables.values() for value in frame[subject]}, key=lambda one: key(f"{one}")
    )
    numbers = {value: number for number, value in enumerate(subjects, start=1)}
    frames = {}
    for (name, frame), table in zip(tables.items(), made.tables, strict=True):
        own = frame[subject].replace_strict(numbers, return_dtype=pl.Int64)
        kept = table.frame.drop(subject, strict=False)
        # A frame without columns has no rows.
        numbered = pl.DataFrame([own, *(kept if kept.width else ())])
        frames[name] = numbered.sort(subject, maintain_order=True)
    return frames
