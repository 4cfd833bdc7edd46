from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError, StoreError
from auditlib.schema import ALL_TABLES
from auditlib.schema.core import DERIVED_TABLES
from auditlib.schema.core_derived import CLAIM_ORIGIN, CLAIM_REFERENCE
from auditlib.schema.mart import FINDING, FINDING_SUMMARY, MART_TABLES, MODEL_BUILD
from auditlib.schema.ref_sets import MUE
from auditlib.warehouse import Warehouse, graph
from auditlib.warehouse.touched import Touched
from tests.checks.reading import table
from tests.tables import TABLES, fill

ROOT = Path(__file__).parents[2]
HEADER = """-- title: A title
-- row: one claim
-- key: claim_id
-- rule: a rule
--   that goes on
"""


def model(name: str, sql: str, more: str = "") -> graph.Model:
    return graph.parse_model(f"{name}.sql", HEADER + more + sql)


def test_a_model_says_what_it_fills_and_the_sql_what_it_reads() -> None:
    parsed = model(
        "claim_chain", "select claim.claim_id from core.claim as claim, core.claim_link as claim_link"
    )
    assert (parsed.table, parsed.key, parsed.rule) == (
        "core.claim_chain",
        ("claim_id",),
        "a rule that goes on",
    )
    assert parsed.depends_on == ("core.claim", "core.claim_link")
    assert parsed.query == "models/claim_chain"


def test_neither_common_table_expressions_nor_its_own_table_are_dependencies() -> None:
    sql = "with core_claim as (select 1 as x from ref.code) select x from core_claim, core.claim_origin"
    assert model("claim_origin", sql, "-- start: core.claim_reference\n").depends_on == (
        "core.claim_reference",
        "ref.code",
    )


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("nonesuch", "", "nonesuch.sql, line 1: it fills no table of the contracts: 'nonesuch'"),
        ("given", "-- fills: core.nonesuch\n-- part: x\n", "given.sql, line 6: it fills no table"),
        ("given", "-- fills: core.encounter\n", "'fills' and 'part' go together"),
        ("claim_chain", "-- for: reports\n", "claim_chain.sql, line 6: 'reports' is unknown"),
        ("claim_chain", "-- grain: claim\n", "claim_chain.sql, line 6: the key 'grain' is unknown"),
        ("claim_chain", "-- title: again\n", "claim_chain.sql, line 6: the key 'title' is given twice"),
    ],
)
def test_a_wrong_header_is_refused_with_its_line(name: str, more: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        model(name, "select 1", more)


def test_an_absent_key_is_named() -> None:
    with pytest.raises(BadInputError, match=r"claim_chain\.sql: the header lacks rule"):
        graph.parse_model("claim_chain.sql", "-- title: a\n-- row: b\n-- key: c\nselect 1")


def test_models_that_read_each_other_are_refused() -> None:
    circle = [
        model("claim_chain", "select x from core.claim_link"),
        model("claim_link", "select x from core.claim_chain"),
    ]
    with pytest.raises(BadInputError, match=r"claim_chain < claim_link|claim_link < claim_chain"):
        graph.in_order(circle)


def test_each_model_comes_after_all_that_it_reads() -> None:
    built: set[str] = set()
    filled = {one.table for one in graph.models() if not one.part}
    for one in graph.models():
        assert set(one.depends_on) & filled <= built, one.name
        built.add(one.table)


def test_every_derived_table_has_one_model_and_its_key() -> None:
    derived = {contract.full_name for contract in (*DERIVED_TABLES, *MART_TABLES)}
    kept = {FINDING.full_name, FINDING_SUMMARY.full_name, MODEL_BUILD.full_name}
    whole = [one for one in graph.models() if not one.part]
    assert sorted(one.table for one in whole) == sorted(derived - kept)
    keys = {contract.full_name: contract.key for contract in ALL_TABLES}
    assert {one.table: one.key for one in graph.models()} == {
        one.table: keys[one.table] for one in graph.models()
    }


def test_only_what_changed_and_only_what_is_wanted_is_chosen() -> None:
    changed = [one.name for one in graph._chosen({"ref.denial_reason"}, None, ())]
    assert changed[0] == "denial_reason_day"
    assert changed[-1] == "reduced_payment"
    assert {"claim_outcome", "denied_line"} <= set(changed)
    assert "claim_chain" not in changed
    assert [one.name for one in graph._chosen(None, {"core.claim_encounter"}, ())] == ["claim_encounter"]
    assert graph._chosen(None, {"core.claim"}, ()) == ()
    assert "claim_outcome" not in [
        one.name for one in graph._chosen({"core.claim"}, {"core.claim_chain"}, ())
    ]


def claims() -> dict[str, list[dict[str, object]]]:
    given = {
        "form": "P",
        "place_of_service": "11",
        "from_date": dt.date(2026, 1, 5),
        "payer_sequence": "P",
        "frequency_code": "1",
    }
    return {
        "core.claim": [
            {"claim_id": 1, "patient_control_number": "E1", **given},
            {"claim_id": 2, "patient_control_number": "E2", **given},
        ],
        "core.claim_diagnosis": [
            {
                "claim_id": number,
                "diagnosis_number": 1,
                "code_system": "ICD-10-CM",
                "code": "I10",
                "code_role": "principal",
            }
            for number in (1, 2)
        ],
        "core.encounter": [{"encounter_id": "E1", "encounter_class": "other", "origin": "encounter"}],
    }


def test_a_rebuild_makes_encounters_of_bare_claims_only_and_once(warehouse: Warehouse) -> None:
    fill(warehouse, claims())
    for _ in range(2):
        with warehouse.writing() as writer:
            graph.run(writer)
        encounters = table(warehouse, TABLES["core.encounter"])
        assert encounters.select("encounter_id", "encounter_class", "origin").rows() == [
            ("E1", "other", "encounter"),
            ("E2", "office", "claim"),
        ]
        assert table(warehouse, TABLES["core.encounter_code"])["encounter_id"].to_list() == ["E2"]
    with warehouse.writing() as writer:
        Touched(writer).give_way(pl.Series(["E1", "E2"]))
    assert table(warehouse, TABLES["core.encounter"])["encounter_id"].to_list() == ["E1"]
    assert table(warehouse, TABLES["core.encounter_code"]).is_empty()


def test_a_repeated_model_that_finds_no_rest_stops(warehouse: Warehouse) -> None:
    circle = pl.DataFrame({"head_id": [1, 2, 3], "earlier_id": [2, 3, 1]})
    with (
        pytest.raises(StoreError, match=r"core\.claim_origin does not come to rest"),
        warehouse.writing() as writer,
    ):
        writer.append(CLAIM_REFERENCE, circle)
        writer.derive_repeatedly(CLAIM_ORIGIN, "models/claim_origin", start=CLAIM_REFERENCE)
    assert table(warehouse, CLAIM_ORIGIN).is_empty()


def test_the_committed_page_is_what_the_models_say() -> None:
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert page == graph.models_page(), "run: .venv/bin/python -m auditlib.warehouse.graph > docs/models.md"


def test_the_graph_as_a_table_and_a_picture() -> None:
    shown = graph.model_graph()
    assert shown.frame.columns == ["model", "table", "title", "row", "key", "depends_on", "read_by"]
    row = shown.frame.row(by_predicate=pl.col("model") == "claim_origin", named=True)
    assert (row["depends_on"], row["read_by"]) == ("core.claim_reference", "claim_chain")
    assert "  core_claim([core.claim])\n" in shown.mermaid
    assert "  core_claim_reference --> core_claim_origin\n" in shown.mermaid
    assert "  core_billed_encounter -.-> core_encounter\n" in shown.mermaid


def test_what_only_checks_read_says_so() -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder, ending in (("auditlib", "*.sql"), ("auditlib", "*.py"), ("notebooks", "*.ipynb"))
        for path in (ROOT / folder).rglob(ending)
    }
    by_checks = ("auditlib/sql/models/", "auditlib/sql/checks/")
    elsewhere = "\n".join(text for name, text in texts.items() if not name.startswith(by_checks))
    shown: set[str] = set()
    for each in reversed(graph.models()):
        is_shown = each.table in shown or re.search(rf"\b{re.escape(each.table)}\b", elsewhere)
        if is_shown or each.table.startswith("mart."):
            shown |= {each.table, *each.depends_on}
    assert {each.name for each in graph.models() if each.is_for_checks} == {
        each.name for each in graph.models() if each.table not in shown
    }


