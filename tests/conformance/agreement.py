"""Edit by edit: what our checks and the other editor say of the same stays, and why they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

IsValid = Callable[[str, str, int], bool]
"""Whether the other program holds a code of a system valid on a day, written 20260115."""

_ALWAYS: Final = dt.date(9999, 12, 31)
_VALIDITY: Final = ("DX-01", "DX-02", "DX-03", "DX-04", "PX-01", "PX-02")
# National Coverage Determination 260.3: covered with type 1 diabetes, or with or after a kidney transplant.
_PANCREAS: Final = ("0FYG0Z0", "0FYG0Z1")
_AGE_LISTS: Final = ("MCE newborn only", "MCE pediatric only", "MCE maternity only", "MCE adult only")
_BANDS: Final = pl.DataFrame(
    {
        "list_name": _AGE_LISTS,
        "first_age": (0, 0, 9, 15),
        "last_age": (0, 17, 64, 124),
    }
)


@dataclass(frozen=True, slots=True)
class ComparedEdit:
    """One edit of the other program and the checks that answer to it.

    Parameters
    ----------
    name
        As the other program has it.
    number
        Its number among the Medicare Code Edits.
    checks
        Our checks; a code that several find counts once.
    lists
        Lists that must be loaded for the day.
    first_day, last_day
        Discharge days between which the edit is in use; on others none may fire, whatever is loaded.
    admitting
        True if it is of the admitting diagnosis, False if of the other codes.
    detail
        Words by which its findings differ from another edit's under the same check; empty for all of them.
    """

    name: str
    number: str
    checks: tuple[str, ...]
    lists: tuple[str, ...] = ()
    first_day: dt.date = dt.date(2015, 10, 1)
    last_day: dt.date = _ALWAYS
    admitting: bool = False
    detail: str = ""


_ACCEPTABLE_BESIDE: Final = "only beside a secondary one"
_END_OF_SEX: Final = dt.date(2024, 9, 30)
EDITS: Final = (
    ComparedEdit("INVALID_CODE", "1", _VALIDITY),
    ComparedEdit("INVALID_ADMIT_DX", "1", _VALIDITY[:4], admitting=True),
    ComparedEdit("E_CODE_AS_PDX", "2", ("DX-18",)),
    ComparedEdit("DUPLICATE_OF_PDX", "3", ("MCE-03",)),
    ComparedEdit("AGE_CONFLICT", "4", ("MCE-04",), _AGE_LISTS),
    ComparedEdit(
        "SEX_CONFLICT", "5", ("MCE-05",), ("MCE female only", "MCE male only"), last_day=_END_OF_SEX
    ),
    ComparedEdit("MANIFESTATION_AS_PDX", "6", ("MCE-06",), ("MCE principal manifestation",)),
    ComparedEdit("QUESTIONABLE_ADMISSION", "8", ("MCE-08",), ("MCE principal questionable admit",)),
    ComparedEdit(
        "UNACCEPTABLE_PDX", "9", ("MCE-09",), ("MCE principal unacceptable",), detail="is not acceptable"
    ),
    ComparedEdit(
        "REQUIRES_SDX", "9", ("MCE-09",), ("MCE principal unacceptable",), detail=_ACCEPTABLE_BESIDE
    ),
    ComparedEdit("NON_COVERED", "11", ("MCE-11",), ("MCE noncovered always", "MCE noncovered over60")),
    ComparedEdit("INVALID_AGE", "14", ("MCE-14",)),
    ComparedEdit("INVALID_SEX", "15", ("MCE-15",), last_day=_END_OF_SEX),
    ComparedEdit("INVALID_DISCHARGE_STATUS", "16", ("MCE-16",)),
    ComparedEdit("LIMITED_COVERAGE", "17", ("MCE-17",), ("MCE limited coverage",)),
    ComparedEdit("WRONG_PROCEDURE_PERFORMED", "18", ("MCE-18",)),
    ComparedEdit(
        "UNSPECIFIED", "20", ("MCE-20",), ("MCE unspecified laterality",), first_day=dt.date(2022, 4, 1)
    ),
)


@dataclass(frozen=True, slots=True)
class OurAnswers:
    """What our warehouse says of the stays.

    Parameters
    ----------
    stays
        One row a stay: ``claim_id``, ``day``, ``age_years``, ``last_age_years``, ``sex``, and whether the
        releases of the day can judge every diagnosis (``has_diagnoses``) and procedure (``has_procedures``).
    codes
        One row a code of a stay: ``claim_id``, ``code_system``, ``item_number``, ``code``, ``is_admitting``.
    findings
        Rows of ``mart.finding``.
    listed_days
        One row a day and list that is loaded for it: ``day``, ``list_name``, ``release``.
    list_codes
        Rows of ``ref.code_list``.
    updates
        One row a day and code system for which an update of the year has begun that is not loaded:
        ``day``, ``code_system``, and ``listed_from``, the first day of the list that is loaded for the day.
    listed_codes
        Billable codes of the loaded lists: ``code_system``, ``code``, ``first_day``, ``last_day``.
    """

    stays: pl.DataFrame
    codes: pl.DataFrame
    findings: pl.DataFrame
    listed_days: pl.DataFrame
    list_codes: pl.DataFrame
    updates: pl.DataFrame
    listed_codes: pl.DataFrame


def compared(ours: OurAnswers, theirs: pl.DataFrame, is_valid: IsValid) -> pl.DataFrame:
    """Return one row a stay and edit: both counts, whether it was checked, and why they differ.

    Parameters
    ----------
    ours
        What our checks say.
    theirs
        One row a stay and edit that fired there: ``claim_id``, ``edit``, ``other_count``.
    is_valid
        Asked of codes by which the two differ.

    Returns
    -------
    polars.DataFrame
        ``claim_id``, ``edit``, ``our_count``, ``other_count``, ``is_checked``, ``reason``: ``agrees``,
        ``not checked``, a kind of explained difference, or ``unexplained``.
    """
    parts = [_one_edit(edit, ours, theirs, is_valid) for edit in EDITS]
    others = theirs.filter(~pl.col("edit").is_in([edit.name for edit in EDITS])).select(
        "claim_id",
        "edit",
        our_count=pl.lit(0, pl.Int64),
        other_count="other_count",
        is_checked=pl.lit(value=False),
        reason=pl.lit("not checked"),
    )
    return pl.concat([*parts, others])


def _one_edit(edit: ComparedEdit, ours: OurAnswers, theirs: pl.DataFrame, is_valid: IsValid) -> pl.DataFrame:
    found = _found(edit, ours)
    counts = found.group_by("claim_id").agg(our_count=pl.len().cast(pl.Int64))
    rows = (
        ours.stays.join(counts, on="claim_id", how="left")
        .join(theirs.filter(edit=edit.name).drop("edit"), on="claim_id", how="left")
        .with_columns(pl.col("our_count", "other_count").fill_null(0))
        .with_columns(is_checked=_is_checked(edit, ours.listed_days))
    )
    differing = rows.filter("is_checked", pl.col("our_count") != pl.col("other_count"))
    reasons = _reasons(edit, ours, found, differing, is_valid)
    return (
        rows.join(reasons, on="claim_id", how="left")
        .with_columns(
            edit=pl.lit(edit.name),
            reason=pl.when(~pl.col("is_checked"))
            .then(pl.lit("not checked"))
            .when(pl.col("our_count") == pl.col("other_count"))
            .then(pl.lit("agrees"))
            .otherwise(pl.col("reason").fill_null("unexplained")),
        )
        .select("claim_id", "edit", "our_count", "other_count", "is_checked", "reason")
    )


def _found(edit: ComparedEdit, ours: OurAnswers) -> pl.DataFrame:
    found = ours.findings.filter(
        pl.col("check_id").is_in(edit.checks), pl.col("detail").str.contains(edit.detail, literal=True)
    ).select("claim_id", "code_system", "item_number", "code")
    of_admitting = ours.codes.filter("is_admitting").select("claim_id", "code_system", "item_number")
    return found.join(
        of_admitting,
        on=["claim_id", "code_system", "item_number"],
        how="semi" if edit.admitting else "anti",
        nulls_equal=True,
    ).unique()


def _is_checked(edit: ComparedEdit, listed_days: pl.DataFrame) -> pl.Expr:
    days = (
        listed_days.filter(pl.col("list_name").is_in(edit.lists))
        .group_by("day")
        .agg(pl.col("list_name").n_unique())
        .filter(pl.col("list_name") == len(edit.lists))["day"]
    )
    checked = pl.col("day").is_in(days.implode()) if edit.lists else pl.lit(value=True)
    match edit.name:
        case "INVALID_CODE":
            checked = pl.col("has_diagnoses") & pl.col("has_procedures")
        case "INVALID_ADMIT_DX":
            checked = pl.col("has_diagnoses")
        case "AGE_CONFLICT":
            checked &= pl.col("age_years").is_between(0, 124)
        case "SEX_CONFLICT":
            checked &= pl.col("sex").is_in(["F", "M"])
    return checked | ~pl.col("day").is_between(edit.first_day, edit.last_day)


def _reasons(
    edit: ComparedEdit,
    ours: OurAnswers,
    found: pl.DataFrame,
    differing: pl.DataFrame,
    is_valid: IsValid,
) -> pl.DataFrame:
    """Return the kind of each difference that a rule explains to its count: ``claim_id``, ``reason``."""
    schema = {"claim_id": pl.Int64(), "reason": pl.String()}
    kinds = [pl.DataFrame(schema=schema)]
    if edit.name in {"INVALID_CODE", "INVALID_ADMIT_DX"}:
        kinds.append(_by_unloaded_update(edit, ours, found, differing, is_valid))
    else:
        kinds.append(_by_invalid_code(found, differing, is_valid))
    if edit.name == "AGE_CONFLICT":
        kinds.append(_by_birthday(ours, differing))
    if edit.name in {"NON_COVERED", "LIMITED_COVERAGE"}:
        kinds.append(_by_pancreas(ours, differing, edit))
    if edit.name == "NON_COVERED":
        kinds.append(_by_age_below_zero(ours, differing))
    return pl.concat(kinds).unique("claim_id", keep="first", maintain_order=True)


def _by_unloaded_update(
    edit: ComparedEdit, ours: OurAnswers, found: pl.DataFrame, differing: pl.DataFrame, is_valid: IsValid
) -> pl.DataFrame:
    """The other program has a later update of the year than the release that is loaded for the day."""
    key = ["claim_id", "code_system", "item_number"]
    judged = ours.codes.filter(is_admitting=edit.admitting)
    codes = judged.join(differing, on="claim_id").join(ours.updates, on=["day", "code_system"])
    in_list = codes.join(ours.listed_codes, on=["code_system", "code"]).filter(
        pl.col("day").is_between("first_day", "last_day")
    )
    is_found = {how: codes.join(found, on=key, how=how) for how in ("semi", "anti")}
    # What ours found has to be missing from the loaded list, and what ours passed has to be on it: else the
    # fault is our own. The other program has to have changed its mind since the first day of that list.
    began = _changed(is_found["semi"].join(in_list, on=key, how="anti"), is_valid, to=True)
    ended = _changed(is_found["anti"].join(in_list, on=key, how="semi"), is_valid, to=False)
    return (
        differing.join(began.group_by("claim_id").agg(began=pl.len()), on="claim_id", how="left")
        .join(ended.group_by("claim_id").agg(ended=pl.len()), on="claim_id", how="left")
        .filter(
            pl.col("our_count") - pl.col("other_count")
            == pl.col("began").fill_null(0).cast(pl.Int64) - pl.col("ended").fill_null(0).cast(pl.Int64)
        )
        .select("claim_id", reason=pl.lit("an update of the year is not loaded"))
    )


def _changed(codes: pl.DataFrame, is_valid: IsValid, *, to: bool) -> pl.DataFrame:
    """Return the claim of each code that the other program judges so on the day, not on the list's first."""
    claim_ids = [
        claim_id
        for claim_id, system, code, day, first in codes.select(
            "claim_id", "code_system", "code", "day", "listed_from"
        ).iter_rows()
        if is_valid(system, code, _number(day)) is to and is_valid(system, code, _number(first)) is not to
    ]
    return pl.DataFrame({"claim_id": claim_ids}, schema={"claim_id": pl.Int64()})


