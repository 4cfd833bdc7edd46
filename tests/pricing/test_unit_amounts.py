"""Units: under- and overpayments apart, netted by rule, capped at what was paid, offset, with an origin."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.pricing.unit_amounts import read_refunds, unit_amounts
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.stats.estimators.programmes import Netting

D = Decimal
MONEY = pl.Decimal(18, 2)


def unit(
    *differences: str | None,
    paid: str | None = "100",
    reviewed: bool = True,
    missing: bool = False,
    rule: MissingRecordRule = "error-in-full",
    netting: Netting = "net",
    recouped: str | None = None,
    refunded: str | None = None,
) -> dict[str, object]:
    units = pl.DataFrame(
        {
            "unit_id": ["U"],
            "encounter_id": ["E"],
            "paid_amount": [paid and D(paid)],
            "is_reviewed": [reviewed],
            "is_missing": [missing],
        },
        schema_overrides={"paid_amount": MONEY},
    )
    findings = pl.DataFrame(
        [
            {
                "unit_id": "U",
                "payment_difference": value and D(value),
                "is_estimate": False,
                "origin": value and f"fee {value}",
                "reason": None if value else "no fee",
            }
            for value in differences
        ],
        schema={
            "unit_id": pl.String(),
            "payment_difference": MONEY,
            "is_estimate": pl.Boolean(),
            "origin": pl.String(),
            "reason": pl.String(),
        },
    )
    offsets = pl.DataFrame(
        {
            "unit_id": ["U"],
            "recouped_amount": [recouped and D(recouped)],
            "refunded_amount": [refunded and D(refunded)],
        },
        schema_overrides={"recouped_amount": MONEY, "refunded_amount": MONEY},
    )
    return unit_amounts(units, findings, offsets, missing_rule=rule, netting=netting).row(0, named=True)


def amounts(found: dict[str, object]) -> tuple[object, ...]:
    return tuple(
        found[name] for name in ("overpaid_amount", "underpaid_amount", "payment_difference", "open_amount")
    )


def test_over_and_under_stand_apart_and_are_netted_by_rule() -> None:
    assert amounts(unit("30", "-10")) == (D(30), D(10), D(20), D(20))
    assert amounts(unit("30", "-10", netting="overpayments only"))[2] == D(30)
    assert amounts(unit("30", "-10", netting="gross"))[2] == D(40)
    assert unit("30", "-10")["audited_amount"] == D(80)
    assert unit("30", "-10")["origin"] == "fee 30 | fee -10"


def test_an_overpayment_is_capped_at_what_was_paid() -> None:
    found = unit("80", "40")
    assert amounts(found)[0] == D(100)
    assert str(found["origin"]).endswith("; at most what was paid for the unit")


def test_what_was_taken_back_or_refunded_is_not_open() -> None:
    assert amounts(unit("30", recouped="10", refunded="5"))[2:] == (D(30), D(15))
    assert amounts(unit("30", refunded="50"))[3] == D(0)
    assert amounts(unit("-30", refunded="50"))[3] == D(-30)


def test_a_missing_record_counts_by_the_rule() -> None:
    found = unit("-10", missing=True)
    assert (amounts(found), found["audited_amount"]) == ((D(100), D(0), D(100), D(100)), D(0))
    assert "without a record" in str(found["origin"])
    excluded = unit(missing=True, rule="excluded")
    assert (amounts(excluded), excluded["reason"]) == (
        (None,) * 4,
        "Its record is missing, which is counted as 'excluded'.",
    )
    assert (
        unit(missing=True, paid=None)["reason"]
        == "Its record is missing, and what was paid for it is not known."
    )


def test_a_unit_with_a_finding_that_is_not_priced_has_no_amount() -> None:
    found = unit("30", None)
    assert (amounts(found), found["origin"], found["reason"]) == ((None,) * 4, None, "no fee")
    assert unit(reviewed=False)["reason"] == "Its chart is not reviewed to the end."
    assert unit()["origin"] == "paid as reviewed: no error was found"


DIFFERENCES = st.lists(st.one_of(st.none(), st.decimals(-500, 500, places=2).map(str)), max_size=4)


@settings(max_examples=40, deadline=None)
@given(DIFFERENCES, st.booleans(), st.booleans())
def test_every_unit_has_an_amount_with_its_origin_or_a_reason(
    differences: list[str | None],
    reviewed: bool,  # noqa: FBT001 - drawn
    missing: bool,  # noqa: FBT001
) -> None:
    found = unit(*differences, reviewed=reviewed, missing=missing)
    has_amount = found["payment_difference"] is not None
    assert has_amount == (found["origin"] is not None) == (found["reason"] is None)
    if has_amount:
        assert 0 <= found["overpaid_amount"] <= D(100)  # type: ignore[operator]


def test_refunds_are_read_and_summed_and_a_wrong_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "refunds.csv"
    path.write_text("unit_id,refunded_amount,reference\nU,$10.50,check 1\nU,4.50,\n", encoding="utf-8")
    assert read_refunds(path).rows() == [("U", D("15.00"))]
    path.write_text("unit_id,refunded_amount\nU,ten\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"Row 2 of refunds\.csv"):
        read_refunds(path)
    path.write_text("unit,refunded_amount\nU,1\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="unknown column, 'unit'"):
        read_refunds(path)
