"""Raw records beside loaded ones, place by place: what differs, and which rule or rejection explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.reconciliation.raw_records import AMOUNTS, MEASURES, MONEY

_PLACE: Final = ["record_kind", "source_file_id", "source_offset"]
_FILE: Final = "source_file_id"
_STOPPED: Final = "is longer than|reading stopped"
_LOADED: Final = [f"loaded_{name}" for name in MEASURES]
_DIFFERENCES: Final = [f"difference_{name}" for name in MEASURES]
_REVERSAL: Final = "22"
_EXPLAINED: Final = "claims in explanations of benefits whose Claim another resource gives"
_GIVEN: Final = "the charge of a claim given to its lines, which state none"
_TURNED: Final = "a payment taken back is loaded with its signs turned"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every raw record with what was loaded of it.

    Attributes
    ----------
    records
        A row a place at which a file or the warehouse has a record: record_kind, source_file_id,
        source_offset, part (as loaded), raw_part, number, format, the measures of the file, those loaded
        (``loaded_...``), and ``reason``: why they differ, null where they agree or nothing explains it.
    """

    records: pl.DataFrame

    @property
    def explained_records(self) -> pl.DataFrame:
        """The records that differ for a reason on record, with the differences, loaded less raw."""
        return self._different.filter(pl.col("reason").is_not_null())

    @property
    def explained(self) -> pl.DataFrame:
        """The same differences summed by kind and reason."""
        return (
            self.explained_records.group_by("record_kind", "reason")
            .agg(pl.col(_DIFFERENCES).sum())
            .sort("record_kind", "reason")
        )

    @property
    def unexplained(self) -> pl.DataFrame:
        """The records that differ for no reason on record."""
        return self._different.filter(pl.col("reason").is_null())

    @property
    def _different(self) -> pl.DataFrame:
        return self.records.with_columns(
            (pl.col(f"loaded_{name}") - pl.col(name)).alias(f"difference_{name}") for name in MEASURES
        ).filter(pl.any_horizontal(pl.col(name) != 0 for name in _DIFFERENCES))


def compare(
    raw: pl.DataFrame, loaded: pl.DataFrame, rejected: pl.DataFrame, files: pl.DataFrame
) -> Comparison:
    """Return raw and loaded records side by side.

    Parameters
    ----------
    raw
        `RAW_SCHEMA` with source_file_id.
    loaded
        What the warehouse holds: record_kind, source_file_id, source_offset, part and the measures.
    rejected
        Places at which something was not loaded, with the reason.
    files
        source_file_id and format of the files that are compared.
    """
    formats = files.select(_FILE, "format")
    by_place = raw.group_by(_PLACE, maintain_order=True).agg(
        pl.col("claim_offset", "transaction_offset", "part", "number").first(), pl.col(MEASURES).sum()
    )
    measured = loaded.join(formats, on=_FILE, how="semi").select(
        *_PLACE,
        pl.col("part").alias("loaded_part"),
        *(pl.col(name).alias(f"loaded_{name}") for name in MEASURES),
    )
    both = by_place.join(measured, on=_PLACE, how="full", coalesce=True).with_columns(
        pl.coalesce("loaded_part", "part").alias("part"),
        pl.col("part").alias("raw_part"),
        *(pl.col(name).fill_null(0) for name in ("record_count", "loaded_record_count")),
        *(pl.col(prefix + name).fill_null(0).cast(MONEY) for name in AMOUNTS for prefix in ("", "loaded_")),
    )
    return Comparison(_with_reasons(both, rejected).join(formats, on=_FILE, how="left").sort(_PLACE))


def _with_reasons(records: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    """Return records with the reason on record at their own place, their claim, transaction or file."""
    is_different = pl.any_horizontal(pl.col(f"loaded_{name}") != pl.col(name) for name in MEASURES)
    same, different = records.filter(~is_different), records.filter(is_different)
    if different.is_empty():
        return same.with_columns(reason=pl.lit(None, pl.String))
    of_transaction = rejected.filter(segment="transaction")
    of_place = rejected.filter(pl.col("segment") != "transaction")
    looked_up = (
        ("own", "source_offset", of_place),
        ("of_claim", "claim_offset", of_place),
        ("of_transaction", "transaction_offset", rejected),
        ("of_duplicate", "source_offset", of_transaction),
    )
    for name, column, places in looked_up:
        reasons = (
            places.group_by(_FILE, "source_offset", maintain_order=True)
            .agg(pl.col("reason").first().alias(name))
            .rename({"source_offset": column})
        )
        different = different.join(reasons, on=[_FILE, column], how="left")
    whole = rejected.filter(segment="file").group_by(_FILE).agg(pl.col("reason").first().alias("of_file"))
    stops = (
        rejected.filter(pl.col("reason").str.contains(_STOPPED))
        .group_by(_FILE)
        .agg(pl.col("source_offset").min().alias("stop_offset"), pl.col("reason").first().alias("of_stop"))
    )
    is_missing = pl.col("loaded_record_count") < pl.col("record_count")
    turned = pl.all_horizontal(pl.col(f"loaded_{name}") == -pl.col(name).abs() for name in AMOUNTS[:2])
    # The claim of an explanation is left out where the Claim that it explains is loaded.
    is_explained = pl.col("record_kind").is_in(["claim", "claim_line"]) & (pl.col("loaded_record_count") == 0)
    answered = records.filter(
        pl.col("record_kind") == "remit_claim", pl.col("loaded_record_count") > 0
    ).select(_FILE, "source_offset", pl.lit(_EXPLAINED).alias("of_answer"))
    found_reason = pl.coalesce(
        *(name for name, _, _ in looked_up),
        "of_file",
        pl.when(is_explained).then("of_answer"),
        pl.when(pl.col("source_offset") >= pl.col("stop_offset")).then("of_stop"),
    )
    given = records.filter(record_kind="claim").select(
        _FILE, "source_offset", pl.col("loaded_charge_amount").alias("charge_of_claim")
    )
    is_given = (
        (pl.col("record_kind") == "claim_line")
        & (pl.col("loaded_record_count") == pl.col("record_count"))
        & (pl.col("charge_amount") == 0)
        & (pl.col("loaded_charge_amount") == pl.col("charge_of_claim"))
    )
    is_turned = (
        ~is_missing & turned & (pl.col("record_kind").is_in(["remittance", "remit_line", "remit_claim"]))
    )
    different = (
        different.join(whole, on=_FILE, how="left")
        .join(stops, on=_FILE, how="left")
        .join(given, on=[_FILE, "source_offset"], how="left")
        .join(answered, on=[_FILE, "source_offset"], how="left")
        .with_columns(
            # A record that is there with another amount is a difference, whatever else was rejected.
            reason=pl.when(is_missing)
            .then(found_reason)
            .when(is_turned)
            .then(pl.lit(_TURNED))
            .when(is_given)
            .then(pl.lit(_GIVEN))
        )
        .select(*records.columns, "reason")
    )
    return pl.concat([same.with_columns(reason=pl.lit(None, pl.String)), different])
