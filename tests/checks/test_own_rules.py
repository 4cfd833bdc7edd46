"""Rules of one's own: read row by row, judged in one pass, tried by cases; those in SQL can only read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.checks.own_rules.judge_table_rules import TABLE_RULES, judge_table_rules
from auditlib.checks.own_rules.rule_cases import run_cases
from auditlib.checks.own_rules.rule_folder import OwnRules, read_own_rules
from auditlib.checks.own_rules.rule_query import require_reading_only
from auditlib.checks.own_rules.rule_table import COLUMNS, CodePattern, RejectedRow, TableRule, read_rule_table
from auditlib.checks.runner import run_checks, run_own_rules
from auditlib.errors import BadInputError
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse, graph
from auditlib.warehouse.store import read_sql
from auditlib.workspace import Workspace
from tests.checks.cases import claim, diagnoses, line
from tests.checks.reading import table
from tests.tables import fill

HEADER = ",".join(COLUMNS)
READ_BY_TABLE_RULES = set(graph.tables_read(read_sql(TABLE_RULES)))


def read(tmp_path: Path, *rows: str, header: str = HEADER) -> tuple[list[TableRule], list[RejectedRow]]:
    path = tmp_path / "office.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_rule_table(path, taken_ids={"DX-01"})


def row(**cells: str) -> str:
    whole = {"rule": "R1", "message": "what it says", "action": "review", **cells}
    if not {"hcpcs", "icd"} & cells.keys():
        whole["hcpcs"] = "Q1001"
    return ",".join(whole.pop(name, "") for name in COLUMNS) + "".join(f"UNKNOWN {name}" for name in whole)


def rule(tmp_path: Path, **cells: str) -> TableRule:
    rules, rejected = read(tmp_path, row(**cells))
    assert rejected == []
    return rules[0]


@pytest.mark.parametrize(
    ("cell", "patterns"),
    [
        ("99213", [CodePattern("99213", "99213")]),
        ("g0463|99201-99205", [CodePattern("G0463", "G0463"), CodePattern("99201", "99205")]),
        ("G04*; J1*", [CodePattern("G04", "G04~"), CodePattern("J1", "J1~")]),
    ],
)
def test_codes_are_one_of_start_with_and_between(
    tmp_path: Path, cell: str, patterns: list[CodePattern]
) -> None:
    assert list(rule(tmp_path, hcpcs=cell).hcpcs) == patterns


def test_a_range_of_diagnoses_holds_those_below_its_last(tmp_path: Path) -> None:
    assert rule(tmp_path, icd="A00-B99|E11.9").icd == (
        CodePattern("A00", "B99~"),
        CodePattern("E119", "E119"),
    )


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"rule": ""}, "rule is empty"),
        ({"rule": "R 1"}, "'R 1' is no id"),
        ({"rule": "dx-01"}, "the id DX-01 is taken"),
        ({"message": ""}, "message is empty"),
        ({"action": "stop"}, "the action is 'stop'"),
        ({"action": "add modifier"}, "action and add_modifier do not go together"),
        ({"add_modifier": "25"}, "action and add_modifier do not go together"),
        ({"action": "add modifier", "add_modifier": "25|59"}, "add_modifier names several"),
        ({"hcpcs": ""}, "it names no code"),
        ({"hcpcs": "99-213"}, "hcpcs has the range"),
        ({"hcpcs": "99215-99211"}, "hcpcs has the range"),
        ({"hcpcs": "'"}, "hcpcs has"),
        ({"icd": "E11", "modifier": "25"}, "modifier without hcpcs"),
        ({"modifier": "255"}, "modifier has '255'"),
        ({"payer_class": "federal"}, "payer_class has 'federal'"),
        ({"place_of_service": "1"}, "place_of_service has '1'"),
        ({"sex": "X"}, "the sex is 'X'"),
        ({"age_from": "-1"}, "age_from is '-1'"),
        ({"age_to": "151"}, "age_to is '151'"),
        ({"age_from": "5", "age_to": "3"}, "age_from is above age_to"),
        ({"from": "2026-02-30"}, "from is '2026-02-30'"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "from is after to"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_place_and_the_others_hold(
    tmp_path: Path, cells: dict[str, str], fault: str
) -> None:
    rules, rejected = read(tmp_path, row(rule="A1"), row(**cells), row(rule="A2"))
    assert [one.rule_id for one in rules] == ["A1", "A2"]
    assert [(one.file_name, one.row_number) for one in rejected] == [("office.csv", 3)]
    assert rejected[0].fault.startswith(fault)
    assert rejected[0].expected


def test_an_id_given_twice_holds_once(tmp_path: Path) -> None:
    rules, rejected = read(tmp_path, row(message="first"), row(message="second"))
    assert [one.message for one in rules] == ["first"]
    assert rejected[0].fault == "the id R1 is taken"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER + ",colour", "has columns that are not known: colour"),
        (HEADER + ",icd", "repeats columns: icd"),
        ("rule,message", "lacks columns: action"),
    ],
)
def test_a_table_with_wrong_columns_is_refused_whole(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        read(tmp_path, "R1,x", header=header)


def test_a_workbook_is_read_as_a_csv_is(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"Rule": ["R1"], "Message": ["m"], "Action": ["deny"], "HCPCS": [99213], "Age from": [3]}
    )
    frame.write_excel(tmp_path / "office.xlsx")
    rules, rejected = read_rule_table(tmp_path / "office.xlsx", taken_ids=())
    assert rejected == []
    assert (rules[0].hcpcs, rules[0].first_age_years) == ((CodePattern("99213", "99213"),), 3)


def judged(
    warehouse: Warehouse,
    rules: Sequence[TableRule],
    *,
    lines: Sequence[Mapping[str, object]],
    codes: Sequence[str] = ("I10",),
    patient: Mapping[str, object] | None = None,
    **columns: object,
) -> tuple[list[tuple[object, ...]], dict[str, object]]:
    fill(
        warehouse,
        {
            "core.claim": [claim(**columns)],
            "core.claim_line": lines,
            "core.claim_diagnosis": diagnoses(*codes),
            "core.patient": [{"patient_id": "patient one", **(patient or {})}],
        },
    )
    with warehouse.writing() as writer:
        graph.run(writer, wanted=READ_BY_TABLE_RULES)
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
        judge_table_rules(writer, rules)
    found = table(warehouse, FINDING).select("check_id", "item_number", "code", "related_code")
    return found.rows(), table(warehouse, FINDING_SUMMARY).row(0, named=True)


BORN = dt.date(2016, 1, 15)


@pytest.mark.parametrize(
    ("cells", "columns", "is_found"),
    [
        ({}, {}, True),
        ({"hcpcs": "Q1002"}, {}, False),
        ({"hcpcs": "Q10*"}, {}, True),
        ({"hcpcs": "Q1000-Q1001"}, {}, True),
        ({"hcpcs": "Q1002-Q1009"}, {}, False),
        ({"payer": "P01"}, {}, True),
        ({"payer": "P0"}, {}, False),
        ({"payer": "P02|P01"}, {}, True),
        ({"payer_class": "Medicare fee-for-service"}, {"filing_code": "MB"}, True),
        ({"payer_class": "Medicaid"}, {"filing_code": "MB"}, False),
        ({"modifier": "25|59"}, {"modifier_3": "59"}, True),
        ({"modifier": "25"}, {"modifier_1": "26"}, False),
        ({"modifier": "25"}, {}, False),
        ({"without_modifier": "25"}, {"modifier_2": "25"}, False),
        ({"without_modifier": "25"}, {"modifier_2": "26"}, True),
        ({"without_modifier": "25"}, {}, True),
        ({"place_of_service": "11"}, {"place_of_service": "11"}, True),
        ({"place_of_service": "11"}, {"place_of_service": "22"}, False),
        ({"hcpcs": "Q1001", "icd": "I1*"}, {}, True),
        ({"hcpcs": "Q1001", "icd": "E00-E90"}, {}, False),
        ({"sex": "F"}, {"sex": "F"}, True),
        ({"sex": "F"}, {"sex": "M"}, False),
        ({"age_from": "10"}, {"birth_date": BORN}, True),
        ({"age_from": "10"}, {"birth_date": BORN + dt.timedelta(days=1)}, False),
        ({"age_to": "9"}, {"birth_date": BORN + dt.timedelta(days=1)}, True),
        ({"age_to": "9"}, {"birth_date": BORN}, False),
        ({"from": "2026-01-15", "to": "2026-01-15"}, {}, True),
        ({"from": "2026-01-16"}, {}, False),
        ({"to": "2026-01-14"}, {}, False),
    ],
)
def test_each_condition(
    warehouse: Warehouse,
    tmp_path: Path,
    cells: dict[str, str],
    columns: dict[str, object],
    is_found: bool,  # noqa: FBT001
) -> None:
    of_patient = {name: columns[name] for name in ("sex", "birth_date") if name in columns}
    of_claim = {name: columns[name] for name in ("filing_code",) if name in columns}
    of_line = {name: value for name, value in columns.items() if name not in {*of_patient, *of_claim}}
    rows, summary = judged(
        warehouse,
        [rule(tmp_path, **cells)],
        lines=[line(1, code="Q1001", charge_amount=40, **of_line)],
        patient=of_patient,
        **of_claim,
    )
    assert rows == ([("R1", 1, "Q1001", None)] if is_found else [])
    assert summary["finding_count"] == int(is_found)


def test_a_modifier_to_add_is_found_where_it_lacks(warehouse: Warehouse, tmp_path: Path) -> None:
    wanted = rule(tmp_path, action="add modifier", add_modifier="kx")
    lines = [line(1, code="Q1001", modifier_2="KX"), line(2, code="Q1001", modifier_1="GP")]
    rows, summary = judged(warehouse, [wanted], lines=lines)
    assert rows == [("R1", 2, "Q1001", "KX")]
    assert (summary["severity"], summary["eligible_count"], summary["finding_count"]) == ("D", 2, 1)


def test_a_rule_of_diagnoses_finds_a_claim_once(warehouse: Warehouse, tmp_path: Path) -> None:
    lines = [line(1, code="Q1001"), line(2, code="Q1002")]
    rows, summary = judged(
        warehouse, [rule(tmp_path, icd="E11*")], lines=lines, codes=("I10", "E119", "E118")
    )
    assert rows == [("R1", 2, "E119", None)]
    assert summary["eligible_count"] == 1


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"age_from": "3"}, {}),
        ({"sex": "F"}, {}),
        ({"payer": "P01"}, {"payer_id": None}),
        ({"payer_class": "Medicaid"}, {}),
        ({"place_of_service": "11"}, {}),
    ],
)
def test_what_is_not_known_of_a_claim_is_not_checked(
    warehouse: Warehouse, tmp_path: Path, cells: dict[str, str], columns: dict[str, object]
) -> None:
    rows, summary = judged(warehouse, [rule(tmp_path, **cells)], lines=[line(1, code="Q1001")], **columns)
    assert rows == []
    assert (summary["outcome"], summary["eligible_count"], summary["not_checked_count"]) == (
        "not checked",
        0,
        1,
    )


def test_nothing_of_the_rule_is_not_applicable(warehouse: Warehouse, tmp_path: Path) -> None:
    assert judged(warehouse, [rule(tmp_path)], lines=[line(1, code="Q2")])[1]["outcome"] == "not applicable"


RULES = st.lists(
    st.tuples(
        st.sampled_from(["Q1", "Q2", "Q1*", "Q1-Q2", "Q3|Q1"]),
        st.sampled_from(["", "P01", "P01|P02", "P03"]),
        st.sampled_from(["", "25", "25|59"]),
    ),
    min_size=1,
    max_size=6,
)
LINES = st.lists(
    st.tuples(st.sampled_from(["Q1", "Q2", "Q3", "Q11"]), st.sampled_from([None, "25", "59", "26"])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25)
@given(rules=RULES, lines=LINES, payer=st.sampled_from(["P01", "P02"]))
def test_rules_find_what_a_plain_reading_finds(
    rules: list[tuple[str, str, str]], lines: list[tuple[str, str | None]], payer: str
) -> None:
    def covers(cell: str, code: str) -> bool:
        for part in cell.split("|"):
            first, _, last = part.partition("-")
            if (
                (part.endswith("*") and code.startswith(part[:-1]))
                or first == code
                or (last and first <= code <= last)
            ):
                return True
        return False

    made = [
        TableRule(
            *(f"R{number}", "m", "review"),
            hcpcs=tuple(
                CodePattern(part.rstrip("*"), part.rstrip("*") + "~")
                if part.endswith("*")
                else CodePattern(part.partition("-")[0], part.partition("-")[2] or part)
                for part in cell.split("|")
            ),
            icd=(),
            payer_ids=tuple(filter(None, payers.split("|"))),
            filing_codes=(),
            modifiers=tuple(filter(None, modifiers.split("|"))),
            absent_modifiers=(),
            add_modifier=None,
            places=(),
            sex=None,
            first_age_years=None,
            last_age_years=None,
            first_day=None,
            last_day=None,
        )
        for number, (cell, payers, modifiers) in enumerate(rules)
    ]
    rows = [line(number, code=code, modifier_1=modifier) for number, (code, modifier) in enumerate(lines, 1)]
    found, _ = judged(Warehouse.in_memory(), made, lines=rows, payer_id=payer)
    expected = {
        (f"R{number}", place)
        for number, (cell, payers, modifiers) in enumerate(rules)
        for place, (code, modifier) in enumerate(lines, 1)
        if covers(cell, code)
        and (not payers or payer in payers.split("|"))
        and (not modifiers or (modifier or "none") in modifiers.split("|"))
    }
    assert {one[:2] for one in found} == expected


HOSTILE = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd"',
    "select content from read_text('/etc/passwd')",
    "select * from glob('*')",
    "select getenv('HOME') as home",
    "select * from query('drop table core.claim')",
    "select * from duckdb_settings()",
    "select * from mart.finding",
    "select * from other.core.claim",
    "select * from core.no_such_table",
    "select * into outfile from core.claim",
    "with gone as (delete from core.claim returning claim_id) select * from gone",
    "with recursive more as (select 1 as one union all select one from more) select * from more",
    "copy core.claim to '/tmp/claims.csv'",
    "attach '/tmp/other.duckdb'",
    "install httpfs",
    "pragma database_list",
    "set enable_external_access = true",
    "call pragma_version()",
    "drop table core.claim",
    "update core.claim set payer_id = null",
    "select 1; drop table core.claim",
    "select (",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_sql_that_may_do_more_than_read_is_refused(sql: str) -> None:
    with pytest.raises(BadInputError, match=r"own_01\.sql"):
        require_reading_only("own_01.sql", sql)


REACHING = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select content from read_text('/etc/passwd')",
    "select * from glob('/etc/*')",
    "copy core.claim to '/tmp/claims.csv'",
    "attach '/tmp/other.duckdb'",
    "install httpfs",
    "set enable_external_access = true",
    "drop table core.claim",
    "update core.claim set payer_id = null",
]


@pytest.mark.parametrize("sql", REACHING)
def test_the_connection_of_a_rule_reaches_nothing_else(workspace: Workspace, sql: str) -> None:
    """A second lock, should the first ever let one through."""
    warehouse = workspace.warehouse()
    with pytest.raises(BadInputError):
        warehouse.select_guarded(sql, most_seconds=20)
    assert not Path("/tmp/claims.csv").exists()
    assert warehouse.query("queries/checks/finding_summary").is_empty()


def test_a_query_without_end_is_stopped(workspace: Workspace) -> None:
    endless = "select sum(a.range * b.range) as total from range(10000000) as a, range(10000000) as b"
    with pytest.raises(BadInputError, match=r"longer than 0\.2 seconds"):
        workspace.warehouse().select_guarded(endless, most_seconds=0.2)


def query_rule(check_id: str = "OWN-01") -> str:
    return read_sql("checks/dup_01").replace("-- id: DUP-01", f"-- id: {check_id}", 1)


def folder(workspace: Workspace, **files: str) -> OwnRules:
    rules = workspace.root / "rules"
    rules.mkdir(exist_ok=True)
    for name, text in files.items():
        (rules / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return read_own_rules(workspace.root)


def duplicate_lines(warehouse: Warehouse) -> None:
    fill(warehouse, {"core.claim": [claim()], "core.claim_line": [line(1), line(2)]})
    with warehouse.writing() as writer:
        graph.run(writer)


def test_a_rule_in_sql_runs_beside_the_checks(workspace: Workspace) -> None:
    own = folder(workspace, own_01__sql=query_rule(), office__csv=f"{HEADER}\n{row(hcpcs='G0463')}\n")
    warehouse = workspace.warehouse()
    duplicate_lines(warehouse)
    run_checks(warehouse, own_rules=own)
    counts = dict(
        warehouse.query("queries/checks/finding_summary").select("check_id", "finding_count").iter_rows()
    )
    assert (counts["DUP-01"], counts["OWN-01"], counts["R1"]) == (1, 1, 2)


def test_a_rule_in_sql_that_fails_is_not_checked_and_the_others_run(workspace: Workspace) -> None:
    wrong = query_rule("OWN-02").replace("claim_line.unit_count", "claim_line.no_such_column")
    failing = query_rule("OWN-03").replace(
        "1 as counted_as", "cast(claim_line.code as integer) as counted_as"
    )
    own = folder(workspace, own_01__sql=query_rule(), own_02__sql=wrong, own_03__sql=failing)
    warehouse = workspace.warehouse()
    duplicate_lines(warehouse)
    run_own_rules(warehouse, own)
    rows = {
        row["check_id"]: (row["outcome"], row["not_checked_reason"] or "")
        for row in warehouse.query("queries/checks/finding_summary").iter_rows(named=True)
    }
    assert rows["OWN-01"][0] == "failed"
    assert rows["OWN-02"][0] == "not checked"
    assert "no_such_column" in rows["OWN-02"][1]
    assert rows["OWN-03"][0] == "not checked"
    assert "G0463" not in rows["OWN-03"][1]


def test_a_folder_says_what_of_it_is_no_rule(workspace: Workspace) -> None:
    own = folder(
        workspace,
        own_01__sql=query_rule(),
        own_02__sql=query_rule("OWN-02").replace("-- fix:", "-- mends:"),
        dup_01__sql=query_rule("DUP-01"),
        office__csv=f"{HEADER}\n{row(rule='own-01')}\n{row()}\n",
        broken__csv="rule\n",
        notes__txt="no rule",
    )
    assert own.ids == ("OWN-01", "R1")
    # Tables come first by name, so that the id of the table's row holds and the file's is taken.
    assert [(one.file_name, one.row_number) for one in own.rejected] == [
        ("broken.csv", 0),
        ("dup_01.sql", 0),
        ("own_01.sql", 0),
        ("own_02.sql", 0),
    ]
    assert read_own_rules(workspace.root / "elsewhere") == OwnRules()


CASES = """rule,case,expected,hcpcs,modifier,icd,payer,birth_date,date
R1,hit,finding,Q1001,,I10,P01,2016-01-15,2026-01-15
R1,day before the birthday,no finding,Q1001,,I10,P01,2016-01-16,2026-01-15
R1,two lines,no finding,Q1002,,,P01,2016-01-15,
R1,two lines,finding,Q1001,25,,P01,2016-01-15,
"""


def test_cases_are_judged_line_by_line(workspace: Workspace) -> None:
    own = folder(workspace, office__csv=f"{HEADER}\n{row(age_from='10')}\n", office__cases__csv=CASES)
    results = run_cases(workspace.root, own)
    assert [(one.row_number, one.is_met) for one in results] == [(2, True), (3, True), (4, True), (5, True)]
    other = CASES.replace("R1,hit,finding", "R1,hit,no finding")
    own = folder(workspace, office__cases__csv=other)
    assert [one.is_met for one in run_cases(workspace.root, own)] == [False, True, True, True]


def test_no_case_of_a_rule_that_does_not_run_is_met(workspace: Workspace) -> None:
    wrong = query_rule().replace("claim_line.unit_count", "claim_line.no_such_column")
    own = folder(workspace, own_01__sql=wrong, own__cases__csv="rule,case,expected\nOWN-01,a,no finding\n")
    [result] = run_cases(workspace.root, own)
    assert (result.is_met, result.result) == (False, "the rule does not run")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("R1,hit", "R9,hit", "row 2: there is no rule R9"),
        ("hit,finding", "hit,maybe", "row 2: expected is 'maybe'"),
        ("R1,hit", "R1,", "row 2: case is empty"),
        ("P01,2016-01-15,2026-01-15", "P01,2016,2026-01-15", "row 2: birth_date is '2016'"),
    ],
)
def test_a_wrong_case_is_refused_with_its_row(workspace: Workspace, old: str, new: str, message: str) -> None:
    own = folder(workspace, office__csv=f"{HEADER}\n{row()}\n", office__cases__csv=CASES.replace(old, new, 1))
    with pytest.raises(BadInputError, match=message):
        run_cases(workspace.root, own)


def test_no_rules_and_no_cases(workspace: Workspace) -> None:
    assert run_cases(workspace.root, read_own_rules(workspace.root)) == []
