"""Figures of the accuracy screen, made by hand: two coders, one with errors of units since August."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

from auditlib.audits.rebuttals import DISPUTE_COLUMNS
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.target_rates import chart_counts, target_rates
from auditlib.widgets.accuracy_screen import AccuracyFigures, AccuracyScreen, ScreenRequest
from auditlib.widgets.accuracy_screen.figures import Trend

CODES_A_CHART = 4


def judged(
    *,
    months: int = 12,
    charts_a_month: int = 5,
    coders: tuple[str, ...] = ("C01", "C07"),
    is_priced: bool = True,
) -> JudgedCodes:
    """Return charts of coders over months; C07 errs on units from the ninth month on, C01 now and then."""
    charts: list[dict[str, Any]] = []
    codes: list[dict[str, Any]] = []
    for month in range(months):
        first = dt.date(2025 + (11 + month) // 12, (11 + month) % 12 + 1, 1)
        for coder in coders:
            for number in range(charts_a_month):
                chart = {
                    "audit": "q1" if month < 6 else "q2",
                    "encounter_id": f"E-{month:02}-{coder}-{number}",
                    "reviewer": "R01" if number % 2 else "R02",
                    "earlier_audit_count": 0,
                    "month": first,
                    "coder_id": coder,
                    "provider_id": "P1",
                    "specialty": "not known",
                    "facility_id": "F1",
                    "encounter_class": "office",
                    "service_date": first,
                    "coded_date": first,
                    "reviewed_date": first,
                }
                charts.append(chart)
                is_drift = coder == "C07" and month >= 8
                is_slip = number == 0 and month % 3 == 0
                for place in range(1, CODES_A_CHART + 1):
                    is_wrong = (is_drift and place <= 2) or (is_slip and place == 4)
                    kind = None if not is_wrong else "units" if is_drift and place <= 2 else "wrong code"
                    amount = Decimal("60.00") if kind == "units" else Decimal("-20.00") if kind else None
                    codes.append(
                        {
                            **{name: chart[name] for name in chart if name != "earlier_audit_count"},
                            "code_number": place,
                            "code_system": "HCPCS",
                            "code": "J3301",
                            "code_family": "HCPCS J",
                            "code_role": "service",
                            "action": "change" if is_wrong else "agree",
                            "is_right": not is_wrong,
                            "error_kind": kind,
                            "cause": "coder rule" if is_wrong else None,
                            "payment_difference": amount if is_priced else None,
                            "is_material": (is_priced or None) if is_wrong else False,
                            "reviewer_code_count": 1,
                            "coder_code_count": 1,
                            "union_count": 2 if is_wrong else 1,
                            "before": "J3301 x4" if is_wrong else "J3301",
                            "after": "J3301",
                            "comment": None,
                        }
                    )
    schema = {"payment_difference": pl.Decimal(18, 2), "is_material": pl.Boolean, "error_kind": pl.String,
              "cause": pl.String, "comment": pl.String}  # fmt: skip
    return JudgedCodes(
        pl.DataFrame(codes, schema_overrides=schema, infer_schema_length=None),
        pl.DataFrame(charts, infer_schema_length=None),
        "service",
    )


def figures(made: JudgedCodes | None = None, **request: Any) -> AccuracyFigures:  # noqa: ANN401 - its fields
    made = judged() if made is None else made
    asked = ScreenRequest(**request)
    scores = pl.concat(
        [
            target_rates(made, score=score, target=asked.target if score == asked.score else None)
            for score in ("codes", "payment")
        ]
    )
    months = target_rates(made, by="month")
    has_limits = months.height >= 8
    trend = months.select(
        "month",
        right_count="numerator_count",
        code_count="denominator_count",
        chart_count="chart_count",
        rate="rate",
        centre=pl.lit(0.94 if has_limits else None, pl.Float64),
        lower=pl.lit(0.86 if has_limits else None, pl.Float64),
        upper=pl.lit(1.0 if has_limits else None, pl.Float64),
        is_outside=pl.lit(has_limits) & (pl.col("rate") < 0.86),
        signal=pl.when(pl.col("rate") < 0.86).then(pl.lit("outside the limits")),
        is_complete=pl.lit(value=True),
    )
    began = dt.date(2026, 8, 1) if has_limits else None
    coders = target_rates(made, by="coder", score=asked.score, target=asked.target).with_columns(
        rest_rate=pl.lit(0.95),
        adjusted_p_value=pl.lit(0.0001),
        is_different=pl.col("coder_id") == "C07",
        began=pl.lit(None, pl.Date),
        before_rate=pl.lit(None, pl.Float64),
        after_rate=pl.lit(None, pl.Float64),
    )
    stand_out = pl.DataFrame(
        {"coder_id": ["C07"], "error_kind": ["units"], "kind_count": [40], "kind_stands_out": [True]}
    )
    errors = made.codes.filter(~pl.col("is_right"))
    amount = pl.col("payment_difference")
    return AccuracyFigures(
        request=asked,
        audit_names=("q1", "q2"),
        without_coder="Without C07 it is 98.3 %.",
        note="2 charts are not adjudicated and do not count: reviewers differ on their codes (E-1, E-2).",
        scores=scores,
        recent=scores,
        trends=(Trend(None, trend, "2 months below the limit.", began),),
        coders=coders.join(stand_out, on="coder_id", how="left").with_columns(
            pl.col("kind_stands_out").fill_null(value=False)
        ),
        coders_sentence="C07 with units.",
        errors=errors.group_by(value="error_kind").agg(
            codes=pl.lit("J3301 x4 to J3301"),
            error_count=pl.len().cast(pl.Int64),
            unpriced_error_count=amount.is_null().sum().cast(pl.Int64),
            overpaid_amount=amount.filter(amount > 0).sum(),
            underpaid_amount=-amount.filter(amount < 0).sum(),
            net_amount=amount.sum(),
            absolute_amount=amount.abs().sum(),
        ),
        auditors=pl.DataFrame(
            {
                "reviewer": ["R01", "R02"],
                "chart_count": [2, 1],
                "second_chart_count": [1, 1],
                "median_minutes": [9.5, None],
            }
        ),
        pairs=pl.DataFrame(
            {
                "first_reviewer": ["R01"],
                "second_reviewer": ["R02"],
                "chart_count": [1],
                "differing_chart_count": [1],
                "code_count": [4],
                "same_count": [3],
                "share": [0.75],
                "ac1": [0.7],
                "ac1_lower": [0.4],
                "ac1_upper": [1.0],
                "kappa": [None],
                "undefined_reason": [None],
            }
        ),
        codes=made.codes,
        charts=chart_counts(made),
        reviews=pl.DataFrame(
            {
                "audit": "q1",
                "encounter_id": ["E-00-C01-0", "E-00-C01-0", "E-00-C01-1"],
                "reviewer": ["R01", "R02", "R01"],
                "completed_at": dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC),
                "is_second": [True, True, False],
            }
        ),
        second_reviews=pl.DataFrame(
            {
                "audit": "q1",
                "encounter_id": "E-00-C01-0",
                "first_reviewer": "R01",
                "second_reviewer": "R02",
                "code": ["J1", "J2", "J3", "J4"],
                "first_action": "agree",
                "second_action": ["agree", "agree", "agree", "delete"],
                "is_same": [True, True, True, False],
            }
        ),
        adjudicated=pl.DataFrame(
            {
                "audit": "q1",
                "encounter_id": "E-00-C01-0",
                "item": "4",
                "reviewer": ["R01", "R02"],
                "adjudicator": "R03",
                "reason": "The note supports the code.",
                "is_overruled": [False, True],
            }
        ),
        disputes=pl.DataFrame(schema=DISPUTE_COLUMNS),
    )


def open_screen() -> AccuracyScreen:
    """Return the screen on these figures; a choice of target or score counts them anew."""
    return AccuracyScreen(
        lambda request: figures(
            target=request.target,
            score=request.score,
            since=request.since,
            until=request.until,
            audits=request.audits,
            month=request.month,
        ),
        ScreenRequest(),
    )
