"""What the review found of discharge status and DRG of stays, as a section of an audit's report."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.stay_accuracy import STAY_MEASURES
from auditlib.report.contents import Fact, ReportTable, Section
from auditlib.report.formatting import format_rate
from auditlib.text import counted

STAY_CHANGES: Final = "Changes of discharge status and DRG"
_NOTE: Final = """
    The most dollars first, then what is not priced. Where a DRG is priced, its dollars are those of the stay
    as a whole: its codes and its discharge status stand at nothing beside it, so that nothing counts twice.
"""


def stay_section(
    rates: pl.DataFrame, coder_rates: pl.DataFrame, changes: pl.DataFrame, note: str
) -> tuple[Section, ...]:
    """Return the section; nothing where no stay was judged.

    Parameters
    ----------
    rates, coder_rates
        Of `auditlib.measures.stay_accuracy.stay_accuracy`, overall and by coder.
    changes
        Of `auditlib.audits.stay_changes.stay_changes`.
    note
        Which stays do not count; empty if there are none.
    """
    judged = rates.filter(pl.col("denominator_count") > 0)
    if judged.is_empty() and not note:
        return ()
    names = {measure: system for system, measure in STAY_MEASURES.items()}
    return (
        Section(
            "Discharge status and DRG",
            facts=tuple(
                Fact(_label(names[row["measure"]]), _right(row), rows=STAY_CHANGES)
                for row in judged.iter_rows(named=True)
            ),
            tables=(
                ReportTable(
                    "Discharge status and DRG by coder",
                    coder_rates.filter(pl.col("denominator_count") > 0),
                    row_limit=None,
                ),
                ReportTable(
                    STAY_CHANGES,
                    changes,
                    note=" ".join(_NOTE.split()),
                    row_limit=None,
                    quotation="evidence",
                    remark="comment",
                ),
            ),
            row_notes=(note,) if note else (),
        ),
    )


def _label(system: str) -> str:
    return "DRG" if system == "MS-DRG" else system.capitalize()


def _right(row: dict[str, object]) -> str:
    right, judged = int(str(row["numerator_count"])), int(str(row["denominator_count"]))
    rate = format_rate(*(row[name] for name in ("rate", "lower", "upper", "undefined_reason")))
    return f"{right:,} of {counted(judged, 'stay')} right: {rate}, with limits at 95 %."
