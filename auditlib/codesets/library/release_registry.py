"""Write releases to the ``ref`` tables so that each code has one row per day, and record the changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import polars as pl

from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.fiscal_year import fiscal_year_of
from auditlib.codesets.readers.icd10.known_releases import is_unchanged
from auditlib.codesets.readers.manifest import embedded_files
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE, CODE_BLOCK, CODE_EXCLUSION, CODE_NOTE, RELEASE, SEVENTH_CHARACTER
from auditlib.schema.ref_sets import (
    CODE_CATEGORY,
    CODE_LIST,
    DRG,
    HCPCS_DETAIL,
    INDEX_TERM,
    PROCEDURE_AXIS,
    RELEASE_CHANGE,
)
from auditlib.warehouse import Writer

_OPEN: Final = dt.date(9999, 12, 31)
_DAY: Final = dt.timedelta(days=1)
_TWO_YEARS: Final = dt.timedelta(days=731)
# Two years never have the same codes, but for those before the first year of use.
NEW_EVERY_OCTOBER: Final = frozenset({ICD10CM, ICD10PCS})
# Columns that identify a release's rows in a table with several releases.
_IDENTIFYING: Final = ("code_system", "setting", "list_name", "index_name", "scheme")
# Tables whose rows are effective with their release, so that an update can end them.
_DATED_BY_RELEASE: Final = frozenset(
    {
        CODE,
        CODE_NOTE,
        CODE_BLOCK,
        CODE_EXCLUSION,
        SEVENTH_CHARACTER,
        CODE_LIST,
        INDEX_TERM,
        PROCEDURE_AXIS,
        CODE_CATEGORY,
        HCPCS_DETAIL,
        DRG,
    }
)


def place(writer: Writer, release: CodeSetRelease, *, supersede: bool, loaded_at: dt.datetime) -> str:
    """Write a release; other releases are ignored on the dates on which it is effective.

    Parameters
    ----------
    writer
        The open transaction.
    release
        The release.
    supersede
        True if it may replace a release with the same effective dates.
    loaded_at
        The time of the load to record.

    Returns
    -------
    str
        ``loaded``, ``already loaded`` or ``superseded`` with the replaced release.

    Raises
    ------
    BadInputError
        If another file has the same effective dates, the same file was loaded with others, or the codes
        belong to another year.
    """
    known = writer.query("queries/codesets/registered_release").filter(
        pl.col("code_system") == release.code_system
    )
    mine = loaded_by_user(known)
    same_file = mine.filter(pl.col("sha256") == release.sha256)
    if same_file.filter(effective_from=release.effective_from).height:
        return "already loaded"
    if same_file.height:
        _refuse_same_file(same_file.row(0, named=True), release)
    if CODE in release.frames and release.is_complete and release.code_system in NEW_EVERY_OCTOBER:
        _refuse_codes_of_another_year(writer, known, release)
        _refuse_other_codes_before(writer, known, release)
    rival = _rival(mine, release)
    if rival is not None and not supersede:
        message = (
            f"{release.file_name} has the effective dates of {release.code_system} {rival['release']}, "
            f"which was loaded from {rival['file_name']}, and differs from it."
        )
        hint = "If it corrects that release, load it with --supersede; else state its first day with --from."
        raise BadInputError(message, hint=hint)
    if rival is not None:
        mine = mine.filter(pl.col("release") != rival["release"])
    _end_earlier(writer, mine, release)
    release = _ended_by_later(mine, release)
    changes = _replace_codes(writer, release, rival) if CODE in release.frames else []
    _replace_rows(writer, release, rival)
    if rival is not None:
        summary = {
            "code": "",
            "change_kind": "rows",
            "before": str(rival["row_count"]),
            "after": str(release.row_count),
            "previous_release": rival["release"],
        }
        changes.append(pl.DataFrame([summary]))
    _record(writer, release, known, changes, loaded_at)
    for table, frame in release.tables(loaded_at=loaded_at):
        writer.append(table, _without_overlaps(writer, release, frame) if table is CODE else frame)
    return f"superseded {rival['release']}" if rival is not None else "loaded"


def loaded_by_user(releases: pl.DataFrame) -> pl.DataFrame:
    """Return the releases that were not installed with auditlib."""
    embedded = pl.DataFrame(
        list(embedded_files()), schema={"file_name": pl.String, "publisher": pl.String}, orient="row"
    )
    return releases.join(embedded, on=["file_name", "publisher"], how="anti")


def _refuse_same_file(loaded: dict[str, object], release: CodeSetRelease) -> None:
    """Raise if a file was loaded with other days, unless the list did not change between them."""
    first = loaded["effective_from"]
    if not isinstance(first, dt.date) or not _may_be_equal(release, first):
        message = (
            f"{release.file_name} is byte for byte {release.code_system} {loaded['release']}, "
            f"which was loaded as effective from {loaded['effective_from']}."
        )
        raise BadInputError(message, hint="It is another year's file under this name.")


def _refuse_codes_of_another_year(writer: Writer, known: pl.DataFrame, release: CodeSetRelease) -> None:
    """Raise if the codes are exactly those of another year in which the code system changed."""
    new = _codes_and_flags(release.frames[CODE])
    # Lists of different lengths differ: their codes are not read.
    as_long = known.filter(pl.col("row_count") == release.row_count)
    for name, first in as_long.select("release", "effective_from").iter_rows():
        if fiscal_year_of(first) == release.fiscal_year or _may_be_equal(release, first):
            continue
        if _codes_and_flags(_codes_of_release(writer, release.code_system, name)).equals(new):
            message = f"{release.file_name} has exactly the codes of {release.code_system} {name}."
            year = release.fiscal_year
            hint = f"It is that year's file under another name: get the file for fiscal year {year}."
            raise BadInputError(message, hint=hint)


def _may_be_equal(release: CodeSetRelease, other_first: dt.date) -> bool:
    """Return True if the list did not change between two years, as its addenda says or as is known."""
    if is_unchanged(release.code_system, release.effective_from, other_first):
        return True
    addenda = release.addenda
    return (
        addenda is not None
        and addenda.changes_nothing
        and addenda.days_before.fiscal_years == {fiscal_year_of(other_first)}
    )


def _refuse_other_codes_before(writer: Writer, known: pl.DataFrame, release: CodeSetRelease) -> None:
    """Raise if the release before, as the addenda counts it, is loaded and does not lead to these codes."""
    addenda = release.addenda
    if addenda is None or addenda.billable_count_before is None:
        return
    years_before = addenda.days_before.fiscal_years
    before = known.filter(
        (pl.col("effective_from") < release.effective_from)
        & (pl.col("effective_from") >= release.effective_from - _TWO_YEARS)
    )
    billable = frozenset(release.frames[CODE].filter("is_billable")["code"])
    expected = addenda.codes_before(billable)
    for name, first in before.select("release", "effective_from").iter_rows():
        if {fiscal_year_of(first)} != years_before:
            continue
        there = frozenset(_codes_of_release(writer, release.code_system, name).filter("is_billable")["code"])
        # Another number of codes is that of another release of that year, which may not be loaded.
        if len(there) == addenda.billable_count_before and there != expected:
            differing = sorted(there ^ expected)
            message = (
                f"{release.file_name} does not follow from {release.code_system} {name} "
                f"by {addenda.file_name}: "
                f"{len(differing):,} codes differ, as {differing[0]}."
            )
            raise BadInputError(message, hint="One of them is another year's file: compare their names.")


def _codes_of_release(writer: Writer, code_system: str, name: str) -> pl.DataFrame:
    return writer.query("queries/codesets/code_of_release", {"code_system": code_system, "release": name})


def _codes_and_flags(codes: pl.DataFrame) -> pl.DataFrame:
    columns = ("code", "is_billable")
    return codes.select(columns).unique().sort(columns)


def _rival(mine: pl.DataFrame, release: CodeSetRelease) -> dict[str, object] | None:
    """Return the loaded release with the effective dates of the new one, if there is one."""
    part = release.release.rpartition(" ")[2]
    is_part = part.startswith("f") and part[1:].isdigit()
    same = mine.filter(
        (pl.col("release") == release.release)
        # The parts of one list have the same dates.
        | ((pl.col("effective_from") == release.effective_from) & (not is_part))
    )
    if same.is_empty() and not _can_be_ended(release) and not is_part:
        # A release that cannot be split by date conflicts with any that overlaps it.
        last = release.effective_to or _OPEN
        same = mine.filter(
            (pl.col("effective_from") <= last)
            & (pl.col("effective_to").fill_null(_OPEN) >= release.effective_from)
        )
    return same.row(0, named=True) if same.height else None


def _can_be_ended(release: CodeSetRelease) -> bool:
    return set(release.frames) <= _DATED_BY_RELEASE


def _end_earlier(writer: Writer, mine: pl.DataFrame, release: CodeSetRelease) -> None:
    """End the loaded releases on whose dates the new one begins, which updates them."""
    if not _can_be_ended(release):
        return
    last_day = release.effective_from - _DAY
    earlier = mine.filter(
        (pl.col("effective_from") < release.effective_from)
        & (pl.col("effective_to").fill_null(_OPEN) > last_day)
    )
    for name in earlier["release"]:
        for table, frame in release.frames.items():
            writer.end(table, _keys_of(frame, name), last_day)
        writer.end(RELEASE, earlier.filter(release=name).select("code_system", "release"), last_day)


def _keys_of(frame: pl.DataFrame, release: str) -> pl.DataFrame:
    """Return the keys of another release's rows, by the identifying columns of a frame."""
    identifying = [name for name in _IDENTIFYING if name in frame.columns]
    return frame.select(*identifying, release=pl.lit(release)).unique()