def _number(day: dt.date) -> int:
    return int(day.strftime("%Y%m%d"))


def _by_invalid_code(found: pl.DataFrame, differing: pl.DataFrame, is_valid: IsValid) -> pl.DataFrame:
    """The other program judges a code no further that it holds invalid; ours looks at it all the same."""
    invalid = _answered(found.join(differing, on="claim_id"), is_valid, answer=False)
    return _counted(differing, invalid, "the code is not valid on the day, and judged no further there")


def _answered(asked: pl.DataFrame, is_valid: IsValid, *, answer: bool) -> pl.DataFrame:
    """Return the claim of each code of which the other program says so."""
    claim_ids = [
        claim_id
        for claim_id, system, code, day in asked.select("claim_id", "code_system", "code", "day").iter_rows()
        if is_valid(system, code, _number(day)) is answer
    ]
    return pl.DataFrame({"claim_id": claim_ids}, schema={"claim_id": pl.Int64()})


def _counted(differing: pl.DataFrame, codes: pl.DataFrame, reason: str) -> pl.DataFrame:
    """Return the claims whose difference is the number of those codes of ours, no more and no less."""
    return (
        differing.join(codes.group_by("claim_id").len(), on="claim_id")
        .filter(pl.col("our_count") - pl.col("other_count") == pl.col("len"))
        .select("claim_id", reason=pl.lit(reason))
    )


