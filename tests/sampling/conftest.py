from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.sampling import (
    Exclusion,
    Filter,
    Manifest,
    UniverseRecord,
    draw_stratified,
    make_manifest,
    write_manifest,
)

CLASSES = ("office", "office", "emergency", "inpatient")


def encounter_frame(unit_count: int) -> pl.DataFrame:
    """A small universe: ids E001.., four classes' worth of strata, charges that grow."""
    return pl.DataFrame(
        {
            "unit_id": [f"E{number:03d}" for number in range(1, unit_count + 1)],
            "stratum": [CLASSES[number % 4] for number in range(unit_count)],
            "payer_name": ["Harbor, Health" if number % 3 else None for number in range(unit_count)],
            "service_date": [
                dt.date(2025, 10, 1) + dt.timedelta(days=number) for number in range(unit_count)
            ],
            "charge_amount": [Decimal(10000 + 25 * number) / 100 for number in range(unit_count)],
        },
        schema_overrides={"charge_amount": pl.Decimal(18, 2)},
    )


def example_manifest(frame: pl.DataFrame, name: str = "Winter charts") -> Manifest:
    drawn = draw_stratified(frame, seed="4613", sample_count=8, spare_count=1)
    universe = UniverseRecord(
        name="Encounters of FY2026",
        unit="encounter",
        unit_key="encounter_id",
        query="the workspace's query core/universe_encounter",
        filters=(Filter("from_date", "2025-10-01"),),
        stratify_by="encounter_class",
        date_basis="last day of the visit or stay",
        exclusions=(Exclusion("last service before October 1, 2025, or on no known date", 12),),
    )
    return make_manifest(
        drawn,
        name=name,
        universe=universe,
        size_basis="Audit plan 2026: eight charts a quarter.",
        software_version="0.1.0",
        drawn_at=dt.datetime(2026, 10, 5, 14, 30, tzinfo=dt.UTC),
        drawn_by="R. Auditor",
        objective="How accurate is the coding?",
        memo="The seed is four throws of a ten-sided die.",
    )


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The path of a manifest that was just written, frame and sample beside it."""
    frame = encounter_frame(40)
    return write_manifest(example_manifest(frame), frame, tmp_path)
