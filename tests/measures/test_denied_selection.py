"""Every bar's number is that of the lines it leads to, whatever the filters."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.measures.denial_metrics import aged_denials
from auditlib.measures.denied_lines import claims_of
from auditlib.measures.denied_selection import (
    AGE,
    CATEGORY,
    DIMENSIONS,
    PAID_BAND,
    PAYER,
    DeniedSelection,
    Total,
)
from tests.widgets.example_denials import denied_lines

SELECTION = DeniedSelection(denied_lines(claims=90))


def all_filters() -> st.SearchStrategy[dict[str, list[str | None]]]:
    one = {
        name: st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
        for name, values in SELECTION.values.items()
    }
    return st.fixed_dictionaries({}, optional=one)


def sums(lines: pl.DataFrame) -> tuple[int, int, Decimal]:
    return lines.height, lines["claim_id"].n_unique(), Decimal(lines["denied_amount"].sum())


def not_paid(lines: pl.DataFrame) -> Decimal:
    return Decimal(lines.filter(pl.col("final_state").ne_missing("paid"))["denied_amount"].sum())


@settings(max_examples=60, deadline=None)
@given(all_filters())
def test_every_bar_has_the_numbers_of_the_lines_it_leads_to(filters: dict[str, list[str | None]]) -> None:
    for name, bars in SELECTION.bars(filters).items():
        assert set(bars["value"]) <= set(SELECTION.values[name])
        for value, *numbers in bars.iter_rows():
            behind = SELECTION.chosen({**filters, name: [value]})
            assert tuple(numbers) == sums(behind)
        rest = {other: values for other, values in filters.items() if other != name}
        assert bars["line_count"].sum() == SELECTION.chosen(rest).height


@settings(max_examples=30, deadline=None)
@given(all_filters())
def test_the_claims_behind_have_the_numbers_of_the_chosen_lines(filters: dict[str, list[str | None]]) -> None:
    chosen = SELECTION.chosen(filters)
    claims = claims_of(chosen)
    assert (
        claims["line_count"].sum(),
        claims.height,
        Decimal(claims["denied_amount"].sum()),
    ) == sums(chosen)
    assert Decimal(claims["not_paid_amount"].sum()) == not_paid(chosen)
    assert SELECTION.total(filters) == Total(*sums(chosen), not_paid(chosen))


@settings(max_examples=30, deadline=None)
@given(all_filters())
def test_every_cell_has_the_claims_of_its_payer_and_kind(filters: dict[str, list[str | None]]) -> None:
    rest = {name: values for name, values in filters.items() if name not in {PAYER, CATEGORY}}
    expected = {
        (payer, kind): (lines["claim_id"].n_unique(), int(lines["denied_amount"].sum() * 100))
        for (payer, kind), lines in SELECTION.chosen(rest).group_by(PAYER, CATEGORY)
    }
    payers, kinds = SELECTION.values[PAYER], SELECTION.values[CATEGORY]
    cells = SELECTION.cells(filters)
    assert {(payers[payer], kinds[kind]): counts for (payer, kind), counts in cells.items()} == expected


def test_the_first_claims_are_the_first_of_all() -> None:
    wanted = {"payer_name": ["Harbor Senior Plan"]}
    chosen = SELECTION.chosen(wanted)
    count, claims = SELECTION.first_claims(wanted, most=5)
    assert count == claims_of(chosen).height
    assert claims.rows() == claims_of(chosen).head(5).rows()
    # By another order, whose ties and unknown ones are by dollars.
    order = SELECTION.claim_ids.to_numpy() % 3.0
    order[SELECTION.claim_ids.to_numpy() % 2 == 0] = float("inf")
    _, claims = SELECTION.first_claims({}, most=90, order=order)
    place = dict(zip(SELECTION.claim_ids, order, strict=True))
    keys = [(place[row["claim_id"]], -row["denied_amount"], row["claim_id"]) for row in claims.to_dicts()]
    assert keys == sorted(keys)
    assert len(keys) == SELECTION.claim_count


def test_lines_not_paid_have_the_ages_that_the_inventory_has() -> None:
    day = dt.date(2026, 11, 30)
    lines = denied_lines(claims=90).with_columns(
        denial_date=pl.when(pl.col("claim_id") % 13 > 0).then("denial_date")
    )
    bars = DeniedSelection(lines, day).bars({})[AGE]
    aged = aged_denials(lines, day).filter(pl.col("line_count") > 0)
    unpaid = bars.filter(pl.col("value") != PAID_BAND).sort("value")
    assert unpaid.rows() == aged.rename({"age_band": "value"}).sort("value").rows()
    assert unpaid["value"].to_list().count("no date") == 1
    assert bars["line_count"].sum() == lines.height


def test_the_chosen_lines_are_those_that_a_plain_filter_keeps() -> None:
    lines = denied_lines(claims=90)
    wanted = lines.filter(
        pl.col("payer_name").is_in(["Cedar River Health", "Harbor Senior Plan"]),
        pl.col("code").is_null() | (pl.col("code") == "99213"),
    )
    chosen = SELECTION.chosen(
        {"payer_name": ["Harbor Senior Plan", "Cedar River Health"], "code": [None, "99213"]}
    )
    key = ["claim_id", "denial_number"]
    assert chosen.select(key).rows() == wanted.select(key).rows()
    assert 0 < chosen.height < lines.height


def test_unmapped_reasons_and_lines_without_a_reason_are_bars_of_their_own() -> None:
    bars = SELECTION.bars({})
    assert {"unmapped", "no reason given"} <= set(bars["denial_category"]["value"])
    assert {"CO-XX9 unmapped", "no reason given"} <= set(bars["reason"]["value"])
    assert None in bars["code"]["value"].to_list()


def test_no_value_of_a_dimension_lets_nothing_through() -> None:
    assert SELECTION.chosen({"code": []}).is_empty()
    assert SELECTION.chosen({"code": ["no such code"]}).is_empty()


def test_no_lines_have_no_bars() -> None:
    empty = DeniedSelection(denied_lines(claims=1).clear())
    assert {name: frame.height for name, frame in empty.bars({}).items()} == dict.fromkeys(DIMENSIONS, 0)
    assert claims_of(empty.chosen({})).is_empty()


def test_an_unknown_dimension_and_a_single_text_are_refused() -> None:
    with pytest.raises(UsageError, match="payer"):
        SELECTION.bars({"payer": ["x"]})
    with pytest.raises(UsageError, match="one text"):
        SELECTION.chosen({"payer_name": "Cedar River Health"})
