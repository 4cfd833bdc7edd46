"""Files of reviewed units that contradict themselves: refused, or said beside the figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import ReviewedUnits
from auditlib.estimation.number_table import NumberTable
from auditlib.text import counted

# Columns whose values group rows: one group written in two ways would count as two.
_NAMED_GROUPS: Final = ("stratum", "cluster", "primary", "secondary")

# Sums of amounts in cents are exact to less than that.
_CENT: Final = 0.01


def require_one_row_per_unit(table: NumberTable) -> None:
    """Raise if a unit has two rows, also where its name is written in another case.

    Raises
    ------
    BadInputError
        If so; a table without the column ``unit_id`` cannot show it.
    """
    if not table.has("unit_id"):
        return
    names = table.texts("unit_id")
    _require_one_spelling(table, "unit_id", names)
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        message = f"{table.name} has {counted(len(repeated), 'unit')} more than once, as {repeated[0]}."
        raise BadInputError(message, hint="Give one row per reviewed unit.")


def require_one_name_per_group(table: NumberTable) -> None:
    """Raise if the name of a stratum or cluster is written in two ways.

    Raises
    ------
    BadInputError
        If so: the units of the universe would count once for each.
    """
    for column in _NAMED_GROUPS:
        if table.has(column):
            _require_one_spelling(table, column, table.texts(column))


def _require_one_spelling(table: NumberTable, column: str, names: Sequence[str]) -> None:
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(" ".join(name.casefold().split()), name)
        if other != name:
            message = f"{table.name}: column '{column}' has both '{other}' and '{name}'."
            raise BadInputError(
                message, hint="Write a name in one way only; different ones must differ more."
            )


def require_others(unreviewed: NumberTable, reviewed: NumberTable) -> None:
    """Raise if payments are given for a reviewed unit, twice for one unit, or below zero.

    Raises
    ------
    BadInputError
        If so.
    """
    if min(unreviewed.numbers("paid"), default=0.0) < 0:
        message = f"{unreviewed.name}: a payment is below 0."
        raise BadInputError(message, hint="Give what was paid for each unit; 0 where it was taken back.")
    require_one_name_per_group(unreviewed)
    require_one_row_per_unit(unreviewed)
    if not (unreviewed.has("unit_id") and reviewed.has("unit_id")):
        return
    known = set(reviewed.texts("unit_id"))
    both = [name for name in unreviewed.texts("unit_id") if name in known]
    if both:
        message = f"{counted(len(both), 'unit')} of {unreviewed.name} were reviewed, as {both[0]}."
        raise BadInputError(message, hint=f"Leave them out: their payments are in {reviewed.name}.")


def require_possible_base(given: ReviewedUnits) -> None:
    """Raise if the stated dollars of the universe are not those that the files of its units show.

    Raises
    ------
    UsageError
        If they are below zero, below what the listed units were paid, or not the sum over all units.
    """
    stated, reviewed = given.base_total, given.table
    if stated is None:
        return
    if stated < 0:
        message = f"The dollars of the universe are stated as {stated:,.2f}; they cannot be below 0."
        raise UsageError(message, hint="Correct --base-total.")
    column = next((name for name in ("base", "examined") if reviewed.has(name)), None)
    amounts = reviewed.numbers(column) if column else []
    unit_count = reviewed.rows.height
    what = f"the reviewed units alone have {math.fsum(amounts):,.2f}"
    if given.unreviewed is not None and column == "examined":
        amounts += given.unreviewed.numbers("paid")
        unit_count += given.unreviewed.rows.height
        what = f"{reviewed.name} and {given.unreviewed.name} together have {math.fsum(amounts):,.2f}"
    if min(amounts, default=0.0) < 0:
        return
    known = math.fsum(amounts)
    is_whole = column == "examined" and unit_count == given.universe_count
    if stated < known - _CENT or (is_whole and stated > known + _CENT):
        message = f"The dollars of the universe are stated as {stated:,.2f}; {what}."
        raise UsageError(message, hint="Correct --base-total, or the amounts.")


def require_agreeing_columns(table: NumberTable) -> None:
    """Raise if a row's value is not its amount examined less the one audited.

    Raises
    ------
    BadInputError
        If so; the message names the line.
    """
    if not table.has("value", "examined", "audited"):
        return
    rows = zip(table.numbers("value"), *_amounts(table), strict=True)
    for number, (value, examined, audited) in enumerate(rows, start=2):
        if abs(examined - audited - value) >= _CENT:
            message = (
                f"{table.name}: the value in line {number:,} is not its examined less its audited amount."
            )
            raise BadInputError(message, hint="Correct the row, or give 'value' or the two amounts alone.")


def _amounts(table: NumberTable) -> tuple[list[float], list[float]]:
    return table.numbers("examined"), table.numbers("audited")


def amount_sentences(pairs: Sequence[tuple[float, float]]) -> list[str]:
    """Return what is odd about amounts examined and audited, a sentence each; nothing if nothing is."""
    sentences = []
    beyond = sum(examined >= 0 and audited < 0 for examined, audited in pairs)
    if beyond:
        sentences.append(
            f"{counted(beyond, 'unit')} should have been paid less than 0: more is counted as overpaid than "
            "was paid, and nothing holds the total to what the universe was paid. Check the signs."
        )
    below_zero = sum(examined < 0 for examined, _ in pairs)
    if below_zero:
        sentences.append(
            f"{counted(below_zero, 'unit')} with a payment below 0: it counts with its sign. Check the signs."
        )
    differences = [examined - audited for examined, audited in pairs]
    if min(differences, default=0.0) < 0 and max(differences, default=0.0) <= 0:
        sentences.append(
            "No unit was overpaid and some were underpaid: if that is not so, 'examined' (what was paid) and "
            "'audited' (what should have been paid) are exchanged."
        )
    return sentences


def row_sentences(table: NumberTable) -> list[str]:
    """Return what is odd about the rows of a file of reviewed units, a sentence each."""
    if not table.has("examined", "audited"):
        return []
    pairs = list(zip(*_amounts(table), strict=True))
    sentences = amount_sentences(pairs)
    if table.has("is_error"):
        differing = sum(
            not is_error and examined != audited
            for is_error, (examined, audited) in zip(table.counts("is_error"), pairs, strict=True)
        )
        if differing:
            sentences.append(
                f"{counted(differing, 'unit')} without an error by 'is_error', but with amounts that differ: "
                "dollars count them, units in error do not. Settle which is right."
            )
    return sentences


def beyond_charges(paid: Mapping[str, float], charges: Mapping[str, str | None]) -> list[str]:
    """Return a sentence if units were paid more than the frame has as their charge."""
    beyond = [
        unit for unit, amount in paid.items() if (charge := charges.get(unit)) and amount > float(charge)
    ]
    if not beyond:
        return []
    said = (
        f"{counted(len(beyond), 'unit')} with a payment above the charge in the frame, as {beyond[0]}: rare "
        "but for case rates. Check these amounts."
    )
    return [said]
