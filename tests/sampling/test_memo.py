from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl

from auditlib.sampling import UniverseRecord, draw_simple, make_manifest, sampling_memo
from auditlib.text import counted, long_date, markdown_text

from .conftest import encounter_frame, example_manifest

GOLDEN = Path(__file__).parent / "golden"


def test_memo_is_the_golden_one() -> None:
    memo = sampling_memo(example_manifest(encounter_frame(40)))
    assert memo == (GOLDEN / "memo.md").read_text(encoding="utf-8")


def test_memo_of_a_simple_draw_names_no_strata_and_cuts_a_long_list() -> None:
    frame = pl.DataFrame({"unit_id": [f"u|{n:04d}" for n in range(900)]})
    manifest = make_manifest(
        draw_simple(frame, seed="it's 5", sample_count=500),
        name="plain",
        universe=UniverseRecord(name="A list", unit="claim"),
        size_basis="A rule.",
        software_version="0.1.0",
        drawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    memo = sampling_memo(manifest)
    assert "A simple random sample of 500 claims: each unit had the same chance." in memo
    assert "The other 100 are in the sample file." in memo
    assert "u\\|0" in memo
    assert "No filter was applied." in memo
    assert """printf %s 'it'"'"'s 5,u|""" in memo
    assert "charges" not in memo


def test_memo_of_a_design_by_stratum_says_so() -> None:
    manifest = example_manifest(encounter_frame(40))
    design = replace(manifest.design, allocation="by stratum", certainty_strata=("inpatient",))
    memo = sampling_memo(replace(manifest, design=design, selected=(), warnings=("Mind this.",)))
    assert "was set by the auditor. Reviewed whole: inpatient." in memo
    assert "- Mind this." in memo


def test_dates_dollars_and_counts_are_written_as_people_write_them() -> None:
    assert long_date(dt.date(2026, 10, 5)) == "October 5, 2026"
    assert (counted(1, "claim"), counted(2480, "claim")) == ("1 claim", "2,480 claims")


def test_text_from_a_file_is_no_markup_in_the_memo() -> None:
    assert markdown_text("<script>alert(1)</script>") == r"\<script\>alert(1)\</script\>"
    assert markdown_text("[x](javascript:alert(3))") == r"\[x\](javascript:alert(3))"
    assert markdown_text("a\nb\x1b[0m|`c`") == "a b\ufffd\\[0m\\|\\`c\\`"
