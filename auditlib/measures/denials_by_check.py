"""Each denial reason with the checks that would have caught it: what they name, and at which false alarms."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.check_history import back_test
from auditlib.measures.denials import ANY_DENIAL_RATE, denial_rates
from auditlib.text import counted, format_dollars
from auditlib.warehouse import Warehouse

_MONEY: Final = pl.Decimal(18, 2)
_REASON: Final = ("denial_reason_code", "reason_label")


def denials_by_check(warehouse: Warehouse) -> pl.DataFrame:
    """Return each denial reason with each check that it names, the costliest reasons first.

    Parameters
    ----------
    warehouse
        Holds outcomes of claims, and the findings of the checks as last run.

    Returns
    -------
    polars.DataFrame
        One row a reason and check: ``denial_reason_code``, ``reason_label``, ``denied_claim_count`` and
        ``denied_amount`` (dollars) of the reason, as far as it names the check; ``check_id`` (null where the
        reason names none); ``check_outcome`` ('run', 'not run', 'no check'); ``named_claim_count`` and
        ``named_amount`` of the denied claims on which the check has a finding (null where it is not run);
        of all claims with a finding of the check ``paid_claim_count`` (false alarms: nothing was denied at
        first) and ``false_alarms_per_hit``, as `auditlib.measures.check_history.back_test` has them; and
        ``sentence``.

    Notes
    -----
    A claim counts under its one reason of denial; a reason that names two checks has two rows with the same
    claims, which must not be added. False alarms are of the check, whatever the reason.
    """
    is_named = pl.col("is_named")
    counted_rows = (
        _checked(warehouse)
        .group_by(*_REASON, "check_id")
        .agg(
            denied_claim_count=pl.len().cast(pl.Int64),
            denied_amount=pl.col("denied_amount").sum().cast(_MONEY),
            named_claim_count=is_named.sum().cast(pl.Int64),
            named_amount=pl.col("denied_amount").filter(is_named).sum().cast(_MONEY),
        )
    )
    outcomes = warehouse.query("queries/checks/finding_summary").select("check_id", "outcome")
    history = back_test(warehouse).select("check_id", "paid_claim_count", "false_alarms_per_hit")
    is_run = pl.col("outcome").is_in(["passed", "failed"]).fill_null(value=False)
    rows = (
        counted_rows.join(outcomes, on="check_id", how="left")
        .join(history, on="check_id", how="left")
        .with_columns(
            check_outcome=pl.when(pl.col("check_id").is_null())
            .then(pl.lit("no check"))
            .when(is_run)
            .then(pl.lit("run"))
            .otherwise(pl.lit("not run")),
            named_claim_count=pl.when(is_run).then("named_claim_count"),
            named_amount=pl.when(is_run).then("named_amount"),
            paid_claim_count=pl.when(is_run).then(pl.col("paid_claim_count").fill_null(0).cast(pl.Int64)),
        )
        .sort(
            pl.col("denied_amount").sum().over(_REASON),
            *_REASON,
            "named_amount",
            "check_id",
            descending=[True, False, False, True, False],
            nulls_last=True,
        )
        .select(
            *_REASON,
            *("denied_claim_count", "denied_amount", "check_id", "check_outcome", "named_claim_count"),
            *("named_amount", "paid_claim_count", "false_alarms_per_hit"),
        )
    )
    sentences = [_sentence(row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(pl.Series("sentence", sentences, pl.String))


def denials_without_named(warehouse: Warehouse) -> pl.DataFrame:
    """Return the initial denials as they are, and without those that a check would have named before sending.

    Returns
    -------
    polars.DataFrame
        Two rows, ``case`` 'as it was' and 'named claims mended': ``denied_claim_count`` (first answers that
        deny in full or in part) of ``answered_claim_count``, ``denied_amount`` (dollars) and ``rate`` (0 to
        1; null where nothing is answered). The second supposes that every claim on which a check of its
        reason has a finding had been mended and paid.
    """
    rates = denial_rates(warehouse, by=()).filter(measure=ANY_DENIAL_RATE)
    answered = int(rates["denominator_count"].sum())
    claims = (
        _checked(warehouse)
        .filter("is_initial")
        .group_by("claim_id")
        .agg(pl.col("denied_amount").first(), pl.col("is_named").any())
    )
    cases = {"as it was": claims, "named claims mended": claims.filter(~pl.col("is_named"))}
    rows = [
        (
            case,
            left.height,
            answered,
            left["denied_amount"].sum(),
            left.height / answered if answered else None,
        )
        for case, left in cases.items()
    ]
    schema: dict[str, pl.DataType] = {
        "case": pl.String(),
        "denied_claim_count": pl.Int64(),
        "answered_claim_count": pl.Int64(),
        "denied_amount": _MONEY,
        "rate": pl.Float64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _checked(warehouse: Warehouse) -> pl.DataFrame:
    """Return the denied claims, one row for each check of the reason, and whether it has a finding."""
    denied = warehouse.query("measures/denied_claim_reason")
    ids = pl.col("check_ids").fill_null("").str.split(",").list.eval(pl.element().str.strip_chars())
    named = (
        denied.with_columns(check_id=ids)
        .explode("check_id")
        .with_columns(check_id=pl.when(pl.col("check_id") != "").then("check_id"))
        .unique(["claim_id", "check_id"])
    )
    found = warehouse.query(
        "measures/named_denial",
        frames={"denial_check": named.drop_nulls("check_id").select("claim_id", "check_id")},
    ).with_columns(is_named=pl.lit(value=True))
    return named.join(found, on=["claim_id", "check_id"], how="left").with_columns(
        pl.col("is_named").fill_null(value=False)
    )


def _sentence(row: dict[str, object]) -> str:
    claims = counted(int(str(row["denied_claim_count"])), "claim")
    dollars = format_dollars(float(str(row["denied_amount"])))
    denied = f"Denied for {row['reason_label']}: {claims}, {dollars}"
    if row["check_outcome"] == "no check":
        return f"{denied}; no check of ours is about it."
    if row["check_outcome"] == "not run":
        return f"{denied}; check {row['check_id']} has not run or checked nothing."
    alarms = counted(int(str(row["paid_claim_count"])), "false alarm")
    named = int(str(row["named_claim_count"]))
    return (
        f"{denied}; check {row['check_id']} would have named {named:,} of them before sending, with {alarms}."
    )
