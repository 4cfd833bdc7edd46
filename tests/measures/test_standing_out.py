from __future__ import annotations

import polars as pl
import pytest

from auditlib.measures.reviewer_agreement import reviewer_agreement
from auditlib.measures.standing_out import compared_with_rest, kinds_that_stand_out
from auditlib.stats.comparison.clustered_shares import difference_test
from auditlib.stats.intervals.clustered_share import cluster_sums, shared_design_effect


def charts(right: dict[str, list[int]], codes: int = 4) -> pl.DataFrame:
    rows = [
        (f"{person}{number}", person, count, codes)
        for person, counts in right.items()
        for number, count in enumerate(counts)
    ]
    return pl.DataFrame(
        rows, schema=["encounter_id", "person", "right_count", "code_count"], orient="row"
    ).cast({"right_count": pl.Int64, "code_count": pl.Int64})


def test_a_person_is_tested_against_all_others_together() -> None:
    right = {"A": [4] * 30, "B": [4, 3] * 15, "C": [1, 2, 0] * 10}
    found = compared_with_rest(charts(right), numerator="right_count", denominator="code_count")
    sums = {name: cluster_sums(counts, [4] * len(counts)) for name, counts in right.items()}
    rest = cluster_sums(right["A"] + right["B"], [4] * 60)
    shared = shared_design_effect(list(sums.values()))
    p_value, _ = difference_test(sums["C"], rest, least_design_effect=shared)
    own = found.filter(person="C").row(0, named=True)
    assert own["p_value"] == pytest.approx(p_value)
    assert own["rest_rate"] == pytest.approx(rest.share)
    assert own["is_different"]
    # Holm: the smallest of three counts three times.
    assert own["adjusted_p_value"] == pytest.approx(min(1.0, 3 * p_value))


def test_one_chart_or_one_person_cannot_be_compared() -> None:
    only = compared_with_rest(charts({"A": [4, 3]}), numerator="right_count", denominator="code_count")
    assert only.is_empty()
    two = compared_with_rest(
        charts({"A": [4, 3, 4], "B": [1]}), numerator="right_count", denominator="code_count"
    )
    assert two.is_empty()
    none = compared_with_rest(charts({}), numerator="right_count", denominator="code_count")
    assert none.is_empty()


def test_a_kind_stands_out_with_three_errors_and_more_than_among_the_others() -> None:
    held = charts({"A": [4] * 40, "B": [4] * 40, "C": [4] * 40})
    errors = pl.DataFrame(
        [(f"A{number}", "units") for number in range(20)]
        + [("A0", "POA"), ("A1", "POA"), ("B0", "units"), ("C0", "units")],
        schema=["encounter_id", "error_kind"],
        orient="row",
    )
    kinds = kinds_that_stand_out(held, errors, denominator="code_count")
    found = {
        (person, kind): out for person, kind, out in kinds.select("person", "error_kind", "stands_out").rows()
    }
    assert found == {("A", "units"): True, ("A", "POA"): False, ("B", "units"): False, ("C", "units"): False}
    own = kinds.filter(person="A", error_kind="units").row(0, named=True)
    assert (own["error_count"], own["all_error_count"]) == (20, 22)
    assert own["rate"] == pytest.approx(20 / 160)
    assert own["rest_rate"] == pytest.approx(2 / 320)


def reviews(*judged: tuple[str, str, int, str, str | None]) -> tuple[pl.DataFrame, pl.DataFrame]:
    verdicts = pl.DataFrame(
        [("q", *row) for row in judged],
        schema=["audit", "reviewer", "encounter_id", "code_number", "action", "corrected_code"],
        orient="row",
    ).with_columns(
        pl.lit(None, pl.String).alias(name)
        for name in (
            "corrected_code_system",
            "corrected_code_role",
            "corrected_poa_indicator",
            "corrected_modifiers",
            "corrected_unit_count",
        )
    )
    return verdicts, verdicts.select("audit", "reviewer", "encounter_id").unique()


def test_agreement_counts_codes_judged_twice() -> None:
    verdicts, completed = reviews(
        ("R1", "E1", 1, "agree", None),
        ("R2", "E1", 1, "agree", None),
        ("R1", "E1", 2, "change", "I10"),
        ("R2", "E1", 2, "change", "I11"),
        ("R1", "E2", 1, "agree", None),
    )
    found = reviewer_agreement(verdicts, completed)
    assert (found.chart_count, found.pair_count, found.same_count) == (1, 2, 1)
    assert found.ac1 == pytest.approx(1.0)
    nobody = reviewer_agreement(verdicts.filter(reviewer="R1"), completed.filter(reviewer="R1"))
    assert (nobody.chart_count, nobody.ac1) == (0, None)