def _by_birthday(ours: OurAnswers, differing: pl.DataFrame) -> pl.DataFrame:
    """The patient comes into a code's band of ages during the stay: fits on the last day, not the first."""
    bands = (
        ours.list_codes.filter(code_system="ICD-10-CM")
        .join(_BANDS, on="list_name")
        .select("code", "release", "first_age", "last_age")
    )
    releases = ours.listed_days.filter(list_name=_AGE_LISTS[0]).select("day", "release")
    spared = (
        differing.join(releases, on="day")
        .join(ours.codes.filter(~pl.col("is_admitting")), on="claim_id")
        .join(bands, on=["code", "release"])
        .filter(
            ~pl.col("age_years").is_between(pl.col("first_age"), pl.col("last_age")),
            pl.col("last_age_years").is_between(pl.col("first_age"), pl.col("last_age")),
        )
        .unique(["claim_id", "item_number"])
        .group_by("claim_id")
        .len()
    )
    return (
        differing.join(spared, on="claim_id")
        .filter(pl.col("other_count") - pl.col("our_count") == pl.col("len"))
        .select("claim_id", reason=pl.lit("the age fits on the last day of the stay"))
    )


def _by_pancreas(ours: OurAnswers, differing: pl.DataFrame, edit: ComparedEdit) -> pl.DataFrame:
    """A pancreas transplant is of limited coverage by the table; without some diagnoses it is not covered."""
    # Ours always find it under limited coverage and never under the other: only these differences can be.
    more_there = pl.col("other_count") - pl.col("our_count")
    more = more_there if edit.name == "NON_COVERED" else -more_there
    return (
        differing.join(_transplants(ours), on="claim_id")
        .filter(more == pl.col("transplant_count"))
        .select(
            "claim_id", reason=pl.lit("pancreas transplants depend on diagnoses that the table leaves out")
        )
    )


