"""Machine coders beside coders, by confidence, and their pull: small charts counted by hand."""

from __future__ import annotations

import polars as pl
import pytest

from auditlib.measures.machine_coders import (
    BANDS,
    calibration,
    compare_with_coders,
    confidence_band,
    pull_sentence,
    reviewed_codes,
    suggestion_pull,
)
from auditlib.review.suggestion import MachineCoder, SuggestionPlan, assign_suggestions

CODER = MachineCoder("Codewise", "2.1")


def codes(*rows: tuple[str, str, str], confidence: float | None = None) -> pl.DataFrame:
    """Return codes of charts: chart, code, role (p principal, else secondary)."""
    return pl.DataFrame(
        {
            "encounter_id": [chart for chart, _, _ in rows],
            "code_number": list(range(1, len(rows) + 1)),
            "code_system": ["ICD-10-CM"] * len(rows),
            "code": [code for _, code, _ in rows],
            "code_role": ["principal" if role == "p" else "secondary" for _, _, role in rows],
            "confidence_share": [confidence] * len(rows),
        },
        schema_overrides={"confidence_share": pl.Float64()},
    )


FINAL = codes(("E1", "A", "p"), ("E1", "B", ""), ("E2", "C", "p"), ("E3", "D", "p"), ("E3", "E", ""))
# E1: all right; E2: wrong code; E3: right codes, in the wrong order.
HUMAN = codes(("E1", "A", "p"), ("E1", "B", ""), ("E2", "X", "p"), ("E3", "E", "p"), ("E3", "D", ""))
# E1: one missed, one given twice; E2: right; E3: one too many. E4 is not reviewed, E5 is nobody else's.
MACHINE = codes(
    ("E1", "A", "p"), ("E1", "A", ""), ("E2", "C", "p"), ("E3", "D", "p"), ("E3", "E", ""), ("E3", "Z", ""),
    ("E4", "Q", "p"), ("E5", "Q", "p"),
)  # fmt: skip
CHARTS = pl.Series(["E1", "E2", "E3", "E5", "E6"])


def test_both_are_compared_on_the_charts_that_both_coded() -> None:
    found = compare_with_coders(FINAL, HUMAN, MACHINE, CHARTS)
    counts = ("measure", "coder_count", "coder_total", "machine_count", "machine_total", "p_value")
    assert found.rates.select(counts).rows() == [
        ("code over code", 4, 5, 4, 5, None),
        ("precision", 4, 5, 4, 5, None),
        ("charts with all codes right", 2, 3, 1, 3, 1.0),
        ("principal diagnosis", 1, 3, 3, 3, 0.5),
    ]
    assert (found.not_coded_count, found.no_coder_count) == (1, 1)
    assert found.charts["encounter_id"].to_list() == ["E1", "E2", "E3"]
    row = found.rates.row(0, named=True)
    assert row["difference"] == pytest.approx(0)
    assert row["difference_lower"] < 0 < row["difference_upper"]
    assert found.sentence.startswith("On 3 charts, code over code: the machine 80.0 %, the coders 80.0 %")
    assert found.sentence.endswith("1 reviewed chart that only the machine coded left out.")


def test_without_a_chart_of_both_nothing_is_compared() -> None:
    found = compare_with_coders(FINAL, HUMAN, MACHINE, pl.Series(["E6"]))
    assert found.rates.is_empty()
    assert found.sentence.startswith("No reviewed chart was coded by both.")


def test_bands_of_confidence_hold_what_their_names_say() -> None:
    shares = pl.DataFrame({"share": [0.0, 0.499, 0.5, 0.7, 0.9, 0.949, 0.95, 1.0, None]})
    found = shares.select(confidence_band(pl.col("share"))).to_series().to_list()
    assert found == [BANDS[place] for place in (0, 0, 1, 2, 3, 3, 4, 4, 5)]


