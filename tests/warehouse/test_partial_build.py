"""Whatever is loaded, in whatever pieces: what a load rebuilds in part is what a rebuild of all gives."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.checks.runner import write_line_rules
from auditlib.errors import StoreError
from auditlib.progress import SilentProgress
from auditlib.schema import CORE_TABLES
from auditlib.schema.mart import MODEL_BUILD
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.cuts import CUTS
from auditlib.warehouse.partial_build import run_touched
from auditlib.warehouse.rebuild import _groups, rebuild
from auditlib.warehouse.store import read_sql, reading_copies
from auditlib.warehouse.touched import Touched
from tests.tables import TABLES, empty, fill, rows_frame
from tests.warehouse.judged_cases import add_cases
from tests.warehouse.made_rows import ACCOUNTS, Rows, make_file, make_given

EXAMPLES = int(os.environ.get("AUDITLIB_LOAD_EXAMPLES", "3"))
FILLED = {table.full_name for table in CORE_TABLES}
BUILT = tuple(dict.fromkeys(one.table for one in graph.models() if not one.is_for_checks))
LISTS: Mapping[str, list[dict[str, object]]] = {
    "ref.denial_reason": [
        {"reason_code": code, "is_denial": kind == "refused", "reason_kind": kind, "stated_by": "project"}
        for code, kind in (
            *(("45", "contractual"), ("16", "refused"), ("50", "refused"), ("18", "refused")),
            *(("197", "refused"), ("252", "refused"), ("97", "reduced")),
        )
    ],
    "ref.contract_fee": [
        {
            "payer": "pay1",
            "code": "99213",
            "modifier": "",
            "fee_amount": Decimal("90.00"),
            "effective_from": dt.date(2020, 1, 1),
            "release": "own",
        }
    ],
    "ref.drg": [
        {"drg": drg, "weight": Decimal(weight), "effective_from": dt.date(2020, 1, 1), "release": "v1"}
        for drg, weight in (("470", "1.9"), ("871", "1.8"))
    ],
}


EMPTY = Warehouse.in_memory()


NOT_MADE = {
    *("acknowledged_envelope", "contract_line"),
    *("encounter_code_from_claim", "encounter_code_from_machine"),
}
"""Models that make nothing of those rows, or nothing more once they have."""


class _TakeBackError(Exception):
    """Ends a transaction of which nothing is to stay."""


def append(writer: Writer, rows: Rows) -> None:
    for name, of_table in rows.items():
        writer.append(TABLES[name], rows_frame(TABLES[name], of_table))


def built(writer: Writer) -> dict[str, pl.DataFrame]:
    rows = {}
    for name in BUILT:
        frame = writer._connection.select(f"select * from {name}", None)
        rows[name] = frame.sort(frame.columns, nulls_last=True)
    return rows


def load(writer: Writer, first_file: int, rows: Rows, places: pl.DataFrame | None = None) -> None:
    """Do to the tables what a load does, and rebuild what it touches, however much that is."""
    touched = Touched(writer)
    ids = [row["encounter_id"] for row in rows.get("core.encounter", [])]
    touched.give_way(pl.Series("encounter_id", ids, pl.String))
    if places is not None:
        touched.note_places(places)
        for table in CORE_TABLES:
            if {"source_file_id", "source_offset"} <= set(table.column_names) and table.full_name in FILLED:
                writer.delete_places(table, places)
    append(writer, rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditlib.warehouse.touched._MOST_SHARE", 99.0)
        touched.note_new(first_file)
    run_touched(writer, changed=FILLED)


def rebuilt(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    """Return the tables as a rebuild of all makes them, and leave them as they were."""
    found: dict[str, pl.DataFrame] = {}
    with pytest.raises(_TakeBackError), warehouse.writing() as writer:
        graph.run_but_for_checks(writer, changed=FILLED)
        found.update(built(writer))
        _take_back()
    return found


def _take_back() -> None:
    raise _TakeBackError


def merged(parts: Iterable[Rows]) -> Rows:
    rows: Rows = {}
    for part in parts:
        for name, of_table in part.items():
            rows.setdefault(name, []).extend(of_table)
    return rows


def test_a_model_reads_only_what_the_keys_of_its_cut_hold_together() -> None:
    cuts = {one.table: one.cut for one in graph.models()}
    # Rows of an account are right wherever the accounts of a patient are judged, and not the other way round.
    allowed = {
        "patient_control_number": {"patient_control_number"},
        "patient_id": {"patient_control_number", "patient_id"},
        "remittance_id": set[str](),
    }
    # Rows of these never change where they are there, or not by a load.
    constant = {one.table for one in graph.models() if not one.depends_on}
    for one in graph.models():
        if one.cut:
            read = {cuts[name] for name in one.depends_on if name in cuts and name not in constant}
            assert read <= allowed[one.cut], one.name
            assert one.shared or CUTS[one.cut].makes(graph.contract(one.table)), one.name
        else:
            assert not one.part, one.name


def test_a_model_makes_no_row_where_what_it_needs_has_none() -> None:
    draw = random.Random(5)
    empty(EMPTY)
    fill(EMPTY, LISTS)
    before, after = {}, {}
    with pytest.raises(_TakeBackError), EMPTY.writing() as writer:
        append(writer, merged(make_file(draw, number) for number in range(1, 40)))
        add_cases(writer)
        write_line_rules(writer)
        graph.run(writer)
        for one in graph.models():
            if one.needs:
                emptied = {name: f"emptied_{name.replace('.', '_')}" for name in one.needs}
                for name, copy in emptied.items():
                    writer.copy_rows(copy, name, ["false"])
                before[one.name] = writer.count(f"({read_sql(one.query)})")
                after[one.name] = writer.count(f"({reading_copies(read_sql(one.query), emptied)})")
        _take_back()
    assert before.keys() - {name for name, count in before.items() if count} == NOT_MADE
    assert {name: count for name, count in after.items() if count} == {}


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_what_loads_rebuild_in_part_is_what_a_rebuild_of_all_gives(seed: int) -> None:
    draw = random.Random(seed)
    warehouse = EMPTY
    empty(warehouse)
    fill(warehouse, LISTS)
    given_ids = draw.sample(ACCOUNTS, 4)
    with warehouse.writing() as writer:
        append(writer, merged(make_file(draw, number) for number in (1, 2)))
        append(writer, make_given(draw, 2, given_ids.pop()))
        graph.run_but_for_checks(writer)
    for number in (3, 4):
        rows = make_file(draw, number)
        if draw.random() < 0.6:
            rows = merged((rows, make_given(draw, number, given_ids.pop())))
        with warehouse.writing() as writer:
            load(writer, number, rows, _replaced(draw, number) if draw.random() < 0.4 else None)
            in_part = built(writer)
        whole = rebuilt(warehouse)
        different = [name for name in BUILT if not in_part[name].equals(whole[name])]
        assert not different, different


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), most=st.integers(1, 60))
def test_what_is_rebuilt_file_after_file_is_what_a_rebuild_at_once_gives(seed: int, most: int) -> None:
    draw = random.Random(seed)
    empty(EMPTY)
    fill(EMPTY, LISTS)
    given_ids = draw.sample(ACCOUNTS, 4)
    with EMPTY.writing() as writer:
        for number in (1, 2, 3):
            append(writer, make_file(draw, number))
            append(writer, make_given(draw, number, given_ids.pop()))
        graph.run_but_for_checks(writer)
        # Of one table what another version's SELECT made.
        writer.remove(MODEL_BUILD, pl.DataFrame({"model": ["claim_link"]}))
        writer.delete_where(TABLES["core.claim_link"], "claim_id % 2 = 0")
    whole = rebuilt(EMPTY)
    with EMPTY.writing() as writer, pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditlib.warehouse.rebuild.most_rows", lambda: most)
        rebuild(writer, changed=() if draw.random() < 0.5 else FILLED)
        assert graph.is_up_to_date(writer)
        in_parts = built(writer)
    different = [name for name in BUILT if not in_parts[name].equals(whole[name])]
    assert not different, different


def test_a_rebuild_that_is_stopped_is_read_by_nobody_and_gone_on_with(tmp_path: Path) -> None:
    draw = random.Random(20)
    warehouse = Warehouse.create(tmp_path / "warehouse.duckdb")
    fill(warehouse, LISTS)
    with warehouse.writing() as writer:
        append(writer, merged(make_file(draw, number) for number in (1, 2, 3)))
        graph.run_but_for_checks(writer)
        whole = built(writer)
    claims = warehouse.query("queries/loading/row_counts")

    class StopAtSecondGroup(SilentProgress):
        def __init__(self) -> None:
            self.left = 2

        def advance(self, parts: int = 1) -> None:
            self.left -= parts
            if not self.left:
                raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditlib.warehouse.rebuild.most_rows", lambda: 1)
        with pytest.raises(KeyboardInterrupt), warehouse.writing() as writer:
            rebuild(writer, changed=FILLED, progress=StopAtSecondGroup())
        for name in ("measures/financial_effect", "queries/loading/next_document_number"):
            with pytest.raises(StoreError, match="not all made"):
                warehouse.query(name, {"encounter_id": "E1"} if "next" in name else None)
        with pytest.raises(StoreError, match="not all made"):
            warehouse.select_guarded("select count(*) as row_count from core.claim_role", most_seconds=5)
        # What files gave is there.
        assert warehouse.query("queries/loading/known_files").height == 3
        with pytest.raises(StoreError, match="not all made"), warehouse.writing():
            pass
        with warehouse.writing(finishing=True) as writer:
            assert not graph.is_up_to_date(writer)
            # Another version had a model that is no more.
            former = {"model": ["former"], "sql_sha256": ["unfinished"], "code_sets": [None]}
            writer.append(MODEL_BUILD, pl.DataFrame(former, schema=MODEL_BUILD.polars_schema))
            rebuild(writer, changed=())
            again = built(writer)
    assert [name for name in BUILT if not again[name].equals(whole[name])] == []
    assert warehouse.query("queries/loading/row_counts").equals(claims)


def test_where_all_is_up_to_date_no_group_of_files_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    empty(EMPTY)
    draw = random.Random(3)
    monkeypatch.setattr("auditlib.warehouse.rebuild.most_rows", lambda: 1)
    with EMPTY.writing() as writer:
        append(writer, merged(make_file(draw, number) for number in (1, 2)))
        graph.run_but_for_checks(writer)
        monkeypatch.setattr("auditlib.warehouse.rebuild.Touched", lambda _: pytest.fail("looked at"))
        rebuild(writer, changed=())


def test_files_are_rebuilt_together_up_to_the_rows_that_the_memory_holds() -> None:
    counts = pl.DataFrame({"source_file_id": [3, 4, 7, 9], "row_count": [5, 5, 30, 1]})
    assert _groups(counts, 10) == [(0, 6), (7, 8), (9, 2**63 - 1)]
    assert _groups(counts, 100) == [(0, 2**63 - 1)]
    assert _groups(counts.clear(), 10) == [(0, 2**63 - 1)]


def _replaced(draw: random.Random, number: int) -> pl.DataFrame:
    """Return a place of an earlier file whose transaction a later delivery replaces."""
    begin = draw.choice((100, 300, 2000, 5000))
    return pl.DataFrame(
        {
            "source_file_id": [draw.randrange(1, number)],
            "first_offset": [begin],
            "end_offset": [begin + draw.choice((300, 3000))],
        }
    )
