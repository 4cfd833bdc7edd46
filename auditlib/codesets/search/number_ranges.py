"""Numbers of a search within the ranges that titles name: BMI 42 is in 40.0-44.9."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

_RANGE: Final = r"(?:^|[^\w.])(\d+(?:\.\d+)?)\s*(?:-|\u2013|to)\s*(\d+(?:\.\d+)?)(?:$|[^\w.])"
_AT_LEAST: Final = r"(?:^|[^\w.-])(\d+(?:\.\d+)?) or (?:greater|more|over)"
_AT_MOST: Final = r"(?:^|[^\w.-])(\d+(?:\.\d+)?) or (?:less|under)"


class NumberRanges:
    """The texts that name a range of numbers.

    Parameters
    ----------
    texts
        Titles and inclusion terms.
    """

    def __init__(self, texts: pl.Series) -> None:
        lower = texts.str.to_lowercase()
        read = pl.DataFrame({"text": lower}).select(
            at=pl.int_range(pl.len()),
            low=pl.coalesce(
                pl.col("text").str.extract(_RANGE, 1),
                pl.col("text").str.extract(_AT_LEAST, 1),
                pl.when(pl.col("text").str.contains(_AT_MOST)).then(pl.lit("0")),
            ).cast(pl.Float64),
            high=pl.coalesce(
                pl.col("text").str.extract(_RANGE, 2),
                pl.col("text").str.extract(_AT_MOST, 1),
                pl.when(pl.col("text").str.contains(_AT_LEAST)).then(pl.lit("inf")),
            ).cast(pl.Float64),
        )
        ranges = read.filter(pl.col("low") < pl.col("high"))
        self._texts = ranges["at"].to_numpy()
        self._low = ranges["low"].to_numpy()
        self._high = ranges["high"].to_numpy()

    def holding(self, number: float) -> NDArray[np.int64]:
        """Return the texts whose range holds a number."""
        return np.asarray(self._texts[(self._low <= number) & (number <= self._high)], dtype=np.int64)
