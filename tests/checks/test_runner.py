from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

import polars as pl
import pytest

from auditlib.checks import all_checks, run_checks
from auditlib.checks.configuration import CheckSetting
from auditlib.errors import StoreError
from auditlib.schema.core_derived import CLAIM_ROLE
from auditlib.schema.mart import FINDING, FINDING_SUMMARY, MODEL_BUILD
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.engine import Engine
from tests.checks.cases import claim, code, diagnoses, line, release
from tests.checks.reading import table
from tests.tables import append, fill


class Steps:
    def __init__(self) -> None:
        self.total = self.done = 0

    def start(self, step: str, *, total: int) -> None:
        assert step == "Running checks"
        self.total = total

    def advance(self, parts: int = 1) -> None:
        self.done += parts


def load(warehouse: Warehouse) -> None:
    fill(
        warehouse,
        {
            "ref.release": [release()],
            "ref.code": [code("I10"), code("E11", billable=False)],
            "core.claim": [claim()],
            "core.claim_line": [line()],
            "core.claim_diagnosis": diagnoses("I10", "E11", "E11"),
        },
    )
    with warehouse.writing() as writer:
        graph.run(writer)


class _Elsewhere:
    """An engine during whose first preparations somebody loads a claim; its checks find nothing."""

    def __init__(self, load_count: int) -> None:
        self.left_count, self.prepared_count = load_count, 0

    def prepare(self, warehouse: Warehouse, _names: Collection[str]) -> None:
        self.prepared_count += 1
        if self.left_count:
            self.left_count -= 1
            fill(warehouse, {"core.claim": [claim(100 + self.prepared_count)]})

    def select(self, *_names: str) -> pl.DataFrame:
        columns = ("claim_id", "encounter_id", "item_number", "code_system", "code", "related_code")
        columns += ("service_date", "detail", "release", "at_stake_amount")
        counts = {"eligible_count": 0, "not_checked_count": 0}
        schema = {
            **dict.fromkeys(counts, pl.Int64),
            **{name: FINDING.polars_schema[name] for name in columns},
        }
        return pl.DataFrame([{**dict.fromkeys(columns), **counts}], schema=schema)


@pytest.mark.parametrize("load_count", [0, 1, 3])
def test_what_is_loaded_while_an_engine_prepares_is_judged_too(warehouse: Warehouse, load_count: int) -> None:
    load(warehouse)
    engine = _Elsewhere(load_count)
    warehouse.engine = cast("Engine", engine)
    run_checks(warehouse)
    assert engine.prepared_count == load_count + 1
    warehouse.engine = None
    assert table(warehouse, FINDING_SUMMARY).height == len(all_checks())


def test_loads_without_end_run_no_check(warehouse: Warehouse) -> None:
    load(warehouse)
    warehouse.engine = cast("Engine", _Elsewhere(10))
    with pytest.raises(StoreError, match="each of 5 times"):
        run_checks(warehouse)
    warehouse.engine = None
    assert table(warehouse, FINDING_SUMMARY).is_empty()


