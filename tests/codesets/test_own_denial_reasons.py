from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.layouts import read_published
from auditlib.errors import BadInputError
from auditlib.schema.ref import DENIAL_REASON, RELEASE
from auditlib.warehouse import graph
from auditlib.workbench import Workbench
from auditlib.workspace.folder import Workspace
from tests.checks.reading import table
from tests.made_once import workspace_with_code_sets
from tests.measures.story import Cas, Claim, Payment, Story
from tests.tables import fill

NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone
HEADER = "reason_code,reason_kind,payer\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(workspace_with_code_sets(tmp_path / "w"))


def own_list(folder: Path, text: str) -> Path:
    path = folder / "reasons.csv"
    path.write_text(text, encoding="utf-8")
    return path


def with_a_capitated_claim(workspace: Workspace) -> None:
    story = Story([Claim()], [Payment(dt.date(2026, 2, 1), 0, [Cas("CO", "24", 100)])]).tables()
    del story["ref.denial_reason"]
    fill(workspace.warehouse(), story)
    with workspace.warehouse().writing() as writer:
        graph.run(writer)


def first_response(workspace: Workspace) -> str:
    return str(workspace.warehouse().query("models/claim_outcome")["first_response"].item())


def test_an_own_list_decides_from_its_load_on(workspace: Workspace, tmp_path: Path) -> None:
    with_a_capitated_claim(workspace)
    assert first_response(workspace) == "paid"
    report = load_code_sets(
        workspace, [own_list(tmp_path, f"{HEADER}24,Refused,p01\n45,contractual,\n")], loaded_at=NOON
    )
    assert report.rows.select("code_system", "row_count", "load_status").rows() == [
        ("own denial reason", 2, "loaded")
    ]
    assert first_response(workspace) == "denied"


def test_the_list_of_an_earlier_version_is_renewed_and_an_own_one_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    with_a_capitated_claim(workspace)
    load_code_sets(workspace, [own_list(tmp_path, f"{HEADER}50,reduced,\n")], loaded_at=NOON)
    warehouse = workspace.warehouse()
    current, releases = table(warehouse, DENIAL_REASON), table(warehouse, RELEASE)
    with warehouse.writing() as writer:
        rows = current.with_columns(
            is_denial=pl.when(pl.col("stated_by") == "project").then(True).otherwise("is_denial")  # noqa: FBT003
        )
        writer.replace(DENIAL_REASON, rows)
        older = pl.when(pl.col("code_system") == "denial reason").then(pl.lit("0" * 64)).otherwise("sha256")
        writer.replace(RELEASE, releases.with_columns(sha256=older))
    Workbench.create(workspace.root)
    names = ["reason_code", "stated_by", "payer_class"]
    assert table(warehouse, DENIAL_REASON).sort(names).equals(current.sort(names))
    assert first_response(workspace) == "paid"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reason_code,reason_kind,colour\n24,refused,red\n", "has the columns"),
        (f"{HEADER}24,denied,\n", "row 1 below the header: reason_kind is 'denied'"),
        (f"{HEADER}24,refused,\nTwentyFour,refused,\n", "row 2 below the header: reason_code"),
        (f"{HEADER}24,refused,P01\n24,capitation,P01\n", "states reason 24 twice"),
        ("reason_code,reason_kind,effective_from\n24,refused,1/31/26\n", "effective_from is '1/31/26'"),
        ("reason_code,reason_kind,payer_class\n24,refused,Medicare\n", "payer_class is 'Medicare'"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        read_published(own_list(tmp_path, text), Stated())
