from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.sampling import (
    Design,
    Exclusion,
    Universe,
    build_frame,
    draw,
    draw_stratified,
    frame_sha256,
    universe_record,
)
from auditlib.warehouse import Warehouse
from tests.tables import fill


def encounter(
    encounter_id: str, day: str, coder: str | None = "C01", kind: str = "office"
) -> dict[str, object]:
    date = dt.date.fromisoformat(day)
    return {
        "encounter_id": encounter_id,
        "encounter_class": kind,
        "admit_date": date - dt.timedelta(days=2 if kind == "inpatient" else 0),
        "discharge_date": date,
        "coder_id": coder,
        "origin": "encounter",
    }


def claim(claim_id: int, encounter_id: str, charge: str, **values: object) -> dict[str, object]:
    return {
        "claim_id": claim_id,
        "patient_control_number": encounter_id,
        "form": "P",
        "frequency_code": "1",
        "payer_sequence": "P",
        "payer_id": "P01",
        "payer_name": "Harbor Health",
        "charge_amount": Decimal(charge),
        "from_date": dt.date(2026, 1, 10),
        **values,
    }


@pytest.fixture
def filled(warehouse: Warehouse) -> Warehouse:
    fill(
        warehouse,
        {
            "core.encounter": [
                encounter("E2", "2026-01-31", kind="inpatient"),
                encounter("E1", "2026-01-10"),
                encounter("E3", "2026-02-01", coder="C02"),
                encounter("E4", "2026-02-28", coder=None),
                encounter("E5", "2025-09-30"),
            ],
            "core.claim": [
                claim(1, "E1", "100.00"),
                claim(2, "E1", "80.00", payer_sequence="S", payer_id="P02", payer_name="Second Plan"),
                claim(3, "E1", "120.00", frequency_code="7"),
                claim(4, "E2", "9000.10", form="I", to_date=dt.date(2026, 1, 31), payer_id="P03"),
                claim(5, "E3", "60.00", frequency_code="7", submit_date=dt.date(2026, 3, 1)),
                claim(6, "E3", "55.00", frequency_code="8", submit_date=dt.date(2026, 4, 1)),
                claim(7, "E5", "10.00", from_date=None),
                claim(8, "E2", "400.00", form="P", payer_id="P04", payer_sequence=None, frequency_code=None),
            ],
        },
    )
    return warehouse


def test_encounters_carry_payer_and_charge_of_their_original_claims(filled: Warehouse) -> None:
    frame = build_frame(filled, Universe(name="all"))
    assert frame.select("unit_id", "payer_id", "charge_amount", "service_date", "service_month").rows() == [
        ("E1", "P01", Decimal("100.00"), dt.date(2026, 1, 10), "2026-01"),
        ("E2", "P03", Decimal("9400.10"), dt.date(2026, 1, 31), "2026-01"),
        ("E3", "P01", Decimal("60.00"), dt.date(2026, 2, 1), "2026-02"),
        ("E4", None, Decimal("0.00"), dt.date(2026, 2, 28), "2026-02"),
        ("E5", "P01", Decimal("10.00"), dt.date(2025, 9, 30), "2025-09"),
    ]
    assert frame.schema["charge_amount"] == pl.Decimal(18, 2)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"from_date": dt.date(2026, 1, 10), "to_date": dt.date(2026, 1, 31)}, ["E1", "E2"]),
        ({"payer_id": "P03"}, ["E2"]),
        ({"coder_id": "C02"}, ["E3"]),
        ({"encounter_class": "inpatient"}, ["E2"]),
        ({"payer_id": "P01", "coder_id": "C01"}, ["E1", "E5"]),
        ({"payer_id": "none"}, []),
    ],
)
def test_filters_choose_encounters(
    filled: Warehouse, filters: dict[str, object], expected: list[str]
) -> None:
    assert build_frame(filled, Universe(name="some", **filters))["unit_id"].to_list() == expected  # type: ignore[arg-type]


def test_claims_are_originals_to_the_primary_payer(filled: Warehouse) -> None:
    frame = build_frame(filled, Universe(name="claims", unit="claim"))
    assert frame.select("unit_id", "encounter_class", "service_date").rows() == [
        ("1", "office", dt.date(2026, 1, 10)),
        ("4", "inpatient", dt.date(2026, 1, 31)),
        ("7", "office", None),
        ("8", "inpatient", dt.date(2026, 1, 10)),
    ]