def test_all_four_outcomes(warehouse: Warehouse) -> None:
    load(warehouse)
    steps = Steps()
    run_checks(warehouse, progress=steps)
    assert steps.done == steps.total == len(all_checks())
    summary = table(warehouse, FINDING_SUMMARY)
    rows = summary.select(
        "check_id", "outcome", "eligible_count", "finding_count", "not_checked_count"
    ).rows()
    assert sorted(row for row in rows if row[1] != "not applicable") == [
        ("DUP-01", "passed", 1, 0, 0),
        ("DX-01", "passed", 3, 0, 0),
        ("DX-02", "failed", 3, 2, 0),
        ("DX-03", "passed", 3, 0, 0),
        ("DX-06", "not checked", 0, 0, 1),
        ("DX-13", "failed", 3, 1, 0),
        *((f"DX-{number}", "passed", 1, 0, 0) for number in (17, 21, 22)),
        ("DX-23", "not checked", 0, 0, 2),
        ("DX-25", "not checked", 0, 0, 2),
        *((f"HC-0{number}", "not checked", 0, 0, 1) for number in (1, 2, 6)),
        *((f"HCC-0{number}", "not checked", 0, 0, 1) for number in (1, 2)),
        ("MUE-01", "not checked", 0, 0, 1),
        ("OIG-08", "not checked", 0, 0, 2),
        ("POS-01", "not checked", 0, 0, 1),
        *((f"PTP-0{number}", "not checked", 0, 0, 1) for number in (1, 2, 3)),
    ]
    assert {row[2:] for row in rows if row[1] == "not applicable"} == {(0, 0, 0)}
    findings = table(warehouse, FINDING)
    assert sorted(findings.select("check_id", "finding_number", "check_version", "item_number").rows()) == [
        ("DX-02", 1, "2", 2),
        ("DX-02", 2, "2", 3),
        ("DX-13", 1, "2", 3),
    ]
    reasons = dict(summary.select("check_id", "not_checked_reason").iter_rows())
    assert reasons["DX-06"] is not None
    assert reasons["DX-01"] is None


def repeated_and_unfinished(warehouse: Warehouse) -> None:
    """A stay and an outpatient bill with repeated diagnoses and codes without their seventh character."""
    coded = ("I10", "E119", "E119", "S72001", "T1490A", "T1490B")
    fill(
        warehouse,
        {
            "ref.release": [release()],
            "ref.code": [
                *(code(name) for name in ("I10", "E119", "S72001A", "T1490XA")),
                *(code(name, billable=False) for name in ("S72001", "T1490")),
            ],
            "core.claim": [claim(n, form="I", type_of_bill=bill) for n, bill in ((1, "111"), (2, "131"))],
            "core.claim_diagnosis": [
                row
                for n in (1, 2)
                for row in (
                    *diagnoses("I10", role="principal", claim_id=n),
                    *diagnoses(*coded, claim_id=n, start=2),
                )
            ],
        },
    )
    with warehouse.writing() as writer:
        graph.run(writer)


ONE_FAULT = ("DX-01", "DX-02", "DX-04", "DX-13", "MCE-03")


def found_once(warehouse: Warehouse) -> dict[str, list[tuple[int, int]]]:
    found = table(warehouse, FINDING).select("check_id", "claim_id", "item_number").rows()
    by_check = {
        check_id: sorted((claim_id, item) for of, claim_id, item in found if of == check_id)
        for check_id in ONE_FAULT
    }
    summary = table(warehouse, FINDING_SUMMARY).select("check_id", "finding_count", "outcome").rows()
    for check_id, count, outcome in summary:
        if check_id in ONE_FAULT:
            assert count == len(by_check[check_id]), check_id
            assert outcome in ({"failed"} if count else {"passed", "not checked"}), check_id
    return by_check


def test_a_fault_that_two_checks_see_is_one_finding(warehouse: Warehouse) -> None:
    repeated_and_unfinished(warehouse)
    run_checks(warehouse)
    assert found_once(warehouse) == {
        "DX-01": [(1, 7), (2, 7)],
        "DX-02": [],
        "DX-04": [(1, 5), (1, 6), (2, 5), (2, 6)],
        "DX-13": [(1, 4), (2, 2), (2, 4)],
        "MCE-03": [(1, 2)],
    }


def test_what_a_check_that_is_switched_off_would_say_stays_with_the_other(warehouse: Warehouse) -> None:
    repeated_and_unfinished(warehouse)
    off = [
        CheckSetting(
            check_id=check_id,
            severity=None,
            payer_id=None,
            claim_setting=None,
            first_day=None,
            last_day=None,
            reason="why",
            line=1,
        )
        for check_id in ("DX-04", "MCE-03")
    ]
    run_checks(warehouse, settings=tuple(off))
    assert found_once(warehouse) == {
        "DX-01": [(1, 6), (1, 7), (2, 6), (2, 7)],
        "DX-02": [(1, 5), (2, 5)],
        "DX-04": [],
        "DX-13": [(1, 2), (1, 4), (2, 2), (2, 4)],
        "MCE-03": [],
    }


