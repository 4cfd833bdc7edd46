"""The scripts beside a workpaper compute the product's own figures again, in plain R and in plain Python."""

from __future__ import annotations

import math
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from auditlib.report.recomputation import recomputation_files
from auditlib.stats.estimators.programmes import (
    CERT,
    CIA,
    OIG,
    PIM,
    RADV,
    SDP,
    Programme,
    net_differences,
    overpayment,
)
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.variable_appraisal import ValueStratum

RSCRIPT = shutil.which("Rscript")
EXCLUDED = replace(OIG, name="contract", missing_rule="excluded")


def run(folder: Path, files: dict[str, str]) -> dict[str, dict[str, float]]:
    """Write the files and return what each script prints."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    printed = {}
    for name in files:
        if name.endswith(".py"):
            words = [sys.executable, "-I", str(folder / name)]
        elif name.endswith(".R") and RSCRIPT is not None:
            words = [RSCRIPT, "--vanilla", str(folder / name)]
        else:
            continue
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stderr
        lines = (line.split() for line in done.stdout.splitlines())
        printed[name] = {key: math.nan if value == "none" else float(value) for key, value in lines}
    assert len(printed) == (2 if RSCRIPT else 1)
    return printed


def units_of(
    sizes: dict[str, tuple[int, int]], *, seed: int, missing: int = 0, under: float = 0.1
) -> pl.DataFrame:
    chance = random.Random(seed)
    rows: list[tuple[object, ...]] = []
    for stratum, (whole, drawn) in sizes.items():
        for _ in range(drawn):
            paid = round(chance.uniform(20, 400), 2)
            share = chance.choice([1.0, 1.0, 0.6, 0.0, 1.0 + under])
            record = "missing" if missing > 0 else "seen"
            missing -= 1
            rows.append(
                (len(rows) + 1, f"u{len(rows)}", stratum, whole, record, paid, round(paid * share, 2))
            )
    schema = [
        "draw_number",
        "unit_id",
        "stratum",
        "stratum_unit_count",
        "record",
        "paid_amount",
        "audited_amount",
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def strata_of(units: pl.DataFrame, rule: Programme) -> list[ValueStratum]:
    counted = units.filter(pl.col("record") != "missing") if rule.missing_rule == "excluded" else units
    in_full = (pl.col("record") == "missing") & (rule.missing_rule == "error-in-full")
    differences = counted.with_columns(
        difference=pl.col("paid_amount") - pl.when(in_full).then(0.0).otherwise("audited_amount")
    )
    return [
        ValueStratum(part["difference"].to_list(), part["stratum_unit_count"][0])
        for part in differences.partition_by("stratum", maintain_order=True)
    ]


SIMPLE, STRATIFIED = {"all units": (900, 40)}, {"small": (700, 30), "large": (90, 25), "whole": (5, 5)}


@pytest.mark.parametrize(
    ("rule", "sizes", "missing", "cap"),
    [
        (PIM, SIMPLE, 0, None),
        (SDP, SIMPLE, 2, None),
        (CIA, STRATIFIED, 0, 12_000.0),
        (EXCLUDED, STRATIFIED, 3, None),
        (RADV, SIMPLE, 1, None),
    ],
    ids=["PIM", "SDP with missing records", "CIA in strata, capped", "records excluded", "RADV"],
)
def test_point_limits_and_demand_are_the_products(
    rule: Programme, sizes: dict[str, tuple[int, int]], missing: int, cap: float | None, tmp_path: Path
) -> None:
    units = units_of(sizes, seed=len(rule.name) + missing, missing=missing)
    finding = overpayment(strata_of(units, rule), programme=rule, paid_amount=cap)
    files = recomputation_files(
        "q1 paper", units, programme=rule, is_demanded=True, is_ratio=False, paid_in_universe=cap
    )
    for printed in run(tmp_path, files).values():
        assert printed["point"] == pytest.approx(finding.estimate.point, abs=1e-4)
        assert printed["lower"] == pytest.approx(finding.interval.lower, abs=1e-4)
        assert printed["upper"] == pytest.approx(finding.interval.upper, abs=1e-4)
        assert printed["demand"] == pytest.approx(finding.demand, abs=1e-4)
        assert printed["units"] == finding.sample_count
    if cap is not None:
        assert finding.demand == cap


def test_a_ratio_is_computed_again_and_demands_nothing(tmp_path: Path) -> None:
    units = units_of(STRATIFIED, seed=5)
    pairs = [
        PairStratum(
            net_differences((part["paid_amount"] - part["audited_amount"]).to_list(), netting="gross"),
            part["paid_amount"].to_list(),
            part["stratum_unit_count"][0],
        )
        for part in units.partition_by("stratum", maintain_order=True)
    ]
    ratio = appraise_ratio(pairs).ratio
    limits = ratio.interval(CERT.confidence)
    files = recomputation_files(
        "rate", units, programme=CERT, is_demanded=False, is_ratio=True, paid_in_universe=None
    )
    for printed in run(tmp_path, files).values():
        assert printed["point"] == pytest.approx(ratio.point, abs=1e-6)
        assert (printed["lower"], printed["upper"]) == pytest.approx((limits.lower, limits.upper), abs=1e-6)
        assert math.isnan(printed["demand"])


def test_units_that_are_all_right_have_no_spread_and_no_demand(tmp_path: Path) -> None:
    units = units_of(SIMPLE, seed=1).with_columns(audited_amount="paid_amount")
    files = recomputation_files(
        "right", units, programme=PIM, is_demanded=True, is_ratio=False, paid_in_universe=None
    )
    for printed in run(tmp_path, files).values():
        assert (printed["point"], printed["lower"], printed["demand"]) == (0, 0, 0)