def test_the_record_counts_what_was_left_out_under_its_first_reason(filled: Warehouse) -> None:
    universe = Universe(name="some", from_date=dt.date(2026, 1, 1), coder_id="C01", encounter_class="office")
    record = universe_record(filled, universe)
    assert record.exclusions == (
        Exclusion("last service before January 1, 2026, or on no known date", 1),
        Exclusion("coder other than C01", 2),
        Exclusion("class other than office", 1),
    )
    assert [(item.name, item.value) for item in record.filters] == [
        ("from_date", "2026-01-01"),
        ("coder_id", "C01"),
        ("encounter_class", "office"),
    ]
    claims = universe_record(filled, Universe(name="c", unit="claim", to_date=dt.date(2026, 1, 20)))
    assert claims.exclusions == (
        Exclusion("claim to a secondary or tertiary payer", 1),
        Exclusion("replacement or void of another claim", 3),
        Exclusion("last service after January 20, 2026, or on no known date", 2),
    )


def test_strata_come_from_a_column_and_unknown_values_get_their_own(filled: Warehouse) -> None:
    frame = build_frame(filled, Universe(name="by coder", stratify_by="coder_id"))
    drawn = draw_stratified(frame, seed="1", sample_count=4, minimum_per_stratum=1)
    assert drawn.strata["stratum"].to_list() == ["C01", "C02", "not known"]


def test_the_frame_of_a_universe_hashes_the_same_each_time(filled: Warehouse) -> None:
    universe = Universe(name="all", stratify_by="service_month")
    assert frame_sha256(build_frame(filled, universe)) == frame_sha256(
        build_frame(filled, universe).reverse()
    )


@pytest.mark.parametrize(
    "universe",
    [
        Universe(name="x", unit="bed"),  # type: ignore[arg-type]
        Universe(name="x", stratify_by="payer_name; drop table core.claim"),
        Universe(name="x", from_date=dt.date(2026, 2, 1), to_date=dt.date(2026, 1, 1)),
    ],
)
def test_a_universe_that_cannot_be_is_refused(warehouse: Warehouse, universe: Universe) -> None:
    with pytest.raises(UsageError):
        build_frame(warehouse, universe)


def test_lines_and_codes_may_be_units(filled: Warehouse) -> None:
    line = {"code_system": "CPT", "charge_amount": Decimal("50.00")}
    fill(
        filled,
        {
            "core.claim_line": [
                {"claim_id": 1, "line_number": 1, "code": "99213", **line},
                {"claim_id": 1, "line_number": 2, "code": "36415", **line},
                {"claim_id": 3, "line_number": 1, "code": "99213", **line},
            ],
            "core.encounter_code": [
                {"encounter_id": "E1", "code_number": n, "code_system": "ICD-10-CM", "code": code}
                for n, code in ((1, "E119"), (2, "I10"))
            ],
        },
    )
    lines = build_frame(filled, Universe("lines", unit="line"))
    assert lines["unit_id"].to_list() == ["1-1", "1-2"]
    assert lines["claim_id"].to_list() == ["1", "1"]
    record = universe_record(filled, Universe("lines", unit="line"))
    assert record.exclusions == (Exclusion("replacement or void of another claim", 1),)
    codes = build_frame(filled, Universe("codes", unit="code", coder_id="C01"))
    assert codes["unit_id"].to_list() == ["E1-1", "E1-2"]
    assert codes["payer_id"].to_list() == ["P01", "P01"]
    with pytest.raises(UsageError, match="not of a code"):
        build_frame(filled, Universe("codes", unit="code", has_risk=True))


def test_risk_weights_come_from_the_findings(filled: Warehouse) -> None:
    finding = {"check_id": "DX-01", "check_version": "1", "item_number": 1, "detail": "x"}
    fill(
        filled,
        {
            "mart.finding": [
                {**finding, "finding_number": 1, "severity": "F", "encounter_id": "E1", "claim_id": 1},
                {**finding, "finding_number": 2, "severity": "R", "encounter_id": "E1"},
                {**finding, "finding_number": 3, "severity": "I", "encounter_id": "E3"},
            ],
            "mart.finding_summary": [{"check_id": "DX-01", "outcome": "failed"}],
        },
    )
    frame = build_frame(filled, Universe("risk", has_risk=True))
    weights = dict(zip(frame["unit_id"], frame["risk_weight"], strict=True))
    assert (weights["E1"], weights["E2"], weights["E3"]) == (12, 1, 2)
    claims = build_frame(filled, Universe("risk", unit="claim", has_risk=True, stratify_by="provider_id"))
    assert dict(zip(claims["unit_id"], claims["risk_weight"], strict=True))["1"] == 9
    assert set(claims["stratum"]) == {"not known"}
    strata = build_frame(filled, Universe("found", stratify_by="finding"))
    by_unit = dict(zip(strata["unit_id"], strata["stratum"], strict=True))
    assert (by_unit["E1"], by_unit["E2"], by_unit["E3"]) == ("DX-01", "no finding", "DX-01")
    design = Design("risk-weighted", "1", 2, size_column="risk_weight")
    assert draw(frame, design).selected["inclusion_probability"].null_count() == 0
