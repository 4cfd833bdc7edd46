"""Published relative values, priced by hand: the schedule's amounts agree to the cent.

The relative values and indicators are typed in from the National Physician Fee Schedule Relative Value
Files of 2024 (RVU24A and RVU24AR: conversion factors $32.7442 until March 8 and $33.2875 from March 9,
2024), the indices from their file of localities, GPCI2024 (Alabama 10112-00: 1.000, 0.869, 0.575; Manhattan
13202-01: 1.065, 1.166, 1.656). The files in the field data have no split of practice expense and
malpractice; it is typed in for the codes that are priced at a locality, and adds up to their totals.
"""

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditlib.pricing.physician_fee import FEE_ROW
from tests.pricing.schedule import DAY, QUANTITY, allowed, line, to_cents

D = Decimal
CF = D("32.7442")
LATER, LATER_CF = dt.date(2024, 3, 9), D("33.2875")
# Practice expense outside and in facilities, and malpractice.
SPLITS = {"99213": ("1.33", "0.56", "0.10")}
ALABAMA = {
    "locality": "AL",
    "work_index": D("1.000"),
    "practice_index": D("0.869"),
    "malpractice_index": D("0.575"),
}
MANHATTAN = {
    "locality": "NY",
    "work_index": D("1.065"),
    "practice_index": D("1.166"),
    "malpractice_index": D("1.656"),
}
FACILITY = {"place_of_service": "22"}
NAMES = {
    "code": "hcpcs",
    "status_code": "status_code",
    "global_days": "glob_days",
    "multiple_procedure_indicator": "mult_proc",
    "bilateral_indicator": "bilat_surg",
    "assistant_indicator": "asst_surg",
    "co_surgeon_indicator": "co_surg",
    "professional_technical_indicator": "pctc_ind",
    "endoscopic_base_code": "endo_base",
    "release": "source_file",
}


@pytest.fixture(scope="module")
def fees(field_data: Path) -> pl.DataFrame:
    path = field_data / "benchmarks_data" / "mpfs" / "pprrvu_2024_no_text.csv.gz"
    table = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema=False, null_values="NA")
    days = {"rvu24a_jan": DAY, "rvu24ar_jan": LATER}
    rows = table.filter(pl.col("source_file").is_in(list(days)))

    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(QUANTITY)

    split = pl.col("hcpcs").is_in(list(SPLITS))
    outside, inside, malpractice = (
        pl.col("hcpcs")
        .replace_strict({code: part[n] for code, part in SPLITS.items()}, default="0")
        .cast(QUANTITY)
        for n in range(3)
    )
    return rows.select(
        **NAMES,
        service_date=pl.col("source_file").replace_strict(days, return_dtype=pl.Date()),
        is_qualifying=pl.lit(value=False),
        modifier=pl.col("mod").fill_null(""),
        work_rvu=number("work_rvu"),
        nonfacility_practice_rvu=pl.when(split)
        .then(outside)
        .otherwise(number("non_facility_total") - number("work_rvu")),
        facility_practice_rvu=pl.when(split)
        .then(inside)
        .otherwise(number("facility_total") - number("work_rvu")),
        malpractice_rvu=malpractice,
        conversion_factor=number("conv_factor"),
        preoperative_share=number("pre_op"),
        intraoperative_share=number("intra_op"),
        postoperative_share=number("post_op"),
        **{name: pl.lit(None, QUANTITY) for name in FEE_ROW if "capped" in name},
    ).select(*FEE_ROW)


def national(total: str, factor: Decimal = CF) -> Decimal:
    """The national fee of a total of relative values."""
    return to_cents(D(total) * factor)


def half(amount: Decimal) -> Decimal:
    return to_cents(amount / 2)


