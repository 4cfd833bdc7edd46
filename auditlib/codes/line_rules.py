"""The project's table of codes and modifiers to which rules on service lines apply, with source and days."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

_TABLE: Final = Path(__file__).with_name("line_rule.csv")


def line_rules() -> pl.DataFrame:
    """Return the rows of the table.

    Returns
    -------
    DataFrame
        One row a rule, code and value: ``rule``, ``code``, ``value``, ``effective_from``, ``effective_to``
        (null while in force) and ``source``.
    """
    days = pl.col("effective_from", "effective_to").str.to_date("%Y-%m-%d")
    return pl.read_csv(_TABLE, infer_schema=False).with_columns(days)
