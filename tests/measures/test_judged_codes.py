"""The frame of all judged codes, and the rates on it, against the same rules in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.measures.judged_codes import JudgedCodes, judged_codes
from auditlib.measures.target_rates import COLUMN_OF, By, Score, chart_counts, target_rates
from auditlib.review.frames import CHART_COLUMNS, VERDICT_COLUMNS
from auditlib.warehouse import Warehouse
from tests.tables import fill

DIMENSIONS: tuple[By, ...] = ("coder", "provider", "specialty", "facility", "family", "month", "audit")
CODES = (
    ("ICD-10-CM", "E1122", "E00-E89 endocrine and metabolic"),
    ("ICD-10-CM", "O9A211", "O00-O9A pregnancy and childbirth"),
    ("ICD-10-CM", "C4A0", "C00-D49 neoplasms"),
    ("ICD-10-CM", "11", "ICD-10-CM, other"),
    ("ICD-10-PCS", "0DTJ4ZZ", "ICD-10-PCS 0 medical and surgical"),
    ("HCPCS", "J3301", "HCPCS J"),
    ("CPT", "99214", "CPT 99202-99499"),
    ("CPT", "0101T", "CPT 0001T-9999T"),
    ("CPT", "1159F", "CPT 0001F-9999F"),
    ("CPT", "00104", "CPT 00100-01999"),
    ("CPT", "99195", "CPT 90281-99199"),
)
ACTIONS = {"a": "agree", "c": "change", "d": "delete", "n": "add", "x": "no record"}


@dataclass(frozen=True)
class Chart:
    """One review of one chart; each code is (initial of its action, index into CODES, payment difference)."""

    encounter: int
    audit: int
    completed: int
    coder: int
    month: int
    codes: tuple[tuple[str, int, Decimal | None], ...]


def moment(hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, 1) + dt.timedelta(hours=hour)  # noqa: DTZ001 - as stored, in UTC


def reviews(charts: list[Chart]) -> tuple[pl.DataFrame, pl.DataFrame]:
    done = [
        {
            "audit": f"Q{chart.audit}",
            "reviewer": "A1",
            "encounter_id": f"E{chart.encounter}",
            "completed_at": moment(chart.completed),
        }
        for chart in charts
    ]
    verdicts = []
    for chart in charts:
        for number, (initial, which, difference) in enumerate(chart.codes, start=1):
            system, code, _ = CODES[which]
            own = {"code_system": system, "code": code, "code_number": number}
            corrected = {
                "corrected_code_system": system,
                "corrected_code": code,
                "corrected_code_role": "secondary",
            }
            verdicts.append(
                {
                    "audit": f"Q{chart.audit}",
                    "reviewer": "A1",
                    "encounter_id": f"E{chart.encounter}",
                    "action": ACTIONS[initial],
                    **(corrected if initial == "n" else own),
                    "error_kind": None if initial == "a" else "wrong code",
                    "cause": None if initial == "a" else "coder rule",
                    "payment_difference": difference,
                }
            )
    return pl.DataFrame(verdicts, schema=VERDICT_COLUMNS), pl.DataFrame(done, schema=CHART_COLUMNS)


def filled(warehouse: Warehouse, charts: list[Chart]) -> None:
    by_encounter = {chart.encounter: chart for chart in charts}
    fill(
        warehouse,
        {
            "core.encounter": [
                {
                    "encounter_id": f"E{name}",
                    "encounter_class": "office",
                    "coder_id": f"C{chart.coder}" if chart.coder else None,
                    "provider_id": f"P{name % 2}",
                    "discharge_date": dt.date(2026, chart.month, 28),
                    "coded_date": dt.date(2026, chart.month + 1, 2),
                }
                for name, chart in by_encounter.items()
            ]
        },
    )


def judged_of(warehouse: Warehouse, charts: list[Chart]) -> JudgedCodes:
    verdicts, done = reviews(charts)
    return judged_codes(warehouse, verdicts, done)


differences = st.none() | st.sampled_from([Decimal("0.00"), Decimal("12.50"), Decimal("-3.10")])
codes = st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(0, len(CODES) - 1), differences)
drawn_charts = st.lists(
    st.builds(
        Chart,
        encounter=st.integers(1, 6),
        audit=st.integers(1, 3),
        completed=st.integers(0, 3),
        coder=st.just(0),
        month=st.just(1),
        codes=st.lists(codes, max_size=4).map(tuple),
    ),
    max_size=9,
    unique_by=lambda chart: (chart.encounter, chart.audit),
).map(
    # Coder and month belong to the encounter, whichever audit reviews it.
    lambda charts: [
        Chart(one.encounter, one.audit, one.completed, one.encounter % 3, 1 + one.encounter % 4, one.codes)
        for one in charts
    ]
)


def latest(charts: list[Chart]) -> list[Chart]:
    """The review of each encounter that counts, as the docstring of `judged_codes` says it."""
    chosen: dict[int, Chart] = {}
    for chart in charts:
        other = chosen.get(chart.encounter)
        if other is None or (chart.completed, f"Q{chart.audit}") > (other.completed, f"Q{other.audit}"):
            chosen[chart.encounter] = chart
    return list(chosen.values())


def value_of(by: By, chart: Chart, which: int) -> object:
    return {
        "coder": f"C{chart.coder}" if chart.coder else "not known",
        "provider": f"P{chart.encounter % 2}",
        "specialty": "not known",
        "facility": "not known",
        "family": CODES[which][2],
        "month": dt.date(2026, chart.month, 1),
        "audit": f"Q{chart.audit}",
    }[by]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(charts=drawn_charts)
def test_rates_by_every_dimension_are_those_of_the_oracle_and_add_up(
    charts: list[Chart], warehouse_of: object
) -> None:
    warehouse = warehouse_of(charts)  # type: ignore[operator]
    judged = judged_of(warehouse, charts)
    counted = latest(charts)
    assert sorted(judged.charts["encounter_id"]) == sorted(f"E{chart.encounter}" for chart in counted)
    assert judged.codes.height == sum(len(chart.codes) for chart in counted)
    whole = target_rates(judged).row(0, named=True)
    for by in DIMENSIONS:
        right: dict[object, int] = defaultdict(int)
        of: dict[object, int] = defaultdict(int)
        over: dict[object, Decimal] = defaultdict(Decimal)
        for chart in counted:
            for initial, which, difference in chart.codes:
                key = value_of(by, chart, which)
                right[key] += initial == "a"
                of[key] += initial != "d"
                if initial != "a" and difference is not None and difference > 0:
                    over[key] += difference
        rates = target_rates(judged, by=by)
        rows = {row[COLUMN_OF[by]]: row for row in rates.iter_rows(named=True)}
        for key, whole_count in of.items():
            row = rows[key]
            assert (row["numerator_count"], row["denominator_count"]) == (right[key], whole_count)
            assert row["overpaid_amount"] == over[key]
            assert row["rate"] == (pytest.approx(right[key] / whole_count) if whole_count else None)
        for name in ("numerator_count", "denominator_count", "error_count", "material_error_count"):
            assert rates[name].sum() == whole[name], (by, name)
        for name in ("overpaid_amount", "underpaid_amount", "net_amount", "absolute_amount"):
            assert rates[name].sum() == whole[name], (by, name)
        if by != "family":
            assert rates["chart_count"].sum() == len(counted)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(charts=drawn_charts)
def test_charts_paid_rightly_are_those_of_the_oracle(charts: list[Chart], warehouse_of: object) -> None:
    warehouse = warehouse_of(charts)  # type: ignore[operator]
    judged = judged_of(warehouse, charts)
    states = []
    for chart in latest(charts):
        errors = [difference for initial, _, difference in chart.codes if initial != "a"]
        if any(errors):
            states.append("wrongly")
        else:
            states.append("not priced" if None in errors else "rightly")
    row = target_rates(judged, score="payment").row(0, named=True)
    assert (row["numerator_count"], row["denominator_count"]) == (states.count("rightly"), len(states))
    if states:
        known_or_not_priced = len(states) - states.count("wrongly")
        assert row["rate_with_unpriced"] == pytest.approx(known_or_not_priced / len(states))
        assert row["lower"] <= row["rate"] <= row["rate_with_unpriced"] <= row["upper"]


@pytest.fixture
def warehouse_of(warehouse: Warehouse) -> object:
    filled(warehouse, [Chart(name, 1, 0, name % 3, 1 + name % 4, ()) for name in range(1, 7)])
    # The reviews are frames; what the warehouse holds of the encounters is the same in every example.
    return lambda _charts: warehouse


def test_a_chart_of_two_audits_counts_once_by_the_review_completed_last(warehouse: Warehouse) -> None:
    earlier = Chart(1, 2, 0, 1, 1, (("c", 0, None), ("a", 5, None)))
    later = Chart(1, 1, 5, 1, 1, (("a", 0, None), ("a", 5, None)))
    filled(warehouse, [later])
    judged = judged_of(warehouse, [earlier, later])
    assert judged.charts.select("audit", "earlier_audit_count").rows() == [("Q1", 1)]
    assert judged.repeated_count == 1
    rates = target_rates(judged, by="audit")
    assert rates.select("audit", "numerator_count", "denominator_count").rows() == [("Q1", 2, 2)]


def test_families_are_those_of_the_published_divisions(warehouse: Warehouse) -> None:
    chart = Chart(1, 1, 0, 1, 1, tuple(("a", which, None) for which in range(len(CODES))))
    filled(warehouse, [chart])
    judged = judged_of(warehouse, [chart])
    assert judged.codes.height == len(CODES)
    assert dict(judged.codes.select("code", "code_family").iter_rows()) == {
        code: family for _, code, family in CODES
    }


def test_months_go_by_the_basis_and_days_are_included(warehouse: Warehouse) -> None:
    charts = [Chart(1, 1, 0, 1, 1, (("a", 0, None),)), Chart(2, 1, 0, 1, 3, (("a", 0, None),))]
    filled(warehouse, charts)
    verdicts, done = reviews(charts)
    months = {
        basis: judged_codes(warehouse, verdicts, done, month=basis).charts["month"].to_list()
        for basis in ("service", "coding", "review")
    }
    assert months == {
        "service": [dt.date(2026, 1, 1), dt.date(2026, 3, 1)],
        "coding": [dt.date(2026, 2, 1), dt.date(2026, 4, 1)],
        "review": [dt.date(2026, 11, 1)] * 2,
    }
    january = judged_codes(warehouse, verdicts, done, since=dt.date(2026, 1, 28), until=dt.date(2026, 1, 28))
    assert january.charts["encounter_id"].to_list() == ["E1"]
    assert january.codes["encounter_id"].to_list() == ["E1"]
    with pytest.raises(UsageError, match="is after the last one"):
        judged_codes(warehouse, verdicts, done, since=dt.date(2026, 2, 1), until=dt.date(2026, 1, 1))


def test_an_undated_chart_is_counted_and_not_dropped_in_silence(warehouse: Warehouse) -> None:
    charts = [Chart(9, 1, 0, 1, 1, (("a", 0, None),))]
    verdicts, done = reviews(charts)
    assert judged_codes(warehouse, verdicts, done).charts["month"].to_list() == [None]
    asked = judged_codes(warehouse, verdicts, done, since=dt.date(2026, 1, 1))
    assert (asked.charts.height, asked.undated_count) == (0, 1)


@pytest.mark.parametrize(
    ("right_of_chart", "chart_count", "target", "state"),
    [
        (4, 60, 0.9, "met"),
        (2, 60, 0.9, "not met"),
        (4, 30, 0.98, "cannot be told"),
        (4, 29, 0.5, "too few"),
        (4, 60, None, None),
    ],
)
def test_what_is_said_of_a_target(
    warehouse: Warehouse, right_of_chart: int, chart_count: int, target: float | None, state: str | None
) -> None:
    one = tuple(("a" if place < right_of_chart else "c", 0, None) for place in range(4))
    charts = [Chart(number, 1, 0, 1, 1, one) for number in range(1, chart_count + 1)]
    filled(warehouse, charts)
    rates = target_rates(judged_of(warehouse, charts), by="coder", target=target)
    assert rates["target_state"].to_list() == [state]


def test_weights_make_the_rate_and_leave_the_counts(warehouse: Warehouse) -> None:
    charts = [Chart(1, 1, 0, 1, 1, (("a", 0, None),)), Chart(2, 1, 0, 1, 1, (("c", 0, None),))]
    filled(warehouse, charts)
    weights = pl.DataFrame({"audit": ["Q1", "Q1"], "encounter_id": ["E1", "E2"], "weight": [3.0, 1.0]})
    row = target_rates(judged_of(warehouse, charts), weights=weights).row(0, named=True)
    assert (row["rate"], row["numerator_count"], row["denominator_count"]) == (0.75, 1, 2)
    assert row["interval_method"] == "weighted chart-clustered Wilson"


def test_over_and_underpaid_stay_apart_of_net_and_absolute(warehouse: Warehouse) -> None:
    chart = Chart(
        1,
        1,
        0,
        1,
        1,
        (("c", 0, Decimal("10.00")), ("d", 5, Decimal("-4.00")), ("n", 6, None), ("c", 6, Decimal(0))),
    )
    filled(warehouse, [chart])
    judged = judged_of(warehouse, [chart])
    row = target_rates(judged, score="payment").row(0, named=True)
    amounts = [row[f"{name}_amount"] for name in ("overpaid", "underpaid", "net", "absolute")]
    assert amounts == [Decimal(10), Decimal(4), Decimal(6), Decimal(14)]
    assert (row["error_count"], row["material_error_count"], row["unpriced_error_count"]) == (4, 2, 1)
    assert chart_counts(judged)["paid_or_unpriced_count"].to_list() == [0]


def test_nothing_reviewed_is_undefined(warehouse: Warehouse) -> None:
    for score in ("codes", "payment"):
        chosen: Score = score  # type: ignore[assignment]
        row = target_rates(judged_of(warehouse, []), score=chosen, target=0.95).row(0, named=True)
        assert row["rate"] is None
        assert row["undefined_reason"] == "no chart was reviewed to the end"
        assert row["target_state"] is None
    with pytest.raises(UsageError, match="by must be one of"):
        target_rates(judged_of(warehouse, []), by="colour")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="target must lie between"):
        target_rates(judged_of(warehouse, []), target=95)


@pytest.mark.parametrize(
    ("of_encounter", "of_claim", "is_loaded", "specialty"),
    [
        (None, None, True, "not known"),
        ("Cardiology", "207Q00000X", True, "Cardiology"),
        ("207Q00000X", None, True, "Family physician"),
        ("207Q00000X", None, False, "207Q00000X"),
        (None, "207Q00000X", True, "Family physician"),
        (None, "207Q00000X", False, "207Q00000X"),
    ],
)
def test_a_specialty_is_that_of_the_encounter_else_of_its_claims(
    warehouse: Warehouse,
    of_encounter: str | None,
    of_claim: str | None,
    is_loaded: bool,  # noqa: FBT001
    specialty: str,
) -> None:
    fill(
        warehouse,
        {
            "core.encounter": [{"encounter_id": "E1", "specialty": of_encounter, "origin": "encounter"}],
            "core.claim": [
                {"claim_id": 1, "patient_control_number": "E1", "rendering_taxonomy_code": of_claim}
            ],
            "ref.code": [
                {
                    "code_system": "provider taxonomy",
                    "code": "207Q00000X",
                    "long_description": "Family physician",
                    "release": "260",
                }
            ]
            if is_loaded
            else [],
        },
    )
    chart = Chart(1, 1, 1, 0, 1, (("a", 0, None),))
    judged = judged_codes(warehouse, *reviews([chart]))
    assert judged.charts["specialty"].to_list() == [specialty]
