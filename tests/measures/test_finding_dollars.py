"""Findings and their dollars by group: parts add up to the whole, each chart once."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from auditlib.measures.finding_dollars import ALL, finding_dollars

SCHEMA = {
    "encounter_id": pl.String(),
    "error_kind": pl.String(),
    "cause": pl.String(),
    "payment_difference": pl.Decimal(18, 2),
}
Row = tuple[str, str, str | None, Decimal | None]


def findings(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def test_findings_by_error_kind() -> None:
    frame = findings(
        ("E1", "modifier", "coder rule", Decimal("10.00")),
        ("E1", "units", "coder rule", Decimal("-45.50")),
        ("E2", "units", "guideline change", Decimal("5.25")),
        ("E3", "modifier", "coder rule", None),
    )
    assert finding_dollars(frame, "error_kind").rows() == [
        ("units", 2, 2, *map(Decimal, ("5.25", "45.50", "-40.25", "50.75")), 0, "coder rule"),
        ("modifier", 2, 2, *map(Decimal, ("10.00", "0.00", "10.00", "10.00")), 1, "coder rule"),
        (ALL, 3, 4, *map(Decimal, ("15.25", "45.50", "-30.25", "60.75")), 1, "coder rule"),
    ]


def test_without_a_finding_there_is_one_row_of_nothing() -> None:
    nothing = [Decimal("0.00")] * 4
    assert finding_dollars(findings(), "error_kind").rows() == [(ALL, 0, 0, *nothing, 0, None)]


rows = st.tuples(
    st.sampled_from(["E1", "E2", "E3"]),
    st.sampled_from(["modifier", "units", "POA"]),
    st.none() | st.sampled_from(["coder rule", "guideline change"]),
    st.none() | st.decimals(-1000, 1000, places=2),
)


@given(st.lists(rows, max_size=12))
def test_parts_add_up_to_a_plain_sum(given_rows: list[Row]) -> None:
    frame = finding_dollars(findings(*given_rows), "error_kind")
    *parts, whole = frame.iter_rows(named=True)
    priced = [amount for *_, amount in given_rows if amount is not None]
    assert whole["error_kind"] == ALL
    assert whole["finding_count"] == len(given_rows)
    assert whole["error_chart_count"] == len({chart for chart, *_ in given_rows})
    assert whole["net_amount"] == sum(priced)
    assert whole["absolute_amount"] == sum(map(abs, priced))
    assert whole["overpaid_amount"] - whole["underpaid_amount"] == whole["net_amount"]
    for name in frame.columns:
        if name.endswith("_amount") or name in {"finding_count", "not_priced_count"}:
            assert sum(part[name] for part in parts) == whole[name]
    causes = Counter(cause for _, _, cause, _ in given_rows if cause)
    assert whole["most_frequent_cause"] == min(causes, key=lambda name: (-causes[name], name), default=None)
