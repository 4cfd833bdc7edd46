"""The chance that a denial is overturned, learned from the workspace's own denials, with its calibration."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.denied_lines import PAID
from auditlib.stats.prediction.reliability import brier_score, reliability_bands
from auditlib.stats.prediction.ridge_logistic import LearnedChance, learn_chance
from auditlib.text import format_share

MATURE_DAYS: Final = 120
"""A denial is learned from when it is that old: what was overturned early would else seem to be all."""

LEAST_DENIALS: Final = 60
LEAST_OF_EACH: Final = 10
_DAYS_A_YEAR: Final = 365.25
_NOT_KNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class OverturnModel:
    """What the history says of denials like others.

    Parameters
    ----------
    learned
        The model and what it said of later denials; None where the history is too small.
    learned_from_count, overturned_count
        Denied lines of the history, and those of them that are paid.
    why_none
        Why there is no model; None where there is.
    """

    learned: LearnedChance | None
    learned_from_count: int
    overturned_count: int
    why_none: str | None

    @property
    def tried(self) -> str:
        """What the chances of held-out denials were worth, in words; empty where there is no model."""
        if self.learned is None:
            return ""
        said, happened = self.learned.chances, self.learned.outcomes
        return (
            f"Tried on {len(happened):,} later denied lines: "
            f"{format_share(sum(happened) / len(happened))} overturned, "
            f"{format_share(sum(said) / len(said))} predicted."
        )

    def with_chances(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Return denied lines with ``chance``, that of being overturned; null where there is no model."""
        if self.learned is None:
            return lines.with_columns(chance=pl.lit(None, pl.Float64))
        records = _records(lines)
        # Many lines are alike: each kind of line is computed once.
        kinds = list(dict.fromkeys(records))
        chances = dict(zip(kinds, self.learned.model.chances(kinds), strict=True))
        return lines.with_columns(
            pl.Series("chance", [chances[record] for record in records], dtype=pl.Float64)
        )

    def calibration(self) -> pl.DataFrame:
        """Return the reliability table of denials that were predicted from earlier ones only.

        Returns
        -------
        polars.DataFrame
            lowest, highest, mean_chance, case_count, event_count (overturned), share, lower, upper (Wilson,
            95 %); no rows where there is no model.
        """
        if self.learned is None:
            return pl.DataFrame(schema=_BANDS)
        bands = reliability_bands(self.learned.chances, self.learned.outcomes, band_count=5)
        return pl.DataFrame([{name: getattr(band, name) for name in _BANDS} for band in bands], schema=_BANDS)

    def scores(self) -> pl.DataFrame:
        """Return Brier scores on the same denials: of the model, and of the share overturned until then."""
        if self.learned is None:
            schema = {"predictor": pl.String, "brier_score": pl.Float64, "case_count": pl.Int64}
            return pl.DataFrame(schema=schema)
        said, base, outcomes = self.learned.chances, self.learned.base_chances, self.learned.outcomes
        return pl.DataFrame(
            {
                "predictor": ["model", "share overturned until then"],
                "brier_score": [brier_score(said, outcomes), brier_score(base, outcomes)],
                "case_count": [len(outcomes)] * 2,
            }
        )


_BANDS: Final[dict[str, pl.DataType]] = {
    "lowest": pl.Float64(),
    "highest": pl.Float64(),
    "mean_chance": pl.Float64(),
    "case_count": pl.Int64(),
    "event_count": pl.Int64(),
    "share": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}


def overturn_model(lines: pl.DataFrame, as_of: dt.date) -> OverturnModel:
    """Return the chance of overturn as the history of a workspace teaches it.

    Parameters
    ----------
    lines
        Denied lines as from `auditlib.measures.denied_lines.denied_lines`.
    as_of
        The day of looking.

    Returns
    -------
    OverturnModel
        Without a model where fewer than 60 denials are old enough, or fewer than 10 of them were overturned,
        or were not.

    Notes
    -----
    Learned from denied lines whose first denial is at least 120 days old: overturned is one whose final state
    is paid, whether or not anybody worked on it. Features are payer, reason with group, category, procedure,
    form, stated ground, and payer with reason. Penalty and half-life are those that do best on denials later
    than those learned from; only such predictions are in the calibration.
    """
    old = lines.filter(
        (pl.lit(as_of) - pl.col("denial_date")).dt.total_days() >= MATURE_DAYS,
        pl.col("final_state") != "reversed",
    ).sort("denial_date", "claim_id", "denial_number")
    outcomes = (old["final_state"] == PAID).cast(pl.Int64).to_list()
    overturned = sum(outcomes)
    why = None
    if old.height < LEAST_DENIALS:
        why = f"{old.height} denials are at least {MATURE_DAYS} days old; a model needs {LEAST_DENIALS}"
    elif min(overturned, old.height - overturned) < LEAST_OF_EACH:
        why = f"{overturned} of {old.height} denials were overturned; a model needs {LEAST_OF_EACH} of each"
    elif old["denial_date"].n_unique() == 1:
        why = "all denials are of one day"
    if why is not None:
        return OverturnModel(None, old.height, overturned, why)
    times = [day.toordinal() / _DAYS_A_YEAR for day in old["denial_date"]]
    return OverturnModel(learn_chance(_records(old), outcomes, times), old.height, overturned, None)


def _records(lines: pl.DataFrame) -> list[tuple[str, ...]]:
    reason = pl.concat_str("group_code", "reason_code", separator="-", ignore_nulls=True)
    features = lines.select(
        pl.col("payer_name"),
        reason.alias("reason"),
        pl.col("denial_category"),
        pl.col("code"),
        pl.col("form"),
        pl.col("stated_ground"),
        pl.concat_str("payer_name", reason, separator=" / ").alias("payer_and_reason"),
    )
    return features.with_columns(pl.all().fill_null(_NOT_KNOWN)).rows()
