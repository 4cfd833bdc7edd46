"""Small counts stay unknown to somebody who solves for them with every total that is not small itself."""

from __future__ import annotations

import datetime as dt
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from auditlib.errors import UsageError
from auditlib.report.contents import Fact, ReportContents, ReportTable, Section
from auditlib.report.formatting import Withheld, columns_of
from auditlib.report.html import write_html
from auditlib.report.result import Result
from auditlib.report.small_counts import SENTENCE_WITHHELD, says_small_count
from auditlib.report.suppress import withhold_small_counts
from auditlib.report.table import display_table

BELOW = 11
PAIRS = 100
COUNTS = ("paid_count", "denied_count", "claim_count")


def attack(  # noqa: C901 - one system of equations
    frame: pl.DataFrame, dimensions: list[str]
) -> dict[tuple[object, str], tuple[float, float]]:
    """Return the least and the most that each count may be which the table does not show.

    The attacker knows the shown counts, the totals of all rows and, of each dimension, what a table of its
    totals shows; and that paid and denied claims add up to all claims.
    """
    columns = columns_of(frame, {})
    shown = withhold_small_counts(columns, [list(row) for row in frame.rows()], below=BELOW)
    width = len(dimensions)
    known = {tuple(row[:width]): row[width:] for row in shown}
    cells = {
        (key, name): place
        for place, (key, name) in enumerate(product([tuple(row[:width]) for row in frame.rows()], COUNTS))
    }
    equations, totals = [], []

    def equation(terms: dict[tuple[object, str], float], total: float) -> None:
        line = np.zeros(len(cells))
        for cell, factor in terms.items():
            line[cells[cell]] = factor
        equations.append(line)
        totals.append(total)

    hidden = []
    for cell in cells:
        key, name = cell
        row = known.get(key)
        value = None if row is None else row[COUNTS.index(name)]
        if row is None or isinstance(value, Withheld):
            hidden.append(cell)
        else:
            equation({cell: 1}, value)
    # The grand total, and each row that the table of totals over a dimension shows by the same rule.
    known_totals = [(lambda _: True, [frame[name].sum() for name in COUNTS])]
    for at, dimension in enumerate(dimensions if width > 1 else []):
        sums = frame.group_by(dimension, maintain_order=True).agg(pl.col(*COUNTS).sum())
        rows = withhold_small_counts(columns_of(sums, {}), [list(row) for row in sums.rows()], below=BELOW)
        for value, *counts in rows:
            if not any(isinstance(count, Withheld) for count in counts):
                known_totals.append((lambda key, at=at, value=value: key[at] == value, counts))
    for is_in, counts in known_totals:
        if not any(0 < count < BELOW for count in counts):
            for name, count in zip(COUNTS, counts, strict=True):
                equation({cell: 1.0 for cell in cells if cell[1] == name and is_in(cell[0])}, count)
    for key in {key for key, _ in cells}:
        equation({(key, "paid_count"): 1, (key, "denied_count"): 1, (key, "claim_count"): -1}, 0)
    system, right = np.array(equations), np.array(totals, float)
    found = {}
    for cell in hidden:
        aim = np.zeros(len(cells))
        aim[cells[cell]] = 1
        ends = [
            linprog(sign * aim, A_eq=system, b_eq=right, bounds=(0, 10_000), method="highs").fun * sign
            for sign in (1, -1)
        ]
        found[cell] = (ends[0], ends[1])
    return found


def table(seed: int, *, first: int, second: int, most: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    rows = []
    for payer, month in product(range(first), range(second)):
        paid, denied = (int(random.integers(0, most)) if random.random() < 0.8 else 0 for _ in range(2))
        rows.append(
            {"payer_id": f"P{payer}", "month": f"M{month}", "paid_count": paid, "denied_count": denied}
        )
    frame = pl.DataFrame(rows).with_columns(claim_count=pl.col("paid_count") + pl.col("denied_count"))
    return frame if second > 1 else frame.drop("month")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("first", "second"), [(8, 1), (6, 3)])
def test_no_withheld_count_is_found_by_solving_for_it(seed: int, first: int, second: int) -> None:
    frame = table(seed, first=first, second=second, most=60)
    dimensions = ["payer_id", "month"][: 1 + (second > 1)]
    small = {
        (tuple(row[: len(dimensions)]), name)
        for row in frame.rows()
        for name, value in zip(COUNTS, row[len(dimensions) :], strict=True)
        if 0 < value < BELOW
    }
    found = attack(frame, dimensions)
    assert small <= found.keys()
    totals = {name: frame[name].sum() for name in COUNTS}
    for cell in small:
        least, most = found[cell]
        assert least < most
        assert most >= BELOW or totals[cell[1]] < BELOW
    # What is withheld beside the small ones is not found either, but that there is nothing.
    assert all(least < most or (least == most == 0) for least, most in found.values())


def test_without_the_rule_the_same_attack_finds_the_count() -> None:
    frame = pl.DataFrame(
        {"payer_id": ["A", "B", "C"], "paid_count": [30, 40, 50], "denied_count": [3, 20, 30]}
    ).with_columns(claim_count=pl.col("paid_count") + pl.col("denied_count"))
    # The small cell alone withheld, as by eye: the total gives it away.
    assert frame["denied_count"].sum() - 20 - 30 == 3
    found = attack(frame, ["payer_id"])
    assert {key for key, _ in found} == {("A",), ("B",)}
    assert found[("A",), "denied_count"] == (0, 23)


def test_groups_whose_totals_stand_elsewhere_each_keep_their_secret() -> None:
    frame = pl.DataFrame(
        {
            "reason_code": ["45", "50", "96", "97"],
            "category": ["contract", "need", "need", "contract"],
            "denied_count": [100, 4, 60, 70],
        }
    )
    rows = withhold_small_counts(columns_of(frame, {}), [list(row) for row in frame.rows()], below=BELOW)
    # 50 alone among the withheld of its category would follow from the category's total.
    assert [isinstance(row[2], Withheld) for row in rows] == [False, True, True, False]