def _by_age_below_zero(ours: OurAnswers, differing: pl.DataFrame) -> pl.DataFrame:
    """The other program holds an age below 0, which INVALID_AGE reports, to be above 60."""
    more = pl.col("other_count") - pl.col("our_count")
    below = differing.filter(pl.col("age_years") < 0).join(_over_60(ours), on="claim_id")
    alone = below.filter(more == pl.col("over_60_count"))
    both = below.join(_transplants(ours), on="claim_id").filter(
        more == pl.col("over_60_count") + pl.col("transplant_count")
    )
    reason = pl.lit("an age below 0 counts as above 60 there")
    return pl.concat([part.select("claim_id", reason=reason) for part in (alone, both)])


def _transplants(ours: OurAnswers) -> pl.DataFrame:
    found = ours.codes.filter(pl.col("code").is_in(_PANCREAS), code_system="ICD-10-PCS")
    return found.group_by("claim_id").agg(transplant_count=pl.len().cast(pl.Int64))


def _over_60(ours: OurAnswers) -> pl.DataFrame:
    listed = ours.list_codes.filter(list_name="MCE noncovered over60").select("code").unique()
    always = ours.list_codes.filter(list_name="MCE noncovered always").select("code").unique()
    found = ours.codes.join(listed, on="code").join(always, on="code", how="anti")
    return found.group_by("claim_id").agg(over_60_count=pl.len().cast(pl.Int64))


def by_edit(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row an edit: stays compared, agreements, of them with the edit, differences, not checked."""
    checked, agrees = pl.col("is_checked"), pl.col("reason") == "agrees"
    order = pl.DataFrame({"edit": [edit.name for edit in EDITS], "number": [edit.number for edit in EDITS]})
    return (
        rows.group_by("edit")
        .agg(
            compared=checked.sum(),
            agree=agrees.sum(),
            agree_that_it_fires=(agrees & (pl.col("our_count") > 0)).sum(),
            explained=(checked & ~agrees & (pl.col("reason") != "unexplained")).sum(),
            unexplained=(pl.col("reason") == "unexplained").sum(),
            not_checked=(~checked).sum(),
        )
        .join(order.with_row_index("place"), on="edit", how="left", maintain_order="left")
        .sort("place", "edit", nulls_last=True)
        .select("number", pl.exclude("number", "place"))
    )
