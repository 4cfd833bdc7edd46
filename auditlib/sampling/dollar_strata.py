"""The stratum of each unit by its dollars, between boundaries that are given."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.text import format_dollars


def with_dollar_strata(frame: pl.DataFrame, boundaries: Sequence[Decimal]) -> pl.DataFrame:
    """Return the frame with the stratum of each unit by its charge."""
    if list(boundaries) != sorted(set(boundaries)):
        message = "The boundaries of strata by dollars must rise."
        raise UsageError(message)
    return frame.with_columns(_labels(frame, boundaries))


def dollar_stratum_names(boundaries: Sequence[Decimal]) -> tuple[str, ...]:
    """Return the names of the strata between boundaries, from the lowest amounts to the highest."""
    texts = [format_dollars(boundary) for boundary in boundaries]
    between = [f"{n}: {low} to below {high}" for n, (low, high) in enumerate(pairwise(texts), start=2)]
    return (f"1: below {texts[0]}", *between, f"{len(texts) + 1}: {texts[-1]} and above")


def check_boundaries(frame: pl.DataFrame, boundaries: Sequence[Decimal]) -> None:
    """Raise if the strata of a frame do not match the recorded boundaries."""
    if "stratum" not in frame.columns or not frame["stratum"].equals(_labels(frame, boundaries)):
        message = "The strata of the frame are not those of the recorded boundaries."
        raise BadInputError(message, hint="Cut the frame with the boundaries of the design.")


def _labels(frame: pl.DataFrame, boundaries: Sequence[Decimal]) -> pl.Series:
    if "charge_amount" not in frame.columns or frame["charge_amount"].null_count():
        message = "Strata by dollars need the charge of every unit."
        raise BadInputError(message, hint="Filter out the units without a charge, and record why.")
    names = dollar_stratum_names(boundaries)
    label = pl.lit(names[0])
    for boundary, name in zip(boundaries, names[1:], strict=True):
        label = pl.when(pl.col("charge_amount") >= boundary).then(pl.lit(name)).otherwise(label)
    return frame.select(label.alias("stratum"))["stratum"]
