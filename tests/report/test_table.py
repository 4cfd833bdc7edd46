from __future__ import annotations

from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from auditlib.measures.rates import amount_shares, count_rates
from auditlib.report import display_table


def rates(measure: str = "initial denial rate", **counts: list[object]) -> pl.DataFrame:
    given_counts = pl.DataFrame(counts)
    by = [name for name in counts if name not in ("a", "n")]
    return count_rates(given_counts, measure, by=by, numerator="a", denominator="n", empty="nothing came")


def test_a_rate_frame_reads_as_one_sentence_a_row() -> None:
    table = display_table(rates(payer_id=["P01", "P02"], a=[3, 0], n=[40, 0]), title="Denials")
    assert repr(table).splitlines() == [
        "Denials",
        "Payer  Denied  Answered        Initial denial rate",
        "-----  ------  --------  -------------------------",
        "P01         3        40         7.5 % (2.6-19.9 %)",
        "P02         0         0  not defined: nothing came",
        "In brackets: 95 % Wilson interval.",
    ]


def test_several_measures_stand_beside_each_other() -> None:
    both = pl.concat(
        [rates("precision", coder_id=["C1"], a=[9], n=[10]), rates("Jaccard", coder_id=["C1"], a=[9], n=[12])]
    )
    table = display_table(both)
    assert [column.label for column in table.columns] == ["Coder", "Precision", "Jaccard"]
    assert table.rows == (("C1", "90.0 % (59.6-98.2 %), 9 of 10", "75.0 % (46.8-91.1 %), 9 of 12"),)


def test_several_measures_without_dimensions_stay_rows() -> None:
    both = pl.concat([rates("precision", a=[9], n=[10]), rates("Jaccard", a=[9], n=[12])])
    assert [row[0] for row in display_table(both).rows] == ["precision", "Jaccard"]


def test_money_shares_name_what_they_lack() -> None:
    frame = pl.DataFrame({"part": [Decimal(1)], "whole": [Decimal(4)]})
    shares = amount_shares(frame, "m", by=[], numerator="part", denominator="whole", empty="none")
    assert display_table(shares).notes == ("Interval: none: dollars are not independent trials.",)


def test_rows_left_out_are_counted() -> None:
    table = display_table(pl.DataFrame({"claim_count": list(range(7))}), row_limit=3)
    assert len(table.rows) == 3
    assert table.notes == ("3 of 7 rows.",)
    assert display_table(pl.DataFrame(schema={"claim_count": pl.Int64})).notes == ("No rows.",)


def test_markup_in_a_cell_stays_text() -> None:
    frame = pl.DataFrame({"payer_name": ["<script>alert(1)</script>"], "<b>": ["&"]})
    html = display_table(frame, title="<i>", note="<u>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;i&gt;" in html
    assert "&lt;u&gt;" in html
    assert "&lt;b&gt;" in html


def test_small_counts_are_withheld_with_what_gives_them_away() -> None:
    frame = pl.DataFrame(
        {
            "payer_id": ["P1", "P2", "P3", "P4"],
            "claim_count": [100, 5, 40, 0],
            "charge_amount": [Decimal(9), Decimal(8), Decimal(7), Decimal(0)],
        }
    )
    table = display_table(frame, suppress_below=11)
    assert table.rows == (
        ("P1", "100", "$9.00"),
        ("P2", "withheld", "withheld"),
        ("P3", "withheld", "withheld"),
        ("P4", "0", "$0.00"),
    )
    assert display_table(frame).rows[1] == ("P2", "5", "$8.00")


def test_a_rate_whose_rest_is_small_is_withheld() -> None:
    frame = rates(payer_id=["P1", "P2", "P3"], a=[198, 50, 60], n=[200, 100, 120])
    table = display_table(frame, suppress_below=11)
    assert table.rows[0] == ("P1", "withheld", "withheld", "withheld")
    # The next one goes too: with the total it would give the first away.
    assert table.rows[1] == ("P2", "withheld", "withheld", "withheld")
    assert table.rows[2][1:3] == ("60", "120")


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_no_small_count_is_ever_shown_or_found_by_subtraction(counts: list[int]) -> None:
    table = display_table(pl.DataFrame({"claim_count": counts}), suppress_below=11, row_limit=None)
    cells = [cell for (cell,) in table.rows]
    assert not any(cell.isdigit() and 0 < int(cell) < 11 for cell in cells)
    if len(cells) < len(counts):
        assert not cells
        return
    hidden = [count for count, cell in zip(counts, cells, strict=True) if not cell.isdigit()]
    assert len(hidden) != 1 or not any(count >= 11 for count in counts)


def test_a_rate_in_a_notebook_breaks_only_before_its_counts_and_a_reason_anywhere() -> None:
    frame = pl.DataFrame(
        {
            "coder_id": ["C01", "C02"],
            "rate": [0.934, None],
            "lower": [0.901, None],
            "upper": [0.957, None],
            "undefined_reason": [None, "no chart was reviewed"],
        }
    )
    html = display_table(frame)._repr_html_()
    assert ">93.4\N{NO-BREAK SPACE}%\N{NO-BREAK SPACE}(90.1-95.7\N{NO-BREAK SPACE}%)<" in html
    assert ">not defined: no chart was reviewed<" in html