CASES: tuple[tuple[str, list[dict[str, Any]], list[Decimal]], ...] = (
    (
        "office visit in Alabama, published as $82.30",
        [line("99213", **ALABAMA)],
        [to_cents((D("1.30") * D("1.000") + D("1.33") * D("0.869") + D("0.10") * D("0.575")) * CF)],
    ),
    (
        "the same in a facility, published as $60.38",
        [line("99213", **ALABAMA, **FACILITY)],
        [to_cents((D("1.30") * D("1.000") + D("0.56") * D("0.869") + D("0.10") * D("0.575")) * CF)],
    ),
    (
        "office visit in Manhattan, published as $101.54",
        [line("99213", **MANHATTAN)],
        [to_cents((D("1.30") * D("1.065") + D("1.33") * D("1.166") + D("0.10") * D("1.656")) * CF)],
    ),
    (
        "the conversion factor that changed within the quarter, published as $103.22",
        [line("99213", **MANHATTAN, service_date=LATER)],
        [to_cents((D("1.30") * D("1.065") + D("1.33") * D("1.166") + D("0.10") * D("1.656")) * LATER_CF)],
    ),
    (
        "both knees in one session: 150 %",
        [line("27447", "50", **FACILITY)],
        [to_cents(D("1.5") * national("38.57"))],
    ),
    (
        "both shoulders on two lines: the two sides of 150 %",
        [line("20610", "RT"), line("20610", "LT")],
        [D("48.14"), to_cents(D("1.5") * national("1.96")) - D("48.14")],
    ),
    (
        "two units of a code that may be bilateral",
        [line("20610", unit_count=D(2))],
        [to_cents(D("1.5") * national("1.96"))],
    ),
    ("both sides where the fee is for both (indicator 2)", [line("92250", "50")], [national("1.11")]),
    (
        "assistant at a knee replacement: 16 %",
        [line("27447", "80", **FACILITY)],
        [to_cents(national("38.57") * D("0.16"))],
    ),
    (
        "an assistant who is no physician: 85 % of 16 %",
        [line("27447", "AS", **FACILITY)],
        [to_cents(to_cents(national("38.57") * D("0.16")) * D("0.85"))],
    ),
    ("an assistant barred by statute (indicator 1)", [line("66984", "80", **FACILITY)], [D(0)]),
    (
        "one of two surgeons: 62.5 %",
        [line("27447", "62", **FACILITY)],
        [to_cents(national("38.57") * D("0.625"))],
    ),
    (
        "surgery without the care after it: 10 % and 70 %",
        [line("66984", "54", "RT", **FACILITY)],
        [to_cents(national("16.14") * D("0.80"))],
    ),
    ("only the care after it: 20 %", [line("66984", "55", "RT")], [to_cents(national("16.14") * D("0.20"))]),
    (
        "three procedures: the dearest in full, the others at half, the add-on never reduced",
        [line("11102"), line("17000"), line("11200"), line("11103", unit_count=D(2))],
        [national("3.02"), half(national("2.04")), half(national("2.79")), 2 * national("1.51")],
    ),
    (
        "endoscopies of one family: the others less their base code",
        [line("45385", **FACILITY), line("45380", "59", **FACILITY), line("45378", **FACILITY)],
        [national("7.49"), national("5.92") - national("5.45"), D(0)],
    ),
    ("a colonoscopy that was broken off has a fee of its own", [line("45378", "53")], [national("5.09")]),
    (
        "two scans read on one day: the second at 95 %",
        [line("70450", "26"), line("71250", "26")],
        [to_cents(national("1.19") * D("0.95")), national("1.52")],
    ),
    (
        "two scans made and read: the technical part at half, the reading at 95 %",
        [line("70450"), line("71250")],
        [
            half(national("2.07")) + to_cents((national("3.26") - national("2.07")) * D("0.95")),
            national("4.09"),
        ],
    ),
    (
        "two eye tests: the technical part of the second at 80 %",
        [line("92250"), line("92083")],
        [
            to_cents(national("0.50") * D("0.8")) + national("1.11") - national("0.50"),
            national("1.90"),
        ],
    ),
    (
        "nurse practitioner: 85 %",
        [line("99214", taxonomy="363LF0000X")],
        [to_cents(national("3.85") * D("0.85"))],
    ),
)


@pytest.mark.field
def test_cases_computed_by_hand_agree_to_the_cent(fees: pl.DataFrame) -> None:
    assert len(CASES) > 20
    lines = [
        one | {"provider_day": f"{n}", "group_day": f"{n}"} for n, case in enumerate(CASES) for one in case[1]
    ]
    found = iter(allowed(lines, fees))
    priced = {name: [next(found) for _ in rows] for name, rows, _ in CASES}
    assert priced == {name: right for name, _, right in CASES}
    published = [D("82.30"), D("60.38"), D("101.54"), D("103.22")]
    assert [priced[case[0]][0] for case in CASES[:4]] == published


@pytest.mark.field
def test_the_split_of_a_locality_adds_up_to_the_published_total(fees: pl.DataFrame) -> None:
    row = fees.filter(code="99213", service_date=DAY).row(0, named=True)
    rest = row["work_rvu"] + row["malpractice_rvu"]
    assert (rest + row["nonfacility_practice_rvu"], rest + row["facility_practice_rvu"]) == (
        D("2.73"),
        D("1.96"),
    )


@pytest.mark.field
def test_every_code_of_the_schedule_is_priced_or_says_why(fees: pl.DataFrame) -> None:
    rows = fees.filter(pl.col("service_date") == DAY, pl.col("modifier") != "53")
    lines = [
        line(code, *([modifier] if modifier else []), provider_day=f"{n}", group_day=f"{n}")
        for n, (code, modifier) in enumerate(rows.select("code", "modifier").iter_rows())
    ]
    found = allowed(lines, fees)
    by_status = (
        pl.DataFrame({"status": rows["status_code"], "priced": [isinstance(one, D) for one in found]})
        .group_by("status")
        .agg(pl.col("priced").mean())
    )
    shares = dict(by_status.iter_rows())
    # Status A without relative values is priced by contractors, some R are.
    assert shares["A"] > 0.99
    assert all(shares[status] == 1 for status in "BMNT")
    assert all(shares[status] == 0 for status in "CEIJPX")