def test_calibration_sets_the_right_codes_beside_the_stated_confidence() -> None:
    machine = pl.concat(
        [
            codes(("E1", "A", "p"), ("E3", "Z", ""), confidence=0.6),
            codes(("E2", "C", "p"), ("E3", "D", "p"), confidence=0.97),
            codes(("E3", "E", ""), ("E9", "E", "")),
        ]
    )
    found = calibration(FINAL, machine, CHARTS)
    columns = ("confidence_band", "right_count", "code_count", "rate", "mean_confidence")
    assert found.select(columns).rows() == [
        ("50 to 70 %", 1, 2, 0.5, 0.6),
        ("95 % and more", 2, 2, 1.0, 0.97),
        ("not stated", 1, 1, 1.0, None),
    ]
    assert found["difference"].to_list() == [pytest.approx(-0.1), pytest.approx(0.03), None]
    assert all(row["lower"] < row["rate"] or row["rate"] == 0 for row in found.iter_rows(named=True))


def test_a_review_leaves_what_it_agreed_to_changed_and_added() -> None:
    verdicts = pl.DataFrame(
        [
            ("R", "E1", 1, "agree", "ICD-10-CM", "A", None, None, None),
            ("R", "E1", 2, "change", "ICD-10-CM", "B", "ICD-10-CM", "C", "secondary"),
            ("R", "E1", 3, "delete", "ICD-10-CM", "D", None, None, None),
            ("R", "E1", None, "add", None, None, "ICD-10-CM", "E", "principal"),
            ("R", "E1", 4, "no record", "ICD-10-CM", "F", None, None, None),
        ],
        schema=[
            *("reviewer", "encounter_id", "code_number", "action", "code_system", "code"),
            *("corrected_code_system", "corrected_code", "corrected_code_role"),
        ],
        orient="row",
    )
    left = reviewed_codes(
        verdicts, codes(("E1", "A", "p"), ("E1", "B", ""), ("E1", "D", ""), ("E1", "F", ""))
    )
    assert left.select("code", "code_role").rows() == [
        ("A", "principal"),
        ("C", "secondary"),
        ("E", "principal"),
    ]


def test_the_pull_is_the_share_left_where_shown_less_that_where_hidden() -> None:
    charts = [f"E{n}" for n in range(8)]
    plan = SuggestionPlan(CODER, 0.5, frozenset(charts[:4]))
    suggested = codes(*((chart, code, "") for chart in charts for code in ("A", "B")))
    coder = codes(*((chart, "A", "p") for chart in charts))
    # Everybody keeps A; B is taken on three of four shown charts and on one of four hidden ones.
    left = pl.DataFrame(
        [("R", chart, "ICD-10-CM", "A") for chart in charts]
        + [("R", chart, "ICD-10-CM", "B") for chart in (*charts[:3], charts[4])],
        schema=["reviewer", "encounter_id", "code_system", "code"],
        orient="row",
    )
    reviews = pl.DataFrame({"reviewer": ["R"] * 8, "encounter_id": charts})
    found = suggestion_pull(plan, left, reviews, coder, suggested)
    counts = (
        "suggestions",
        "shown_agreed_count",
        "shown_count",
        "hidden_agreed_count",
        "hidden_count",
        "pull",
    )
    assert found.select(counts).rows() == [
        ("all", 7, 8, 5, 8, 0.25),
        ("the coder has it", 4, 4, 4, 4, 0.0),
        ("the coder has it not", 3, 4, 1, 4, 0.5),
    ]
    row = found.row(2, named=True)
    assert row["lower"] < 0.5 < row["upper"]
    assert "a pull of +50.0 points" in pull_sentence(found, plan)
    nothing = suggestion_pull(plan, left, reviews.clear(), coder, suggested)
    assert nothing["pull"].to_list() == [None, None, None]
    assert pull_sentence(nothing, plan).startswith("The pull of Codewise 2.1 is not known")


def test_charts_of_an_earlier_plan_stay_shown_or_hidden() -> None:
    first = assign_suggestions(["E1", "E2", "E3", "E4"], CODER, share=0.5, seed="1")
    assert len(first.shown) == 2
    later = assign_suggestions(
        [f"E{n}" for n in range(1, 9)],
        CODER,
        share=0.5,
        seed="2",
        earlier=first,
        earlier_charts=["E1", "E2", "E3", "E4"],
    )
    assert later.shown & {"E1", "E2", "E3", "E4"} == first.shown
    assert len(later.shown) == 4
