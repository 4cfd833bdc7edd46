"""The rule behind a correction: what loaded code sets say of the codes before and after it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codes import shown_code
from auditlib.warehouse import Warehouse

_MOST_NOTES: Final = 3
_MOST_CHILDREN: Final = 4
_NO_END: Final = dt.date(9999, 12, 31)
_KIND_WORDS: Final = {
    "inclusion term": "covers",
    "includes": "includes",
    "note": "note",
    "excludes1": "excludes, not coded together (Excludes1)",
    "excludes2": "does not include, may be coded besides (Excludes2)",
    "code first": "code first",
    "use additional": "use an additional code",
    "code also": "code also",
}


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What the loaded code sets say of one code on one day.

    Parameters
    ----------
    shown
        The code as people write it.
    title
        Its description; None if no loaded release has the code.
    is_billable
        Whether it may be billed; None if it is not known.
    is_valid
        Whether a release in force on that day has it; None if no release of its system is loaded for the day.
    children
        Of a header code: the codes directly below it, with their titles.
    notes
        Its notes, and those of the headers above it that name another code of the correction (all of them if
        there is no other), a sentence each.
    """

    shown: str
    title: str | None
    is_billable: bool | None
    is_valid: bool | None
    children: tuple[str, ...]
    notes: tuple[str, ...]


def code_rule(
    warehouse: Warehouse, code_system: str, code: str, date: dt.date | None, *, mentions: Sequence[str] = ()
) -> CodeRule:
    """Return what the loaded code sets say of a code, as far as a correction needs it.

    Parameters
    ----------
    warehouse
        With the code sets.
    code_system, code
        The code in stored form.
    date
        The day by which it is judged; None for the latest release.
    mentions
        Other codes of the correction, as people write them.
    """
    about: dict[str, object] = {"code_system": code_system, "code": code}
    dated = {**about, "date": date}
    shown = shown_code(code_system, code)
    versions = warehouse.query("queries/codesets/code_page_version", dated)
    if versions.is_empty():
        return CodeRule(shown, None, None, None, (), ())
    in_force = versions.filter("is_in_force")
    chosen = (versions if in_force.is_empty() else in_force).tail(1).row(0, named=True)
    day = date if date is not None and not in_force.is_empty() else chosen["effective_to"] or _NO_END
    children: tuple[str, ...] = ()
    if not chosen["is_billable"]:
        below = warehouse.query("queries/codesets/code_page_child", dated)
        children = tuple(
            f"{shown_code(code_system, child)} {title}"
            for child, title in below.select("code", "long_description").head(_MOST_CHILDREN).iter_rows()
        )
    return CodeRule(
        shown,
        chosen["long_description"],
        chosen["is_billable"],
        None if date is None else not in_force.is_empty(),
        children,
        _notes(warehouse, about, dated, day, mentions),
    )


def _notes(
    warehouse: Warehouse,
    about: dict[str, object],
    dated: dict[str, object],
    day: dt.date,
    mentions: Sequence[str],
) -> tuple[str, ...]:
    line = warehouse.query("queries/codesets/code_page_line", dated)
    params = {"code_system": about["code_system"], "places": line["code"].to_list(), "day": day}
    # A note that ends with a colon introduces the ones after it and says nothing alone.
    notes = warehouse.query("queries/codesets/code_page_note", params).filter(
        ~pl.col("note_text").str.strip_chars().str.ends_with(":")
    )
    system, code = str(about["code_system"]), str(about["code"])
    told = []
    for kind, place, text in notes.select("note_kind", "place", "note_text").iter_rows():
        names_other = any(_names(text, other) for other in mentions)
        # The notes of a header are many: of these, only one that decides between the codes teaches anything.
        if names_other or place == code or not mentions:
            sentence = f"{shown_code(system, place)} {_KIND_WORDS.get(kind, kind)}: {text}"
            told.append((not names_other, sentence))
    # A stable sort: after those that name the other code, the nearest note comes first.
    return tuple(sentence for _, sentence in sorted(told, key=lambda pair: pair[0])[:_MOST_NOTES])


def _names(note: str, code: str) -> bool:
    """Return True if a note names a code, its category, or a range that begins with it."""
    category = code.partition(".")[0]
    return re.search(rf"\b{re.escape(category)}\b", note) is not None
