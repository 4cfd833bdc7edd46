from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl
import pytest

from auditlib.measures.accuracy import chart_accuracy, code_accuracy, error_shares, record_accuracy
from auditlib.review.frames import CHART_COLUMNS, VERDICT_COLUMNS
from auditlib.warehouse import Warehouse
from tests.tables import fill

MORNING, EVENING = dt.datetime(2026, 4, 1, 9), dt.datetime(2026, 4, 1, 17)  # noqa: DTZ001 - as stored, in UTC


def charts(*rows: tuple[str, str, dt.datetime | None]) -> pl.DataFrame:
    """Charts as (encounter, reviewer, completed)."""
    return pl.DataFrame(
        [
            {"audit": "Q1", "encounter_id": encounter, "reviewer": reviewer, "completed_at": completed}
            for encounter, reviewer, completed in rows
        ],
        schema=CHART_COLUMNS,
    )


def verdicts(encounter: str, actions: str, reviewer: str = "A1", kinds: Sequence[str] = ()) -> pl.DataFrame:
    """Verdicts by initial of their action; ``kinds`` belong to those that are errors, in order."""
    names = {"a": "agree", "c": "change", "d": "delete", "n": "add"}
    left = list(kinds)
    rows = [
        {
            "audit": "Q1",
            "reviewer": reviewer,
            "encounter_id": encounter,
            "code_number": None if initial == "n" else number,
            "action": names[initial],
            "error_kind": left.pop(0) if initial != "a" and left else None,
            "cause": "coder rule" if initial != "a" else None,
            "error_severity": "major" if initial == "c" else None,
        }
        for number, initial in enumerate(actions, start=1)
    ]
    return pl.DataFrame(rows, schema=VERDICT_COLUMNS)


def encounters(warehouse: Warehouse, *rows: tuple[str, str | None, dt.date | None]) -> None:
    fill(
        warehouse,
        {
            "core.encounter": [
                {
                    "encounter_id": encounter,
                    "encounter_class": "office",
                    "coder_id": coder,
                    "coded_date": coded,
                    "discharge_date": dt.date(2026, 1, 31),
                }
                for encounter, coder, coded in rows
            ]
        },
    )


def rate_of(rates: pl.DataFrame, measure: str) -> tuple[int, int]:
    row = rates.filter(pl.col("measure") == measure).row(0, named=True)
    return row["numerator_count"], row["denominator_count"]


def test_the_worked_example_of_the_catalogue(warehouse: Warehouse) -> None:
    # Coder 10 codes, reviewer 11, 8 agree: two of the coder's are changed, one is missed.
    encounters(warehouse, ("E1", "C01", None))
    rates = code_accuracy(warehouse, verdicts("E1", "aaaaaaaaccn"), charts(("E1", "A1", MORNING)))
    assert rate_of(rates, "code over code") == (8, 11)
    assert rate_of(rates, "precision") == (8, 10)
    assert rate_of(rates, "Jaccard") == (8, 13)
    records = record_accuracy(warehouse, verdicts("E1", "aaaaaaaaccn"), charts(("E1", "A1", MORNING)))
    assert rate_of(records, "record over record") == (0, 1)


def test_an_unsupported_code_lowers_precision_but_not_code_over_code(warehouse: Warehouse) -> None:
    encounters(warehouse, ("E1", "C01", None))
    rates = code_accuracy(warehouse, verdicts("E1", "aaad"), charts(("E1", "A1", MORNING)))
    assert [rate_of(rates, name) for name in ("code over code", "precision", "Jaccard")] == [
        (3, 3),
        (3, 4),
        (3, 4),
    ]


def test_a_chart_that_is_not_completed_does_not_count(warehouse: Warehouse) -> None:
    encounters(warehouse, ("E1", "C01", None), ("E2", "C01", None))
    reviewed = pl.concat([verdicts("E1", "aa"), verdicts("E2", "cc")])
    opened = charts(("E1", "A1", MORNING), ("E2", "A1", None))
    assert rate_of(code_accuracy(warehouse, reviewed, opened), "code over code") == (2, 2)
    assert error_shares(warehouse, reviewed, opened).is_empty()