def test_a_load_leaves_what_only_checks_read_to_their_next_run(warehouse: Warehouse) -> None:
    fill(warehouse, claims())
    listed = TABLES["core.bill_diagnosis"]
    with warehouse.writing() as writer:
        graph.run(writer)
    before = table(warehouse, listed)
    assert before.height
    with warehouse.writing() as writer:
        graph.run_but_for_checks(writer, changed={"core.claim_diagnosis"})
    assert table(warehouse, listed).is_empty()
    with warehouse.writing() as writer:
        graph.run(writer, changed=(), wanted={listed.full_name})
    assert table(warehouse, listed).equals(before)


def test_what_follows_from_changed_code_sets_and_is_not_wanted_is_made_when_it_is(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warehouse.writing() as writer:
        graph.run(writer)
    made: list[str] = []
    build = graph.build_whole
    monkeypatch.setattr(
        graph, "build_whole", lambda writer, model: made.append(model.name) or build(writer, model)
    )
    with warehouse.writing() as writer:
        writer.clear(MUE)
    for wanted in ({"core.unit_limit"}, {"core.counted_units"}):
        with warehouse.writing() as writer:
            graph.run_outdated(writer, wanted=wanted)
    assert made == ["unit_limit", "counted_units"]
    with warehouse.writing() as writer:
        older = {"model": ["procedure_line"], "sql_sha256": ["0" * 64], "code_sets": [None]}
        writer.remove(MODEL_BUILD, pl.DataFrame({"model": ["procedure_line"]}))
        writer.append(MODEL_BUILD, pl.DataFrame(older, schema=MODEL_BUILD.polars_schema))
    made.clear()
    for wanted in (graph.tables_but_for_checks(), {"core.visit_line"}):
        with warehouse.writing() as writer:
            graph.run_outdated(writer, wanted=wanted)
    assert made[0] == "procedure_line"
    assert made[-1] == "visit_line"
