"""Sampled enrollees with their risk categories as submitted and as their records validate them."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.audits.audit import Reviewed, charts_of_enrollees
from auditlib.programmes.risk_categories import CategoryPayments, validate_enrollee
from auditlib.sampling import Manifest
from auditlib.workspace.folder import Workspace

_MONEY: Final = pl.Decimal(18, 2)
COLUMNS: Final = {
    "unit_id": pl.String(),
    "submitted": pl.String(),
    "validated": pl.String(),
    "paid_amount": _MONEY,
    "audited_amount": _MONEY,
    "reasons": pl.String(),
    "reviewer": pl.String(),
    "completed_at": pl.Datetime("us"),
}
"""Columns of `enrollee_units`."""


def enrollee_units(
    workspace: Workspace,
    manifest: Manifest,
    reviewed: Reviewed,
    payments: CategoryPayments,
    *,
    has_credit: bool,
) -> pl.DataFrame:
    """Return one row per sampled enrollee: categories and payment as submitted and as validated.

    Parameters
    ----------
    workspace
        With the loaded map of diagnoses to risk categories.
    manifest
        Of the sample, whose unit is the enrollee.
    reviewed
        Its verdicts; a chart that is not completed leaves the enrollee's validated side unknown.
    payments
        Dollars a year by category, and the hierarchy.
    has_credit
        Whether supported categories that were not submitted count.

    Returns
    -------
    polars.DataFrame
        Columns of `COLUMNS`, in the order drawn; validated and audited_amount are null where a chart of the
        enrollee is not reviewed to the end.
    """
    unit_ids = [unit.unit_id for unit in manifest.selected]
    charts = charts_of_enrollees(workspace, manifest, unit_ids)
    days = {given.name: given.value for given in manifest.universe.filters}
    warehouse = workspace.warehouse()
    submitted = warehouse.query(
        "queries/audits/submitted_category",
        {"unit_ids": unit_ids, "from_date": days.get("from_date"), "to_date": days.get("to_date")},
    )
    final = reviewed.final
    done = set(final.charts["encounter_id"])
    judged = _judged_diagnoses(
        warehouse.query("queries/audits/encounter_codes_of", {"encounter_ids": sorted(done)}), final.verdicts
    )
    supported = warehouse.query(
        "queries/audits/supported_category",
        frames={
            "judged_code": judged.filter(
                pl.col("encounter_id").is_in(sorted(done - set(final.missing_charts)))
            )
        },
    )
    claimed: dict[str, set[str]] = {unit_id: set() for unit_id in unit_ids}
    for unit_id, category in submitted.iter_rows():
        claimed[unit_id].add(category)
    found: dict[str, dict[str, set[str]]] = {unit_id: {} for unit_id in unit_ids}
    for unit_id, category, encounter_id in supported.iter_rows():
        if encounter_id in charts.get(unit_id, ()):
            found[unit_id].setdefault(category, set()).add(encounter_id)
    last = (
        final.charts.sort("completed_at")
        .group_by("encounter_id")
        .agg(pl.col("reviewer", "completed_at").last())
    )
    of_chart = {chart: (reviewer, moment) for chart, reviewer, moment in last.iter_rows()}
    rows = []
    for unit_id in unit_ids:
        result = validate_enrollee(claimed[unit_id], found[unit_id], payments, has_credit=has_credit)
        is_done = done.issuperset(charts[unit_id])
        reviews = sorted(
            (of_chart[chart] for chart in charts[unit_id] if chart in of_chart), key=lambda one: one[1]
        )
        rows.append(
            (
                unit_id,
                ", ".join(sorted(result.submitted, key=_by_number)),
                ", ".join(sorted(result.validated, key=_by_number)) if is_done else None,
                result.paid_amount,
                result.audited_amount if is_done else None,
                "; ".join(result.reasons) if is_done else "not reviewed to the end",
                ", ".join(sorted({reviewer for reviewer, _ in reviews})),
                reviews[-1][1] if reviews else None,
            )
        )
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _judged_diagnoses(codes: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnoses of completed charts that stand after the review: encounter_id and code."""
    of_codes = verdicts.filter(pl.col("code_number").is_not_null()).select(
        "encounter_id", "code_number", "action", "corrected_code_system", "corrected_code"
    )
    kept = codes.join(of_codes, on=["encounter_id", "code_number"], how="left").filter(
        (pl.col("action") == "agree") & (pl.col("code_system") == "ICD-10-CM")
    )
    corrected = verdicts.filter(
        pl.col("action").is_in(["change", "add"]) & (pl.col("corrected_code_system") == "ICD-10-CM")
    ).select("encounter_id", code="corrected_code")
    return pl.concat([kept.select("encounter_id", "code"), corrected]).unique().sort("encounter_id", "code")


def _by_number(category: str) -> tuple[int, str]:
    return (int(category), "") if category.isdecimal() else (1_000_000, category)
