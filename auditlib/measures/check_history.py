"""Checks on a workspace's own history: what became of the claims they find, and the same claims later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

import polars as pl

from auditlib.checks.own_rules.rule_folder import OwnRules
from auditlib.errors import UsageError
from auditlib.progress import Progress
from auditlib.schema import CORE_TABLES, REF_TABLES, ColumnType
from auditlib.scratch import scratch_folder
from auditlib.warehouse import Warehouse, Writer, graph

MINUTES_A_FINDING: Final = 5.0
_MINUTES_AN_HOUR: Final = 60
_MOST_DAYS: Final = 3660
_KEY: Final = ("check_id", "claim_id", "item_number", "code", "related_code")


def back_test(warehouse: Warehouse, *, minutes_a_finding: float = MINUTES_A_FINDING) -> pl.DataFrame:
    """Return, for each check with findings, what payers answered to the claims that it finds.

    Parameters
    ----------
    warehouse
        Holds ``mart.finding`` as last run, and the outcomes of claims.
    minutes_a_finding
        Time of a reviewer for one finding.

    Returns
    -------
    polars.DataFrame
        One row a check: ``finding_count``, ``claim_count``, ``denied_claim_count`` (denials that the check
        could have prevented), ``explained_claim_count`` (of them, denied for a reason that names the check),
        ``denied_amount`` (dollars), ``paid_claim_count`` (false alarms: nothing was denied),
        ``false_alarms_per_hit`` (null without a hit), ``reviewer_hours``, ``denied_amount_per_hour``.

    Raises
    ------
    UsageError
        If the minutes are not more than 0.
    """
    if not minutes_a_finding > 0:
        message = f"{minutes_a_finding:g} minutes are no time for a finding."
        raise UsageError(message, hint="Give how long a reviewer looks at one, as 5.")
    rows = warehouse.query("measures/check_back_test")
    claims, is_denied = pl.col("claim_count"), pl.col("fate") == "denied"
    counted = rows.group_by("check_id", maintain_order=True).agg(
        finding_count=pl.col("finding_count").sum(),
        claim_count=claims.sum(),
        denied_claim_count=claims.filter(is_denied).sum(),
        explained_claim_count=claims.filter(pl.col("is_reason_of_check")).sum(),
        denied_amount=pl.col("denied_amount").sum(),
        paid_claim_count=claims.filter(pl.col("fate") == "paid").sum(),
    )
    hours = pl.col("finding_count") * minutes_a_finding / _MINUTES_AN_HOUR
    hits = pl.col("denied_claim_count")
    return counted.with_columns(
        false_alarms_per_hit=pl.when(hits > 0).then(pl.col("paid_claim_count") / hits),
        reviewer_hours=hours,
        denied_amount_per_hour=pl.col("denied_amount").cast(pl.Float64) / hours,
    ).sort("denied_amount", "check_id", descending=[True, False])


def back_test_reasons(warehouse: Warehouse) -> pl.DataFrame:
    """Return the denied claims of each check by denial reason, the costliest first.

    Returns
    -------
    polars.DataFrame
        ``check_id``, ``denial_reason_code``, ``reason_label``, ``is_reason_of_check``, ``claim_count``,
        ``finding_count``, ``denied_amount`` (dollars).
    """
    rows = warehouse.query("measures/check_back_test").filter(pl.col("fate") == "denied")
    return rows.drop("fate").sort("denied_amount", "check_id", descending=[True, False])


def look_ahead(
    warehouse: Warehouse,
    *,
    day_count: int,
    own_rules: OwnRules | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return what the checks would find if the same claims were for services so many days later.

    All days of the loaded claims, encounters and patients move by the same number, birth dates too, so that
    ages and intervals stay. The edits of the later days judge them, as far as their releases are loaded. It
    happens in a copy that is deleted: the workspace stays as it is.

    Parameters
    ----------
    warehouse
        A warehouse with a file, its checks run.
    day_count
        Days by which services move, as 365 for last year's claims under this year's edits.
    own_rules
        Rules of the workspace's own.
    progress
        Advanced for each check.

    Returns
    -------
    polars.DataFrame
        One row a check: ``finding_count`` now, ``later_finding_count``, ``new_finding_count``,
        ``gone_finding_count``, ``new_at_stake_amount`` (dollars), ``later_eligible_count``,
        ``later_not_checked_count``.

    Raises
    ------
    UsageError
        If the number of days is 0 or beyond ten years.
    """
    if day_count == 0 or abs(day_count) > _MOST_DAYS:
        message = f"Claims cannot be moved by {day_count:,} days."
        raise UsageError(message, hint=f"1 to {_MOST_DAYS:,} days, as 92 for the next quarter.")

    def move(writer: Writer) -> None:
        for table in CORE_TABLES:
            dates = [column.name for column in table.columns if column.type is ColumnType.DATE]
            writer.move_dates(table, dates, day_count)

    return _judged_again(warehouse, move, own_rules=own_rules, progress=progress)


