"""What the payer pays of an allowed amount, other sources of prices, and which a programme takes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from auditlib.pricing.contract_price import contract_prices, usual_prices
from auditlib.pricing.hospital_price import outpatient_prices, stay_prices
from auditlib.pricing.payer_share import SHARES, payer_payments
from auditlib.pricing.price_source import PriceSource, refused_source
from auditlib.pricing.steps import NO_STEPS
from auditlib.schema.ref_sets import CONTRACT_FEE

D = Decimal
DAY = dt.date(2026, 2, 1)
QUANTITY, MONEY = pl.Decimal(18, 4), pl.Decimal(18, 2)


def paid(
    amount: int, *, code: str = "99213", filing: str = "MB", day: dt.date = DAY, **shown: int | None
) -> tuple[int | None, str]:
    """What the payer pays of an allowed amount, in cents, and the origin or the reason."""
    names = [*SHARES, *(f"claim_{name}" for name in SHARES), "stated_coinsurance"]
    row = {
        "amount": amount,
        "code": code,
        "filing_code": filing,
        "service_date": day,
        "origin": "",
        "reason": None,
    }
    frame = pl.DataFrame(
        [row | {name: shown.get(name) for name in names}],
        schema={
            "amount": pl.Int64(),
            "code": pl.String(),
            "filing_code": pl.String(),
            "service_date": pl.Date(),
            "origin": pl.String(),
            "reason": pl.String(),
            **dict.fromkeys(names, pl.Int64()),
        },
    ).with_columns(steps=NO_STEPS)
    found = payer_payments(frame).row(0, named=True)
    return (None, found["reason"]) if found["reason"] else (found["amount"], found["origin"])


@pytest.mark.parametrize(
    ("day", "right"),
    [
        # $82.30 less 20 %, $16.46, is $65.84; 2 % of it is $1.32, 1 % is $0.66.
        (dt.date(2013, 3, 31), 65_84),
        (dt.date(2013, 4, 1), 64_52),
        (dt.date(2020, 4, 30), 64_52),
        (dt.date(2020, 5, 1), 65_84),
        (dt.date(2022, 3, 31), 65_84),
        (dt.date(2022, 4, 1), 65_18),
        (dt.date(2022, 6, 30), 65_18),
        (dt.date(2022, 7, 1), 64_52),
    ],
)
def test_medicare_pays_80_percent_less_sequestration_of_the_day(day: dt.date, right: int) -> None:
    assert paid(82_30, day=day)[0] == right


def test_the_deductible_is_as_the_remittance_says_and_at_most_the_amount() -> None:
    # $100 less $40 leaves $60; 80 % is $48, less 2 % $47.04.
    amount, origin = paid(100_00, deductible=40_00, allowed=120_00)
    assert (amount, "deductible $40.00, coinsurance $12.00 and copay $0.00" in origin) == (47_04, True)
    assert paid(30_00, deductible=40_00, allowed=120_00)[0] == 0


def test_preventive_services_have_no_share_of_the_patient() -> None:
    assert paid(100_00, code="G0439", deductible=40_00, allowed=120_00)[0] == 98_00


def test_other_payers_pay_as_the_remittance_shows_their_shares() -> None:
    # Billed: $100 allowed, $10 coinsurance, $20 copay, $1.40 sequestered of $70.
    shown = {"allowed": 100_00, "deductible": 0, "coinsurance": 10_00, "copay": 20_00, "sequestered": 1_40}
    assert paid(50_00, filing="12", **shown)[0] == 24_50
    of_claim = {f"claim_{name}": value for name, value in shown.items()}
    assert paid(50_00, filing="12", **of_claim)[0] == 44_10, "the copay is the line's own"
    assert paid(50_00, filing="12") == (
        None,
        "The patient's share is not known: no paid line of the claim shows it.",
    )


def fees(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    schema = CONTRACT_FEE.polars_schema
    return pl.DataFrame(
        [
            {
                "payer": payer,
                "code": code,
                "modifier": modifier,
                "fee_amount": D(amount),
                "effective_from": dt.date(2026, 1, 1),
                "release": "fees.csv",
            }
            for payer, code, modifier, amount in rows
        ],
        schema=schema,
    ).rename({"payer": "fee_payer"})


def lines(*rows: tuple[str, tuple[str, ...], str], **more: object) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "line_id": number,
                "payer_key": "P01",
                "payer": "Plan One",
                "payer_id": None,
                "payer_name": " plan one",
                "code": code,
                "modifiers": list(modifiers),
                "unit_count": D(units),
                "service_date": DAY,
                "charge": None,
            }
            | more
            for number, (code, modifiers, units) in enumerate(rows)
        ],
        schema={
            "line_id": pl.Int64(),
            **dict.fromkeys(("payer_key", "payer", "payer_id", "payer_name", "code"), pl.String()),
            "modifiers": pl.List(pl.String()),
            "unit_count": QUANTITY,
            "service_date": pl.Date(),
            "charge": pl.Int64(),
        },
    )


def test_a_contract_prices_units_with_the_fee_of_their_modifier() -> None:
    fee_table = fees(
        ("PLAN ONE", "99213", "", "80"), ("P01", "71046", "26", "12.50"), ("P02", "99214", "", "90")
    )
    asked = lines(
        ("99213", ("25",), "2"),
        ("71046", ("26",), "1"),
        ("71046", ("TC",), "1"),
        ("99213", ("52",), "1"),
        ("99214", (), "1"),
    )
    prices = contract_prices(asked, fee_table)
    assert prices["amount"].to_list() == [160_00, 12_50, None, None, None]
    assert prices["origin"][0] == "99213: contract fee of PLAN ONE, fees.csv = $80.00; 2 units = $160.00"
    assert prices["reason"].to_list() == [
        None,
        None,
        "No contract fee of the payer for 71046 is loaded.",
        "The contract has no fee for 99213 with its modifiers.",
        "No contract fee of the payer for 99214 is loaded.",
    ]
    assert contract_prices(lines(("99213", (), "2"), charge=150_00), fee_table)["amount"].to_list() == [
        150_00
    ]


def answers(*rows: tuple[str, str, dt.date]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "payer_key": "P01",
                "code": "99213",
                "modifiers": ["25"],
                "allowed_amount": D(amount),
                "unit_count": D(units),
                "service_date": day,
            }
            for amount, units, day in rows
        ],
        schema={
            "payer_key": pl.String(),
            "code": pl.String(),
            "modifiers": pl.List(pl.String()),
            "allowed_amount": MONEY,
            "unit_count": QUANTITY,
            "service_date": pl.Date(),
        },
    )


def test_a_usual_amount_is_the_median_of_the_quarter_else_of_the_year_else_none() -> None:
    asked = lines(("99213", ("25",), "1"), ("99213", (), "1"))
    january, july = dt.date(2026, 1, 5), dt.date(2026, 7, 5)
    quarter = answers(
        *((amount, "1", january) for amount in ("70", "71", "72", "90")),
        ("150", "2", january),
        ("500", "1", july),
    )
    of_quarter = usual_prices(asked, quarter)
    assert of_quarter["amount"].to_list() == [72_00, None]
    assert (
        "estimate, the median that Plan One allowed for a unit with the same modifiers in 2026Q1, of 5"
        in of_quarter["origin"][0]
    )
    assert (
        of_quarter["reason"][1]
        == "The payer paid 99213 with the same modifiers 0 times in the year; 5 are needed."
    )
    year = answers(*((amount, "1", july) for amount in ("70", "71", "72", "90")), ("80", "1", january))
    assert usual_prices(asked, year)["release"][0] == "2026"
    assert usual_prices(asked, year.head(4))["reason"][0].startswith(
        "The payer paid 99213 with the same modifiers 4 times"
    )


def test_outpatient_services_are_paid_by_status_wage_index_and_rank() -> None:
    rates = pl.DataFrame(
        [
            {
                "code": code,
                "status_indicator": status,
                "payment_amount": None if rate is None else D(rate),
                "copayment_amount": None if rate is None else D(rate) / 5,
            }
            for code, status, rate in (
                ("71046", "S", "100"),
                ("10060", "T", "200"),
                ("11042", "T", "300"),
                ("36415", "N", None),
                ("27447", "J1", "10000"),
                ("80053", "Q4", "10"),
            )
        ],
        schema={
            "code": pl.String(),
            "status_indicator": pl.String(),
            "payment_amount": MONEY,
            "copayment_amount": MONEY,
        },
    ).with_columns(service_date=pl.lit(DAY), release=pl.lit("2026Q1"))

    def priced(*codes: str, wage: str | None = "1.1", **units: str) -> list[object]:
        asked = pl.DataFrame(
            [
                {
                    "line_id": n,
                    "claim_id": 1,
                    "code": code,
                    "modifiers": [],
                    "unit_count": D(units.get(f"u{code}", "1")),
                    "service_date": DAY,
                    "wage_index": None if wage is None else D(wage),
                }
                for n, code in enumerate(codes)
            ],
            schema={
                "line_id": pl.Int64(),
                "claim_id": pl.Int64(),
                "code": pl.String(),
                "modifiers": pl.List(pl.String()),
                "unit_count": QUANTITY,
                "service_date": pl.Date(),
                "wage_index": QUANTITY,
            },
        )
        found = outpatient_prices(asked, rates).sort("line_id")
        return [
            amount if reason is None else reason
            for amount, reason in found.select("amount", "reason").iter_rows()
        ]

    # A wage index of 1.1 makes 0.6 x 1.1 + 0.4 = 1.06.
    assert priced("71046", "10060", "11042", "36415") == [106_00, 106_00, 318_00, 0]
    assert priced("71046", u71046="2") == [212_00]
    assert priced("10060", u10060="2") == [318_00]
    assert priced("27447", "10060", "36415") == [10_600_00, 0, 0]
    assert priced("80053") == ["80053 has the status Q4, which is not priced here."]
    assert priced("71046", "36415", wage=None) == ["No wage index of the hospital is loaded.", 0]
    assert priced("99999") == ["No outpatient rate of 99999 is loaded for 2026-02-01."]
    assert "several comprehensive services" in str(priced("27447", "27447")[0])


def test_stays_are_paid_by_weight_and_base_rate_unless_transferred_or_outliers() -> None:
    weights = pl.DataFrame(
        {
            "drg": ["194", "470"],
            "service_date": [DAY, DAY],
            "weight": [D("0.8639"), D("1.9")],
            "is_post_acute": [True, False],
            "release": ["FY2026", "FY2026"],
        },
        schema_overrides={"weight": QUANTITY},
    )

    def stay(
        drg: str = "194", status: str = "01", base: str | None = "6200.50", *, outlier: bool = False
    ) -> object:
        asked = pl.DataFrame(
            [
                {
                    "line_id": 0,
                    "drg": drg,
                    "service_date": DAY,
                    "base_rate_amount": None if base is None else D(base),
                    "rate_release": "rates.csv",
                    "discharge_status_code": status,
                    "is_outlier": outlier,
                }
            ],
            schema_overrides={"base_rate_amount": MONEY},
        )
        found = stay_prices(asked, weights).row(0, named=True)
        return found["reason"] or found["amount"]

    # 0.8639 x $6,200.50 = $5,356.611...
    assert stay() == 5_356_61
    assert stay(status="02") == "The patient was transferred, which is paid by the day."
    assert stay(status="3") == "The patient went to post-acute care, which may be paid by the day."
    assert stay(drg="470", status="03") == 11_780_95
    assert stay(outlier=True) == "The stay is an outlier."
    assert stay(base=None) == "No base rate of the hospital is loaded."
    assert stay(drg="999") == "No relative weight of DRG 999 is loaded."


@pytest.mark.parametrize("programme", ["PIM", "OIG", "SDP", "CIA", "cia"])
def test_programmes_refuse_estimates_without_a_reason(programme: str) -> None:
    assert "is an estimate" in str(refused_source(PriceSource.USUAL, programme, None))
    assert refused_source(PriceSource.USUAL, programme, " ") is not None
    assert refused_source(PriceSource.USUAL, programme, "no fee is known") is None
    assert refused_source(PriceSource.SCHEDULE, programme, None) is None


def test_only_what_is_usual_is_an_estimate() -> None:
    assert [source for source in PriceSource if source.is_estimate] == [PriceSource.USUAL]
    assert refused_source(PriceSource.USUAL, None, None) is None
    assert refused_source(PriceSource.USUAL, "CERT", None) is None