def _ended_by_later(mine: pl.DataFrame, release: CodeSetRelease) -> CodeSetRelease:
    """Return the new release, ended where a later loaded one begins."""
    last = release.effective_to or _OPEN
    later = mine.filter(
        (pl.col("effective_from") > release.effective_from) & (pl.col("effective_from") <= last)
    )["effective_from"].min()
    if not isinstance(later, dt.date) or not _can_be_ended(release):
        return release
    last_day = later - _DAY
    ended = pl.min_horizontal("effective_to", pl.lit(last_day))
    frames = {
        table: frame.filter(pl.col("effective_from") <= last_day).with_columns(effective_to=ended)
        if "effective_to" in frame.columns
        else frame
        for table, frame in release.frames.items()
    }
    return replace(release, effective_to=last_day, frames=frames)


def _replace_codes(
    writer: Writer, release: CodeSetRelease, rival: dict[str, object] | None
) -> list[pl.DataFrame]:
    """Remove other releases' rows on the new release's dates, and return the changes."""
    first, last = release.effective_from, release.effective_to or _OPEN
    new = release.frames[CODE]
    ends = pl.col("effective_to").fill_null(_OPEN)
    removed = writer.query(
        "queries/codesets/code_on_days",
        {"code_system": release.code_system, "first_day": first, "last_day": last},
    )
    has_own_days = HCPCS_DETAIL in release.frames
    if not release.is_complete or has_own_days:
        # Another year's record of a code that this release does not have keeps its own days.
        removed = removed.join(new.select("code"), on="code", how="semi")
    if rival is not None:
        # Of a superseded release no row stays.
        existing = writer.query("queries/codesets/code_of_system", {"code_system": release.code_system})
        removed = pl.concat([removed, existing.filter(pl.col("release") == rival["release"])]).unique(
            maintain_order=True
        )
    writer.remove(CODE, removed.select(CODE.key))
    split = removed.filter(pl.col("release") != rival["release"]) if rival is not None else removed
    pieces = pl.concat(
        [
            split.filter(pl.col("effective_from") < first).with_columns(effective_to=pl.lit(first - _DAY)),
            split.filter(ends > last).with_columns(
                effective_from=pl.lit(last + _DAY if last < _OPEN else last)
            ),
        ]
    )
    writer.append(CODE, pieces)
    replaced = removed.filter((pl.col("effective_from") <= last) & (ends >= first))
    if has_own_days:
        replaced = replaced.filter(pl.lit(rival["release"] if rival else "") == pl.col("release"))
    return [_differences(replaced, new, is_complete=release.is_complete)] if replaced.height else []


