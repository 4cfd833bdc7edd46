"""No side door: the readers read what the generator wrote, and the checks find what was planted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets
from tools.synthetic.universe import Universe

WAYS = {"DX-01": "typo", "DX-02": "header", "DX-03": "old", "DX-06": "clash", "DX-13": "duplicate"}
FOLDERS = ("charts", "claims", "encounters", "remittances")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Workbench:
    workbench = Workbench.open(workspace_with_code_sets(tmp_path_factory.mktemp("path") / "workspace"))
    workbench.files.load([data_folder / name for name in FOLDERS])
    workbench.checks.run()
    return workbench


def test_nothing_is_not_loaded(workbench: Workbench) -> None:
    assert workbench.files.not_loaded().frame.is_empty()


def test_counts_and_dollars_are_those_of_the_universe(workbench: Workbench, universe: Universe) -> None:
    totals = {row["format"]: row for row in workbench.files.totals().frame.iter_rows(named=True)}
    for form, is_professional in (("837P", True), ("837I", False)):
        claims = [
            claim
            for episode in universe.episodes
            for claim in episode.claims
            if claim.visit.is_professional == is_professional
        ]
        assert totals[form]["claim_count"] == len(claims)
        assert totals[form]["line_count"] == sum(len(claim.lines) for claim in claims)
        assert totals[form]["charge_amount"] * 100 == sum(claim.charge_cents for claim in claims)
    answers = [remit for episode in universe.episodes for remit in episode.remits]
    assert totals["835"]["claim_count"] == len(answers)
    assert totals["835"]["paid_amount"] * 100 == sum(row.decision.paid_cents for row in answers)
    assert totals["835"]["transaction_count"] == len(universe.transactions)


def test_the_checks_find_what_was_planted_and_raise_no_other_alarm(
    workbench: Workbench, universe: Universe
) -> None:
    found: dict[str, set[str]] = {}
    fatal: set[str] = set()
    for row in workbench.checks.findings().frame.iter_rows(named=True):
        if row["encounter_id"].startswith("E"):
            found.setdefault(row["check_id"], set()).add(row["encounter_id"])
            fatal |= {row["check_id"]} if row["severity"] == "F" else set()
    planted = {
        check: {
            case.encounter.encounter_id
            for case in universe.cases
            if any(row.way == way for row in case.coding.codes)
        }
        for check, way in WAYS.items()
    }
    planted["DX-22"] = slipped(universe, "pointer")
    planted["DUP-01"] = slipped(universe, "line twice") | {
        case.encounter.encounter_id
        for case in universe.cases
        if sum((claim.frequency, claim.sequence) == ("1", "P") for claim in case.episode.claims) > 1
    }
    # The editor's third edit is a duplicate of the principal diagnosis in a hospital stay: it is found once.
    repeats = planted.pop("DX-13")
    assert found["DX-13"] | found["MCE-03"] == repeats
    assert found["DX-13"].isdisjoint(found["MCE-03"])
    for check, expected in planted.items():
        assert found[check] == expected, check
    assert fatal == {*planted, "DX-13", "MCE-03"} - {"DX-06"}


def test_of_the_written_charts_only_their_planted_errors_are_fatal(workbench: Workbench) -> None:
    findings = workbench.checks.findings().frame
    fatal = findings.filter(pl.col("encounter_id").str.starts_with("A"), severity="F")
    # A heading that needs a seventh character is one finding, which says so.
    assert sorted(fatal.select("encounter_id", "check_id").rows()) == [
        ("A0005", "DX-04"),
        ("A0012", "DX-01"),
        ("A0012", "DX-13"),
    ]


def slipped(universe: Universe, slip: str) -> set[str]:
    return {
        case.encounter.encounter_id
        for case in universe.cases
        if any(slip in claim.slips for claim in case.episode.claims)
    }
