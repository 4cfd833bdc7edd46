from __future__ import annotations

import polars as pl
import pytest

from auditlib.measures.standing_out import kinds_that_stand_out


def charts(right: dict[str, list[int]], codes: int = 4) -> pl.DataFrame:
    rows = [
        (f"{person}{number}", person, count, codes)
        for person, counts in right.items()
        for number, count in enumerate(counts)
    ]
    return pl.DataFrame(
        rows, schema=["encounter_id", "person", "right_count", "code_count"], orient="row"
    ).cast({"right_count": pl.Int64, "code_count": pl.Int64})


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