def test_an_empty_warehouse_has_nothing_to_check(warehouse: Warehouse) -> None:
    run_checks(warehouse)
    summary = table(warehouse, FINDING_SUMMARY)
    assert summary.height == len(all_checks())
    assert set(summary["outcome"]) == {"not applicable"}
    assert table(warehouse, FINDING).is_empty()


def test_a_second_run_replaces_the_first(warehouse: Warehouse) -> None:
    load(warehouse)
    run_checks(warehouse)
    first = table(warehouse, FINDING)
    run_checks(warehouse)
    assert table(warehouse, FINDING).equals(first)
    assert table(warehouse, FINDING_SUMMARY).height == len(all_checks())


def test_findings_and_summaries_change_together_or_not_at_all(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(warehouse)
    run_checks(warehouse)
    before = table(warehouse, FINDING)
    fill(warehouse, {"core.claim_diagnosis": diagnoses("E11", start=4)})

    real_run = Writer.run

    def full_disk(self: Writer, name: str, params: Mapping[str, object] | None = None) -> None:
        if name == "statements/add_outcomes":
            message = "no space left"
            raise OSError(message)
        real_run(self, name, params)

    monkeypatch.setattr(Writer, "run", full_disk)
    with pytest.raises(OSError, match="no space left"):
        run_checks(warehouse)
    monkeypatch.undo()
    assert table(warehouse, FINDING).equals(before)


def test_a_run_makes_anew_only_what_reads_code_sets_that_have_changed(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(warehouse)
    made: list[str] = []
    build = graph.build_whole
    monkeypatch.setattr(
        graph, "build_whole", lambda writer, model: made.append(model.name) or build(writer, model)
    )
    run_checks(warehouse)
    # The rules on service lines came with this run: that they were read is noted by the next.
    of_lines = ["visit_line", "earlier_visit", "procedural_visit"]
    assert made == of_lines
    run_checks(warehouse)
    assert made == of_lines * 2
    made.clear()
    run_checks(warehouse)
    assert made == []
    fill(warehouse, {"ref.code": [code("E11.9")]})
    run_checks(warehouse)
    assert {"sided_code", "diagnosis_code"} <= set(made)
    assert "add_on_line" not in made
    made.clear()
    # A table that the same transaction wrote has no mark yet, so that what reads it is made once more.
    with warehouse.writing() as writer:
        append(writer, {"ref.code": [code("E11.8")]})
        graph.run_outdated(writer, wanted={"core.sided_code"})
    assert made == ["sided_code"]
    made.clear()
    run_checks(warehouse)
    assert "sided_code" in made
    made.clear()
    run_checks(warehouse)
    assert made == []


@pytest.mark.parametrize("made_by", ["a version without the models", "a version with another SELECT"])
def test_a_run_rebuilds_what_another_version_of_the_models_made(warehouse: Warehouse, made_by: str) -> None:
    load(warehouse)
    run_checks(warehouse)
    expected = table(warehouse, FINDING_SUMMARY)
    with warehouse.writing() as writer:
        writer.clear(CLAIM_ROLE)
        build = writer.query("queries/loading/model_build")
        older = build.clear() if "without" in made_by else build.with_columns(sql_sha256=pl.lit("0" * 64))
        writer.replace(MODEL_BUILD, older)
    run_checks(warehouse)
    assert table(warehouse, FINDING_SUMMARY).equals(expected)


def test_a_run_leaves_models_alone_that_nothing_changed(warehouse: Warehouse) -> None:
    load(warehouse)
    with warehouse.writing() as writer:
        writer.clear(CLAIM_ROLE)
    with warehouse.writing() as writer:
        graph.run(writer, changed=())
    assert table(warehouse, CLAIM_ROLE).is_empty()