def under_release(
    warehouse: Warehouse,
    *,
    code_system: str,
    release: str,
    own_rules: OwnRules | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return what the checks would find if a loaded release held on all days of the same claims.

    The release stands as on its first day, and alone of its code system: last year's claims under next
    quarter's edits. Claims and other code sets stay as they are. It happens in a copy that is deleted.

    Parameters
    ----------
    warehouse
        A warehouse with a file, its checks run.
    code_system, release
        The release, as ``auditlib codesets list`` names it.
    own_rules
        Rules of the workspace's own.
    progress
        Advanced for each check.

    Returns
    -------
    polars.DataFrame
        As `look_ahead` returns.

    Raises
    ------
    UsageError
        If no such release is loaded.
    """
    loaded = warehouse.query("queries/codesets/loaded_release")
    asked = loaded.filter(code_system=code_system, release=release)["effective_from"].to_list()
    if not asked:
        message = f"No release '{release}' of '{code_system}' is loaded."
        names = loaded.filter(code_system=code_system)["release"].to_list() or sorted(
            set(loaded["code_system"])
        )
        raise UsageError(message, hint=f"Loaded are: {', '.join(names)}.")

    def hold(writer: Writer) -> None:
        for table in REF_TABLES:
            if {"release", "effective_from", "effective_to"} <= set(table.column_names):
                writer.hold_since(table, release, code_system, asked[0], dt.date.min)

    return _judged_again(warehouse, hold, own_rules=own_rules, progress=progress)


def _judged_again(
    warehouse: Warehouse,
    change: Callable[[Writer], None],
    *,
    own_rules: OwnRules | None,
    progress: Progress | None,
) -> pl.DataFrame:
    """Return the findings of a warehouse beside those of a changed copy, which is deleted."""
    from auditlib.checks import run_checks  # noqa: PLC0415 - the runner of checks is slow to import

    with scratch_folder(warehouse.path.parent, "ahead") as folder:
        copy = folder / warehouse.path.name
        warehouse.copy_to(copy)
        later = Warehouse(copy)
        with later.writing() as writer:
            change(writer)
            graph.run(writer)
        run_checks(later, own_rules=own_rules, progress=progress)
        summary = later.query("queries/checks/finding_summary")
        found = later.query("queries/checks/finding_key")
        later.let_go()
    now = warehouse.query("queries/checks/finding_key")
    return _compared(summary, now, found)


def _compared(summary: pl.DataFrame, now: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    new = later.join(now, on=_KEY, how="anti", nulls_equal=True)
    gone = now.join(later, on=_KEY, how="anti", nulls_equal=True)
    counts = (
        summary.select(
            "check_id",
            "title",
            later_eligible_count="eligible_count",
            later_finding_count="finding_count",
            later_not_checked_count="not_checked_count",
        )
        .join(now.group_by("check_id").agg(finding_count=pl.len()), on="check_id", how="left")
        .join(
            new.group_by("check_id").agg(
                new_finding_count=pl.len(), new_at_stake_amount=pl.col("at_stake_amount").sum()
            ),
            on="check_id",
            how="left",
        )
        .join(gone.group_by("check_id").agg(gone_finding_count=pl.len()), on="check_id", how="left")
    )
    figures = ("finding_count", "new_finding_count", "gone_finding_count")
    return (
        counts.with_columns(pl.col(name).fill_null(0).cast(pl.Int64) for name in figures)
        .select(
            "check_id",
            "title",
            "finding_count",
            "later_finding_count",
            "new_finding_count",
            "gone_finding_count",
            "new_at_stake_amount",
            "later_eligible_count",
            "later_not_checked_count",
        )
        .sort("new_finding_count", "check_id", descending=[True, False])
    )
