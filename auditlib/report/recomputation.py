"""The files by which anyone computes a workpaper's figures again: units, rule, scripts in R and Python."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from auditlib.spreadsheet_cells import guarded_cells
from auditlib.stats.estimators.programmes import Programme

_SCRIPTS: Final = Path(__file__).parent / "recompute"
_UNIT_COLUMNS: Final = {
    "draw_number": "draw_number",
    "unit_id": "unit_id",
    "stratum": "stratum",
    "stratum_unit_count": "stratum_unit_count",
    "record": "record",
    "paid": "paid_amount",
    "audited": "audited_amount",
}


def recomputation_names(stem: str) -> tuple[str, ...]:
    """Return the names of the files that go with a workpaper: units, rule, and the two scripts."""
    return (f"{stem}_units.csv", f"{stem}_rule.csv", f"{stem}_recompute.R", f"{stem}_recompute.py")


def recomputation_files(
    stem: str,
    units: pl.DataFrame,
    *,
    programme: Programme,
    is_demanded: bool,
    is_ratio: bool,
    paid_in_universe: float | None,
) -> dict[str, str]:
    """Return the files by which a workpaper's figures are computed again, by name.

    Parameters
    ----------
    stem
        Of the workpaper's file names.
    units
        Every unit looked at, in the order drawn: see
        `auditlib.workbench.programme_findings.ProgrammeFindings.units`.
    programme
        The rule of the figure.
    is_demanded
        Whether a figure is demanded; otherwise the scripts print point and limits alone.
    is_ratio
        Whether the point is the ratio of dollars in error to dollars paid, instead of their total.
    paid_in_universe
        What the universe was paid, which caps the figure; None where it is not known.
    """
    strata = units["stratum"].n_unique()
    rule = {
        "estimator": "ratio" if is_ratio else "difference",
        "netting": programme.netting,
        "demand": programme.demand if is_demanded else "none",
        "confidence": repr(programme.confidence),
        "sides": programme.sides,
        "limits": "z" if is_ratio or strata > 1 else "t",
        "missing_record": programme.missing_rule,
        "paid_in_universe": "" if paid_in_universe is None else f"{paid_in_universe:.2f}",
    }
    listed = units.select(pl.col(column).alias(name) for name, column in _UNIT_COLUMNS.items())
    stated = pl.DataFrame({"name": list(rule), "value": list(rule.values())})
    units_name, rule_name, r_name, python_name = recomputation_names(stem)
    return {
        units_name: guarded_cells(listed).write_csv(),
        rule_name: guarded_cells(stated).write_csv(),
        r_name: _script("recompute.R", stem),
        python_name: _script("recompute.python", stem),
    }


def _script(name: str, stem: str) -> str:
    """Return a script that reads the files of a stem, which holds no quotation mark."""
    return (_SCRIPTS / name).read_text(encoding="utf-8").replace('"NAME"', f'"{stem}"')
