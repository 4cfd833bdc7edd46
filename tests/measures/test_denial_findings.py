"""What stands out: the planted effects first, and without effects no more alarms than stated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from auditlib.errors import UsageError
from auditlib.measures.denial_findings import ALARM_RATE, denial_findings, findings_of
from auditlib.measures.denied_lines import claims_of, denied_lines
from auditlib.stats.comparison.scanned_excess import Scan, scanned_excess
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import demo_workspace
from tools.synthetic.adjudication import JUMP_MONTH

MONTHS = [dt.date(2026, month, 1) for month in range(1, 11)]
PAYERS, CODES, REASONS = ("A", "B", "C", "D"), ("G0001", "G0002", "G0003"), ("auth", "coding", "records")


def history(seed: int, *, rise: bool = False) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Claims of four payers that deny every reason alike, or one that denies more in two months."""
    generator = np.random.default_rng(seed)
    size = 1600
    payer, code, month = (generator.choice(len(names), size) for names in (PAYERS, CODES, MONTHS))
    chances = np.tile([0.05, 0.03, 0.04], (size, 1))
    if rise:
        chances[(payer == 1) & np.isin(month, [5, 6]), 0] = 0.4
    refused = generator.random((size, len(REASONS))) < chances
    claims = pl.DataFrame(
        {
            "claim_id": np.arange(size),
            "payer_name": [PAYERS[number] for number in payer],
            "code": [CODES[number] for number in code],
            "denial_month": [MONTHS[number] for number in month],
        }
    )
    lines = pl.concat(
        claims.filter(pl.Series(refused[:, number])).with_columns(
            reason_label=pl.lit(reason),
            is_initial=pl.lit(value=True),
            denied_amount=pl.lit(100).cast(pl.Decimal(18, 2)),
        )
        for number, reason in enumerate(REASONS)
    )
    by = ["payer_name", "denial_month"]
    alike = (
        claims.group_by(by)
        .agg(claim_count=pl.len().cast(pl.Int64))
        .with_columns(code=pl.lit(None, pl.String))
    )
    coded = claims.group_by(*by, "code").agg(claim_count=pl.len().cast(pl.Int64))
    return lines, pl.concat([alike.select(coded.columns), coded])


def test_without_effects_no_more_alarms_than_stated() -> None:
    runs = 60
    alarms = sum(
        findings_of(*history(seed), seed=seed, permutation_count=199).height > 0 for seed in range(runs)
    )
    # So many alarms come by chance in one run of this test of a thousand, at the stated rate.
    assert alarms <= binom.ppf(0.999, runs, ALARM_RATE)


def test_a_planted_rise_is_found_in_its_months_once() -> None:
    (row,) = findings_of(*history(7, rise=True), seed=1, permutation_count=399).to_dicts()
    assert (row["kind"], row["payer_name"], row["reason_label"]) == ("rise", "B", "auth")
    assert (row["first_month"], row["last_month"]) == (MONTHS[5], MONTHS[6])
    assert float(row["extra_amount"]) == pytest.approx(
        100 * (row["claim_count"] - row["expected_count"]), abs=1
    )


def test_the_planted_effects_of_the_demo_come_first(tmp_path: Path) -> None:
    warehouse = Workspace.open(demo_workspace(tmp_path)).warehouse()
    found = denial_findings(warehouse)
    first = [(row["payer_name"], row["kind"], row["reason_label"]) for row in found.head(3).to_dicts()]
    lines = denied_lines(warehouse)
    codes = dict(lines.select("reason_label", "reason_code").unique().rows())
    payers = dict(lines.select("payer_name", "payer_id").unique().rows())
    assert {(payers[payer], kind, codes[reason]) for payer, kind, reason in first} == {
        ("P04", "rise", "197"),
        ("P06", "cluster", "11"),
        ("P02", "cluster", "50"),
    }
    rise = next(row for row in found.to_dicts() if row["kind"] == "rise")
    assert f"{rise['first_month']:%Y-%m}" == JUMP_MONTH
    for row in found.to_dicts():
        assert claims_of(lines, row["filters"]).height == row["claim_count"]
    assert found.drop("filters").equals(denial_findings(warehouse).drop("filters"))


def test_p_values_are_corrected_for_all_scans() -> None:
    odd = Scan([100] * 8, [8, 1, 2, 1, 2, 1, 1, 2], [(place, place + 1) for place in range(8)])
    plain = Scan([100] * 8, [2] * 8, odd.windows)
    (alone,) = scanned_excess([odd], seed=1)
    among, *_ = scanned_excess([odd, *[plain] * 30], seed=1)
    assert (alone.scan, alone.window, alone.count, alone.total, alone.expected) == (0, 0, 8, 100, 2.25)
    assert alone.p_value < among.p_value < 0.2


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (Scan([1], [2], [(0, 1)]), "larger than the total"),
        (Scan([5, 5], [1, 1], [(1, 1)]), "begin before it ends"),
        (Scan([5, 5], [1, 1], [(0, 3)]), "within the 2 places"),
    ],
)
def test_impossible_scans_are_refused(scan: Scan, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        scanned_excess([scan], seed=1)


def test_that_nothing_stands_out_is_said_with_what_was_looked_at(tmp_path: Path) -> None:
    found = Workbench.create(tmp_path / "empty").denials.findings()
    assert found.frame.is_empty()
    assert "Nothing stands out. Looked at: 0 claims denied at first." in found.note
