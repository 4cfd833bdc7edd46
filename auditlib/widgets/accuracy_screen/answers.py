"""The answers of the accuracy screen, as sentences."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from auditlib.measures.target_rates import LEAST_CHARTS, MET, NOT_MET, TOO_FEW
from auditlib.text import counted, format_share


def standing(row: Mapping[str, object], *, is_payment: bool) -> tuple[str, str]:
    """Return where a score stands against its target: the answer, and what it rests on.

    Parameters
    ----------
    row
        A row of `auditlib.measures.target_rates.target_rates`.
    is_payment
        Whether the score is that of charts paid rightly.
    """
    what = "charts were paid rightly" if is_payment else "codes were right"
    rate, lower, upper = (row[name] for name in ("rate", "lower", "upper"))
    if rate is None or lower is None or upper is None:
        return f"No share of {what.partition(' ')[0]} can be given:", f"{row['undefined_reason']}."
    limits = f"{100 * float(str(lower)):.1f} to {format_share(float(str(upper)))}"
    said = f"{format_share(float(str(rate)))} of {what}."
    unpriced = int(str(row["unpriced_chart_count"]))
    if is_payment and unpriced:
        highest = format_share(float(str(row["rate_with_unpriced"])))
        said = (
            f"{format_share(float(str(rate)))} of charts are known to be paid rightly, up to {highest} if "
            f"the errors of {counted(unpriced, 'chart')} that are not priced changed no payment."
        )
    if row["target"] is None:
        return said, f"No target is set. The 95 % interval is {limits}."
    target = f"{100 * float(str(row['target'])):.10g} %"
    state = row["target_state"]
    if state == MET:
        return f"{said} The {target} target is met:", f"the whole interval, {limits}, reaches it."
    if state == NOT_MET:
        return f"{said} The {target} target is not met:", f"the whole interval, {limits}, is below it."
    if state == TOO_FEW:
        charts = counted(int(str(row["chart_count"])), "chart")
        return (
            f"{said} That is too few charts to say whether the {target} target is met:",
            f"{charts}, and fewer than {LEAST_CHARTS} are never judged; the interval is {limits}.",
        )
    return f"{said} Whether the {target} target is met cannot be told:", f"the interval, {limits}, holds it."


def agreement_sentence(pairs: pl.DataFrame) -> str:
    """Return how far auditors agree, from the pairs of `auditlib.measures.auditor_agreement`."""
    if pairs.is_empty():
        return "It cannot be told: no chart was reviewed by two."
    whole = pairs.row(-1, named=True)
    charts = counted(whole["chart_count"], "chart")
    if whole["share"] is None:
        return f"It cannot be told: {charts} reviewed by two hold no codes."
    same = f"{whole['same_count']:,} of {whole['code_count']:,} codes"
    return f"They judged {same} the same ({format_share(whole['share'])}), in {charts} reviewed by two."