def test_of_several_reviewers_the_latest_completed_review_counts_once(warehouse: Warehouse) -> None:
    encounters(warehouse, ("E1", "C01", None))
    reviewed = pl.concat([verdicts("E1", "ac", "A1"), verdicts("E1", "aa", "A2"), verdicts("E1", "cc", "A3")])
    both = charts(("E1", "A1", MORNING), ("E1", "A2", EVENING), ("E1", "A3", None))
    assert rate_of(code_accuracy(warehouse, reviewed, both), "code over code") == (2, 2)
    assert chart_accuracy(warehouse, reviewed, both)["reviewer"].to_list() == ["A2"]


def test_coders_and_months_are_kept_apart(warehouse: Warehouse) -> None:
    encounters(
        warehouse, ("E1", "C01", dt.date(2026, 1, 9)), ("E2", "C01", dt.date(2026, 2, 3)), ("E3", None, None)
    )
    reviewed = pl.concat(
        [verdicts("E1", "ac"), verdicts("E2", "aaa"), verdicts("E3", "a"), verdicts("E4", "c")]
    )
    done = charts(*((f"E{n}", "A1", MORNING) for n in range(1, 5)))
    rates = record_accuracy(warehouse, reviewed, done, by=("coder_id", "coded_month"))
    assert rates.select("coder_id", "coded_month", "numerator_count", "denominator_count").rows() == [
        ("C01", dt.date(2026, 1, 1), 0, 1),
        ("C01", dt.date(2026, 2, 1), 1, 1),
        ("unknown", dt.date(2026, 1, 1), 1, 1),
        ("unknown", None, 0, 1),
    ]
    assert rate_of(record_accuracy(warehouse, reviewed, done, by=()), "record over record") == (2, 4)


def test_nothing_reviewed_is_undefined_not_zero(warehouse: Warehouse) -> None:
    nothing = pl.DataFrame(schema=VERDICT_COLUMNS)
    assert code_accuracy(warehouse, nothing, charts()).is_empty()
    overall = code_accuracy(warehouse, nothing, charts(), by=())
    assert overall["rate"].to_list() == [None, None, None]
    assert overall["undefined_reason"].null_count() == 0


def test_a_completed_chart_without_codes_is_a_clean_record_and_an_undefined_code_rate(
    warehouse: Warehouse,
) -> None:
    encounters(warehouse, ("E1", "C01", None))
    nothing = pl.DataFrame(schema=VERDICT_COLUMNS)
    done = charts(("E1", "A1", MORNING))
    assert rate_of(record_accuracy(warehouse, nothing, done), "record over record") == (1, 1)
    assert code_accuracy(warehouse, nothing, done)["rate"].null_count() == 3


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("error_kind", [("wrong code", 2, 3), ("not stated", 1, 3)]),
        ("cause", [("coder rule", 3, 3)]),
        ("action", [("change", 2, 3), ("add", 1, 3)]),
        ("error_severity", [("major", 2, 3), ("not graded", 1, 3)]),
    ],
)
def test_errors_by_dimension(warehouse: Warehouse, by: str, expected: list[tuple[str, int, int]]) -> None:
    encounters(warehouse, ("E1", "C01", None))
    reviewed = verdicts("E1", "accn", kinds=["wrong code", "wrong code"])
    shares = error_shares(warehouse, reviewed, charts(("E1", "A1", MORNING)), by=by)  # type: ignore[arg-type]
    assert shares.select(by, "numerator_count", "denominator_count").rows() == expected


def test_errors_within_each_coder(warehouse: Warehouse) -> None:
    encounters(warehouse, ("E1", "C01", None), ("E2", "C02", None))
    reviewed = pl.concat([verdicts("E1", "cc", kinds=["units", "POA"]), verdicts("E2", "c", kinds=["POA"])])
    done = charts(("E1", "A1", MORNING), ("E2", "A1", MORNING))
    shares = error_shares(warehouse, reviewed, done, within=("coder_id",))
    assert shares.select("coder_id", "error_kind", "numerator_count", "denominator_count").rows() == [
        ("C01", "POA", 1, 2),
        ("C01", "units", 1, 2),
        ("C02", "POA", 1, 1),
    ]
