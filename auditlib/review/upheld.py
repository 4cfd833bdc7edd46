"""What upheld disputes make of the final verdicts: the verdict that the decision names counts instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from auditlib.ledger import Event
from auditlib.review.final_verdicts import FinalVerdicts
from auditlib.review.finding import found_row
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.rebuttal import UPHELD, fold_rebuttals

# What a finding is known by; who recorded it, when and with which remarks does not matter.
_FOUND: Final = (
    "audit",
    "encounter_id",
    "action",
    "code_number",
    "code_system",
    "code",
    "corrected_code_system",
    "corrected_code",
    "corrected_code_role",
    "corrected_poa_indicator",
    "corrected_modifiers",
    "corrected_unit_count",
    "error_kind",
    "cause",
)
_CODES: Final = tuple(name for name in _FOUND if name == "action" or name.startswith("corrected_"))
_AFTER: Final = "after_"
# What a sentence, dollars or the rationale of a visit are known by, where a decision gives them.
_GIVEN: Final = {
    **{name: "evidence_document_id" for name in VERDICT_COLUMNS if name.startswith("evidence_")},
    **{name: "payment_difference_basis" for name in VERDICT_COLUMNS if name.startswith("payment_")},
    "error_severity": "error_severity",
    **{name: "visit_rationale" for name in VERDICT_COLUMNS if name.startswith("visit_")},
}
_KEPT: Final = ("audit", "reviewer", "encounter_id")
UPHELD_COLUMNS: Final = {
    **{name: VERDICT_COLUMNS[name] for name in _FOUND},
    "is_removed": pl.Boolean(),
    **{f"{_AFTER}{name}": kind for name, kind in VERDICT_COLUMNS.items() if name not in _KEPT},
}
"""Columns of `upheld_frame`."""


def upheld_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per upheld dispute: what was found, and the verdict that counts instead.

    Parameters
    ----------
    events
        Events of one or several audits, in ledger order.

    Returns
    -------
    polars.DataFrame
        The columns of `UPHELD_COLUMNS`. ``is_removed`` says that an added code does not count; the columns
        that begin with ``after_`` are the verdict that counts, recorded by the decision.
    """
    rows = []
    for (audit, _), rebuttal in fold_rebuttals(events).items():
        event = rebuttal.decision_event
        if rebuttal.decision != UPHELD or event is None:
            continue
        found = found_row(rebuttal.found, event)
        row: dict[str, object] = {"audit": audit, "encounter_id": rebuttal.encounter_id}
        row |= {name: found.get(name) for name in _FOUND if name not in _KEPT}
        row["is_removed"] = rebuttal.verdict is None
        if rebuttal.verdict is not None:
            counted = found_row(rebuttal.verdict, event)
            row |= {f"{_AFTER}{name}": value for name, value in counted.items()}
        rows.append(row)
    return pl.DataFrame(rows, schema=UPHELD_COLUMNS)


def with_upheld_disputes(final: FinalVerdicts, upheld: pl.DataFrame) -> FinalVerdicts:
    """Return the final verdicts with the verdicts that decisions on rebuttals name.

    Parameters
    ----------
    final
        The final verdicts before any rebuttal.
    upheld
        From `upheld_frame`. A dispute of a finding that does not count any more changes nothing.
    """
    return final if upheld.is_empty() else replace(final, verdicts=upheld_verdicts(final.verdicts, upheld))


def upheld_verdicts(verdicts: pl.DataFrame, upheld: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts, on codes or on stays, in which those that decisions on rebuttals name count instead.

    Parameters
    ----------
    verdicts
        The verdicts that count before any rebuttal.
    upheld
        From `upheld_frame`.
    """
    if upheld.is_empty():
        return verdicts
    joined = verdicts.join(
        upheld.with_columns(is_upheld=pl.lit(value=True)),
        on=list(_FOUND),
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    is_upheld = pl.col("is_upheld").fill_null(value=False)
    # Where only kind or cause change, sentence and dollars of the finding stay unless others are given.
    keeps_codes = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{_AFTER}{name}")) for name in _CODES)

    def replaced(name: str) -> pl.Expr:
        given = _GIVEN.get(name)
        return (
            pl.lit(value=True) if given is None else ~keeps_codes | pl.col(f"{_AFTER}{given}").is_not_null()
        )

    counted = joined.filter(~pl.col("is_removed").fill_null(value=False)).select(
        pl.col(name)
        if name in _KEPT
        else pl.when(is_upheld & replaced(name))
        .then(pl.col(f"{_AFTER}{name}"))
        .otherwise(pl.col(name))
        .alias(name)
        for name in VERDICT_COLUMNS
    )
    return counted.select(pl.col(name).cast(kind) for name, kind in VERDICT_COLUMNS.items())