def _without_overlaps(writer: Writer, release: CodeSetRelease, new: pl.DataFrame) -> pl.DataFrame:
    """Return the new rows without the days on which another loaded release has a record of the code."""
    last = release.effective_to or _OPEN
    is_outside = (pl.col("effective_from") < release.effective_from) | (
        pl.col("effective_to").fill_null(_OPEN) > last
    )
    outside = new.filter(is_outside)
    if outside.is_empty():
        return new
    params = {"code_system": release.code_system}
    taken = pl.concat(
        [
            writer.query("queries/codesets/code_of_system", params),
            writer.query("queries/codesets/recorded_code", params).filter(
                pl.col("release") != release.release
            ),
        ],
        how="diagonal",
    ).select("code", "effective_from", "effective_to")
    return pl.concat([new.filter(~is_outside), _free_days(outside, taken)])


def _free_days(rows: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Return rows, one a code, cut to the days that are not taken by another row of their code."""
    spans = rows.select("code", begin="effective_from", end=pl.col("effective_to").fill_null(_OPEN))
    before = spans.select("code", begin=pl.lit(dt.date.min), end=pl.col("begin") - _DAY)
    after = spans.select("code", begin=pl.col("end").clip(upper_bound=_OPEN - _DAY) + _DAY, end=pl.lit(_OPEN))
    gaps = (
        pl.concat(
            [
                before,
                after,
                taken.select("code", begin="effective_from", end=pl.col("effective_to").fill_null(_OPEN)),
            ]
        )
        .sort("code", "begin", "end")
        .with_columns(last_taken=pl.col("end").cum_max().shift(1).over("code"))
        .filter(pl.col("last_taken") + _DAY < pl.col("begin"))
        .select("code", free_from=pl.col("last_taken") + _DAY, free_to=pl.col("begin") - _DAY)
    )
    is_open = pl.col("effective_to").is_null() & (pl.col("free_to") >= _OPEN - _DAY)
    return (
        rows.join(gaps, on="code")
        .with_columns(effective_from="free_from", effective_to=pl.when(~is_open).then("free_to"))
        .select(rows.columns)
    )


def _differences(before: pl.DataFrame, after: pl.DataFrame, *, is_complete: bool) -> pl.DataFrame:
    old = before.unique("code", keep="last", maintain_order=True)
    both = old.join(after, on="code", suffix="_new")

    def kind(name: str, rows: pl.DataFrame, was: pl.Expr, now: pl.Expr) -> pl.DataFrame:
        source = pl.col("release").alias("previous_release")
        return rows.select(
            "code", pl.lit(name).alias("change_kind"), was.alias("before"), now.alias("after"), source
        )

    title, new_title = pl.col("long_description"), pl.col("long_description_new")
    names = pl.lit(", ".join(sorted(set(old["release"]))))
    nothing = pl.lit(None, pl.String())
    parts = [
        kind("added", after.join(old, on="code", how="anti").with_columns(release=names), nothing, title),
        kind("retitled", both.filter(title != new_title), title, new_title),
        kind("billable", both.filter(~pl.col("is_billable") & pl.col("is_billable_new")), nothing, new_title),
        kind("heading", both.filter(pl.col("is_billable") & ~pl.col("is_billable_new")), nothing, new_title),
    ]
    if is_complete:
        parts.append(kind("removed", old.join(after, on="code", how="anti"), title, nothing))
    return pl.concat(parts)


def _replace_rows(writer: Writer, release: CodeSetRelease, rival: dict[str, object] | None) -> None:
    """Remove the other rows of a superseded release."""
    if rival is None:
        return
    for table, frame in release.frames.items():
        if table is not CODE:
            writer.remove(table, _keys_of(frame, str(rival["release"])))
    writer.remove(RELEASE, pl.DataFrame([rival]).select("code_system", "release"))


def _record(
    writer: Writer,
    release: CodeSetRelease,
    known: pl.DataFrame,
    changes: list[pl.DataFrame],
    recorded_at: dt.datetime,
) -> None:
    if not changes:
        return
    hashes = dict(known.select("release", "sha256").iter_rows())
    rows = pl.concat(changes, how="diagonal_relaxed").with_columns(
        code_system=pl.lit(release.code_system),
        release=pl.lit(release.release),
        recorded_at=pl.lit(recorded_at),
        previous_sha256=pl.col("previous_release").replace_strict(hashes, default="", return_dtype=pl.String),
    )
    writer.append(RELEASE_CHANGE, rows)


def name_replacements(writer: Writer) -> None:
    """Write the replacements of ended codes, as far as the conversion tables list them."""
    conversions = writer.query("queries/codesets/registered_release").filter(
        pl.col("code_system") == "ICD-10-CM conversion"
    )
    if conversions.is_empty():
        return
    stale = conversions.select("release", code_system=pl.lit("ICD-10-CM"), note_kind=pl.lit("replaced by"))
    writer.remove(CODE_NOTE, stale)
    writer.append(CODE_NOTE, writer.query("queries/codesets/replaced_by"))
