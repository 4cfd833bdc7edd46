"""A universe that the user states must be the one that the file of reviewed units describes."""

from __future__ import annotations

from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.method_input import ReviewedUnits

# Methods whose file says of each stratum how many units it holds.
_OF_STRATA: Final = frozenset(
    {
        "attribute-stratified",
        "stratified",
        "post-stratified",
        "stratified-multistage",
        "ratio",
        "regression",
        "cluster",
        "attribute-cluster",
        "net",
    }
)
_OF_ONE_SAMPLE: Final = frozenset({"variable", "attribute"})


def require_universe(method: str, units: ReviewedUnits) -> None:
    """Raise if the stated number of units contradicts the file, or the method has no use for it.

    Raises
    ------
    UsageError
        If so: nothing that is stated is ignored.
    """
    stated, table = units.universe_count, units.table
    if method in _OF_STRATA and table.has("stratum") and not table.has("universe_count"):
        count = len(set(table.texts("stratum")))
        if count > 1:
            message = f"{table.name} has {count:,} strata and does not say how many units each holds."
            raise UsageError(message, hint="Add a column 'universe_count': --universe is one number.")
    if method == "post-stratified" and stated is None:
        message = "A post-stratified appraisal needs the number of units in the universe."
        hint = "Give --universe: a stratum into which no sampled unit fell has no row in the file."
        raise UsageError(message, hint=hint)
    is_stratified = table.has("stratum") and len(set(table.texts("stratum"))) > 1
    if method in _OF_ONE_SAMPLE and is_stratified:
        message = f"{table.name} is a sample of several strata; '{method}' treats it as one simple sample."
        hint = "Use 'stratified' or 'attribute-stratified'; for a simple sample leave the strata out."
        raise UsageError(message, hint=hint)
    if stated is None:
        return
    if method == "unequal":
        message = (
            "Unequal probabilities expand each unit by its own chance: a number of units has no part in it."
        )
        raise UsageError(message, hint="Omit --universe.")
    held = _held_count(method, units)
    if held is not None and held != stated:
        what = {"rhc": "groups", "variable": "rows", "attribute": "rows"}.get(method, "strata")
        message = f"The {what} of {table.name} hold {held:,} units; the universe is stated with {stated:,}."
        raise UsageError(message, hint="One of them is wrong, or a stratum has no sampled unit.")


def _held_count(method: str, units: ReviewedUnits) -> int | None:
    """Return how many units the file says that the universe holds; None where it does not say."""
    table = units.table
    if method == "rhc":
        return sum(table.counts("group_count"))
    if not table.has("universe_count"):
        return None
    if method == "attribute-stratified" and table.has("item_count"):
        return sum(table.counts("universe_count"))
    if table.has("stratum") and method in _OF_STRATA | _OF_ONE_SAMPLE:
        return sum(part.only("universe_count") for part in table.groups(["stratum"]))
    return table.only("universe_count")