def test_measures_beside_each_other_share_and_are_withheld_together() -> None:
    rates = pl.DataFrame(
        {
            "measure": ["denied", "denied", "denied", "paid", "paid", "paid"],
            "payer_id": ["A", "B", "C"] * 2,
            "numerator_count": [4, 50, 60, 96, 50, 60],
            "denominator_count": [100, 100, 120] * 2,
            "rate": [0.04, 0.5, 0.5, 0.96, 0.5, 0.5],
        }
    )
    rows = withhold_small_counts(columns_of(rates, {}), [list(row) for row in rates.rows()], below=BELOW)
    hidden = [isinstance(row[2], Withheld) and isinstance(row[4], Withheld) for row in rows]
    assert hidden == [True, True, False, True, True, False]


def test_a_table_of_three_dimensions_or_of_one_row_is_withheld_as_a_whole() -> None:
    three = pl.DataFrame(
        {"a": ["x", "x", "y"], "b": ["p", "q", "p"], "c": ["1", "1", "2"], "d": ["m", "m", "n"]}
    ).join(pl.DataFrame({"e": ["u", "v"], "claim_count": [5, 90]}), how="cross")
    for frame in (three, pl.DataFrame({"claim_count": [5]})):
        assert not withhold_small_counts(columns_of(frame, {}), [list(r) for r in frame.rows()], below=BELOW)


@pytest.mark.parametrize(
    ("text", "is_small"),
    [
        ("3 charts are open", True),
        ("290 of 295 charts", True),
        ("12 of 40 charts; the target is 95 %", False),
        ("Made Nov 3, 2026 with auditlib 0.9.1 on 2026-11-03", False),
        ("93.4 % (90.1-95.7 %), 120 of 140", False),
        ("DX-06 and E11.9, at $4", False),
        ("0 of 25", False),
    ],
)
def test_sentences_and_figures_that_say_a_small_count_are_known(text: str, *, is_small: bool) -> None:
    assert says_small_count(text, below=BELOW) is is_small


def test_a_report_withholds_figures_sentences_and_rows_on_single_units(tmp_path: Path) -> None:
    section = Section(
        "Findings",
        paragraphs=("Of all charts 4 were wrong. The rest was right.",),
        facts=(Fact("Charts wrong", "4 of 40"), Fact("Charts", "40")),
        tables=(ReportTable("Units", pl.DataFrame({"encounter_id": ["E77"], "error_count": [2]})),),
    )
    at = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    contents = ReportContents("Report", "of an audit", at, "Ada", "auditlib", (("Wrong", "4"),), (section,))
    text = write_html(tmp_path / "report.html", contents, suppress_below=BELOW).read_text(encoding="utf-8")
    assert "E77" not in text
    assert "4 of 40" not in text
    assert "4 were wrong" not in text
    assert SENTENCE_WITHHELD in text
    assert "The rest was right." in text
    assert ">40<" in text


def test_an_answer_is_suppressed_and_written(tmp_path: Path) -> None:
    answer = Result(pl.DataFrame({"payer_id": ["A", "B", "C"], "claim_count": [5, 90, 80]}), "Claims")
    safe = answer.suppressed()
    assert safe.frame["claim_count"].to_list() == [None, 90, None]
    assert "Counts below 11" in repr(safe)
    assert safe.write(tmp_path / "claims.csv").read_text().splitlines()[1:] == ["A,", "B,90", "C,"]
    assert Result(pl.DataFrame({"encounter_id": ["E1"], "claim_count": [50]})).suppressed().frame.is_empty()
    assert answer.suppressed(3).frame["claim_count"].to_list() == [5, 90, 80]
    with pytest.raises(UsageError, match="cannot be withheld"):
        answer.suppressed(1)


def test_a_shown_table_does_not_say_how_many_rows_are_left_out() -> None:
    frame = pl.DataFrame({"encounter_id": ["E1", "E2"], "claim_count": [50, 60]})
    assert not any("2" in note for note in display_table(frame, suppress_below=BELOW).notes)


def test_a_table_by_payer_and_one_by_payer_and_month_do_not_give_a_count_away_together() -> None:
    draw, with_small = np.random.default_rng(19), 0
    for _ in range(PAIRS):
        payers, months = "ABCDE"[: draw.integers(3, 6)], range(draw.integers(2, 5))
        counts = {one: int(draw.choice([0, 1, 2, 5, 11, 12, 20, 40])) for one in product(payers, months)}
        totals = {payer: sum(counts[payer, month] for month in months) for payer in payers}
        alone = pl.DataFrame({"payer_name": [*totals], "denied_count": [*totals.values()]})
        both = pl.DataFrame(
            [(payer, f"2026-0{month + 1}", count) for (payer, month), count in counts.items()],
            schema=["payer_name", "month", "denied_count"],
            orient="row",
        )
        shown = Result(alone).suppressed(BELOW).frame.drop_nulls()["payer_name"].to_list()
        shown += Result(both).suppressed(BELOW).frame["payer_name"].to_list()
        unknown = [payer for payer in payers if payer not in shown]
        with_small += any(0 < total < BELOW for total in totals.values())
        assert all(payer in unknown for payer, total in totals.items() if 0 < total < BELOW)
        # What the unknown ones are together follows from the total of all: that is no small count.
        assert not unknown or not 0 < sum(totals[payer] for payer in unknown) < BELOW
        assert len(unknown) != 1 or not 0 < totals[unknown[0]] < BELOW
    assert with_small > PAIRS // 10
