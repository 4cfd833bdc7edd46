"""One payer beside all others: how much it denies, what of it is overturned, and how many days it takes."""

from __future__ import annotations

import datetime as dt

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures import denial_metrics
from auditlib.nearest import unknown_name


def payer_ids(payers: pl.DataFrame, payer: str) -> list[str]:
    """Return the identifiers of a payer that is named by its name or one of its identifiers.

    Parameters
    ----------
    payers
        ``payer_id`` and ``payer_name`` of all claims, as often as they come.
    payer
        Name or identifier, in any case.

    Raises
    ------
    UsageError
        If no claim is of such a payer.
    """
    kind = "payer"
    named = payer.strip().casefold()
    known = payers.select("payer_id", "payer_name").unique()
    ids = [
        payer_id for payer_id, name in known.iter_rows() if named in {payer_id.casefold(), name.casefold()}
    ]
    if not ids:
        names = known["payer_name"].unique().sort().to_list()
        if not names:
            message = "No claim of a payer is loaded."
            raise UsageError(message, hint="Load claims (837) by wb.files.load(PATH).")
        raise unknown_name(kind, payer, names)
    return ids


def payer_metrics(waits: pl.DataFrame, ids: list[str], as_of: dt.date) -> pl.DataFrame:
    """Return the metrics of a payer, each beside that of all other payers together.

    Parameters
    ----------
    waits
        As from `auditlib.measures.claim_waits.claim_waits`: original claims to primary payers.
    ids
        The payer's identifiers, as from `payer_ids`.
    as_of
        The day until which claims have waited.

    Returns
    -------
    polars.DataFrame
        metric, unit ('%', 'days'), numerator, denominator, value, others_numerator, others_denominator,
        others_value, numerator_is, denominator_is, date_basis and undefined_reason. Days are medians of
        Kaplan-Meier curves.
    """
    is_own = pl.col("payer_id").is_in(ids)
    own, others = waits.filter(is_own), waits.filter(~is_own)
    beside = denial_metrics.metrics_of_claims(others, as_of).select(
        "metric",
        others_numerator="numerator",
        others_denominator="denominator",
        others_value="value",
    )
    return (
        denial_metrics.metrics_of_claims(own, as_of)
        .join(beside, on="metric", how="left", maintain_order="left")
        .select(
            "metric",
            "unit",
            *("numerator", "denominator", "value"),
            *("others_numerator", "others_denominator", "others_value"),
            *("numerator_is", "denominator_is", "date_basis", "undefined_reason"),
        )
    )
