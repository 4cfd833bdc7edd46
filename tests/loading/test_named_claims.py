"""Answers in FHIR find the claim that they name, in one file or several, whichever is loaded first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.sources.fhir.texts import CARC, explanation, judged

SERVER = "https://billing.example/fhir"
UUID = "urn:uuid:0a1b2c3d-0000-4000-8000-000000000001"
NAMED = "named by the response"


def claim(**changes: object) -> dict:
    return {
        "resourceType": "Claim",
        "id": "g1",
        "status": "active",
        "use": "claim",
        "patient": {"reference": "Patient/P1"},
        "identifier": [{"system": "urn:pcn", "value": "PCN-1"}],
        "billablePeriod": {"start": "2026-03-01", "end": "2026-03-01"},
        "total": {"value": 100, "currency": "USD"},
        "item": [],
        **changes,
    }


OTHER = claim(id="g2", identifier=[{"system": "urn:pcn", "value": "PCN-2"}])


def response(request: dict, **changes: object) -> dict:
    return {
        "resourceType": "ClaimResponse",
        "id": "r1",
        "status": "active",
        "patient": {"reference": "Patient/P1"},
        "identifier": [{"value": "OWN-1"}],
        "insurer": {"display": "Sample Plan"},
        "outcome": "complete",
        "request": request,
        "payment": {"amount": {"value": 60}},
        "adjudication": [judged("submitted", 100), judged("adjustmentreason", 40, (CARC, "45"))],
        **changes,
    }


def in_bundle(url: str | None, resource: dict) -> dict:
    entry = {"resource": resource} if url is None else {"fullUrl": url, "resource": resource}
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry]}


def loaded(workspace: Workspace, tmp_path: Path, files: Sequence[object], *, at_once: bool) -> Workbench:
    paths = []
    for number, one in enumerate(files):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(one), encoding="utf-8")
    bench = Workbench(workspace)
    for group in [paths] if at_once else [[path] for path in paths]:
        bench.files.load(group)
    return bench


def links(workspace: Workspace) -> list[tuple[str | None, str]]:
    """The control number of the claim of each payment, and how it was linked."""
    with duckdb.connect(str(workspace.warehouse_path), read_only=True) as store:
        return store.execute(
            "select claim.patient_control_number, link_method from core.claim_link as link "
            "left join core.claim as claim using (claim_id) order by 1, 2"
        ).fetchall()


FORMS = [
    (None, {}, {"reference": "Claim/g1"}),
    (None, {}, {"reference": " Claim/g1/ "}),
    (None, {}, {"reference": "Claim/g1/_history/2"}),
    (None, {"meta": {"versionId": "2"}}, {"reference": "Claim/g1/_history/2"}),
    (f"{SERVER}/Claim/g1", {}, {"reference": f"{SERVER}/Claim/g1"}),
    (f"{SERVER}/Claim/g1", {}, {"reference": "http://billing.example/fhir/Claim/g1/_history/7"}),
    (f"{SERVER}/Claim/g1/_history/3", {}, {"reference": f"{SERVER}/Claim/g1"}),
    (None, {}, {"reference": f"{SERVER}/Claim/g1"}),
    (UUID, {}, {"reference": UUID.upper().replace("URN:UUID", "urn:uuid")}),
    (UUID, {"id": None}, {"reference": UUID}),
    (None, {"id": UUID.removeprefix("urn:uuid:")}, {"reference": UUID}),
    (UUID, {"id": None}, {"reference": f"Claim/{UUID.removeprefix('urn:uuid:')}"}),
    (None, {}, {"identifier": {"system": "urn:pcn", "value": "PCN-1"}}),
    (None, {}, {"identifier": {"value": "PCN-1"}}),
    (None, {}, {"reference": "Claim?identifier=urn:pcn|PCN-1"}),
    (None, {}, {"reference": "Claim?identifier=urn:pcn%7CPCN-1"}),
    (None, {}, {"reference": "#own"}),
]


@pytest.mark.parametrize(
    ("url", "changes", "request_", "order"),
    [(*form, -1 if number % 2 else 1) for number, form in enumerate(FORMS)],
)
def test_a_response_finds_its_claim_in_a_later_load(
    workspace: Workspace, tmp_path: Path, url: str | None, changes: dict, request_: dict, order: int
) -> None:
    own = {"resourceType": "Claim", "id": "own", "identifier": [{"value": "PCN-1"}]}
    files = [in_bundle(url, claim(**changes)), OTHER, response(request_, contained=[own])]
    bench = loaded(workspace, tmp_path, files[::order], at_once=False)
    assert links(workspace) == [("PCN-1", NAMED)]
    positions = bench.claims.positions().frame.sort("patient_control_number")
    assert positions["paid_amount"].to_list() == [Decimal(60), Decimal(0)]


@pytest.mark.parametrize("first", ["claim", "answer"])
def test_a_response_finds_its_claim_in_another_file_of_the_load(
    workspace: Workspace, tmp_path: Path, first: str
) -> None:
    files = [claim(), OTHER, response({"reference": "Claim/g1"})]
    loaded(workspace, tmp_path, files if first == "claim" else files[::-1], at_once=True)
    assert links(workspace) == [("PCN-1", NAMED)]


def test_a_claim_that_is_not_loaded_is_not_found(workspace: Workspace, tmp_path: Path) -> None:
    elsewhere = in_bundle("https://other.example/fhir/Claim/g1", claim())
    files = [elsewhere, response({"reference": f"{SERVER}/Claim/g1"})]
    loaded(workspace, tmp_path, files, at_once=False)
    assert links(workspace) == [(None, "unmatched: the claim that the response names is not loaded")]


def test_a_relative_reference_is_of_the_server_of_the_response(workspace: Workspace, tmp_path: Path) -> None:
    files = [
        in_bundle("https://other.example/fhir/Claim/g1", claim()),
        in_bundle(f"{SERVER}/Claim/g1", claim(identifier=OTHER["identifier"])),
        in_bundle(f"{SERVER}/ClaimResponse/r1", response({"reference": "Claim/g1"})),
    ]
    loaded(workspace, tmp_path, files, at_once=False)
    assert links(workspace) == [("PCN-2", NAMED)]


def test_two_claims_under_one_address_are_not_guessed(workspace: Workspace, tmp_path: Path) -> None:
    second = claim(total={"value": 70, "currency": "USD"})
    loaded(workspace, tmp_path, [claim(), second, response({"reference": "Claim/g1"})], at_once=False)
    assert links(workspace) == [(None, "ambiguous: the response names several claims")]


def test_the_claim_in_the_file_of_the_response_is_meant(workspace: Workspace, tmp_path: Path) -> None:
    second = claim(identifier=OTHER["identifier"])
    own = {
        "resourceType": "Bundle",
        "entry": [{"resource": second}, {"resource": response({"reference": "Claim/g1"})}],
    }
    loaded(workspace, tmp_path, [claim(), own], at_once=False)
    assert links(workspace) == [("PCN-2", NAMED)]


def test_another_patient_contradicts(workspace: Workspace, tmp_path: Path) -> None:
    answer = response({"reference": "Claim/g1"}, patient={"reference": "Patient/P2"})
    loaded(workspace, tmp_path, [claim(), answer], at_once=False)
    assert links(workspace) == [(None, "unmatched: another patient")]


@pytest.mark.parametrize("patient", [{}, {"reference": "urn:uuid:77"}, {"reference": "#p"}])
def test_a_patient_without_an_id_to_compare_does_not(
    workspace: Workspace, tmp_path: Path, patient: dict
) -> None:
    inside = [{"resourceType": "Patient", "id": "p", "identifier": [{"value": "MRN-1"}]}]
    answer = response({"reference": "Claim/g1"}, patient=patient, contained=inside)
    loaded(workspace, tmp_path, [claim(), answer], at_once=False)
    assert links(workspace) == [("PCN-1", NAMED)]


def test_the_same_bundle_again_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    entries = [{"fullUrl": UUID, "resource": claim()}, {"resource": response({"reference": UUID})}]
    bundle = {"resourceType": "Bundle", "entry": entries}
    bench = loaded(workspace, tmp_path, [bundle, {**bundle, "entry": entries[::-1]}], at_once=False)
    assert links(workspace) == [("PCN-1", NAMED)]
    assert bench.claims.positions().frame["paid_amount"].to_list() == [Decimal(60)]


EXPLAINED = explanation(claim={"reference": "Claim/g1"})


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("order", [1, -1])
def test_a_claim_and_its_explanation_are_one_claim(
    workspace: Workspace, tmp_path: Path, order: int, *, at_once: bool
) -> None:
    bench = loaded(workspace, tmp_path, [claim(), EXPLAINED][::order], at_once=at_once)
    assert links(workspace) == [("PCN-1", NAMED)]
    position = bench.claims.positions().frame.row(0, named=True)
    assert (position["charge_amount"], position["answer_count"]) == (Decimal(100), 1)
    with duckdb.connect(str(workspace.warehouse_path), read_only=True) as store:
        for table in ("claim_line", "claim_diagnosis", "claim_procedure"):
            assert store.execute(f"select count(*) from core.{table}").fetchone() == (0,)
        counts = "select claim_count, charge_amount from core.source_file order by file_name"
        charge = store.execute("select charge_amount from core.remit_claim").fetchone()
        assert charge is not None
        assert store.execute(counts).fetchall() == [(1, Decimal(100)), (1, charge[0])][::order]


def test_a_claim_and_its_explanation_in_one_file(workspace: Workspace, tmp_path: Path) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in (claim(), EXPLAINED)]}
    bench = loaded(workspace, tmp_path, [bundle], at_once=True)
    assert bench.claims.positions().frame["charge_amount"].to_list() == [Decimal(100)]
    assert links(workspace) == [("PCN-1", NAMED)]
    with duckdb.connect(str(workspace.warehouse_path), read_only=True) as store:
        counts = store.execute("select claim_count, charge_amount from core.source_file").fetchall()
    assert counts == [(1, Decimal(100))]


def test_an_explanation_of_an_unknown_claim_answers_itself(workspace: Workspace, tmp_path: Path) -> None:
    bench = loaded(workspace, tmp_path, [EXPLAINED], at_once=True)
    assert [number for number, _ in links(workspace)] == ["ACCOUNT-1"]
    assert bench.claims.positions().frame["answer_count"].to_list() == [1]


def test_an_explanation_of_another_patient_stays_a_claim(workspace: Workspace, tmp_path: Path) -> None:
    other = claim(patient={"reference": "Patient/P9"})
    bench = loaded(workspace, tmp_path, [other, EXPLAINED], at_once=False)
    assert links(workspace) == [(None, "unmatched: another patient")]
    assert bench.claims.positions().frame.height == 2


def test_a_workspace_of_an_earlier_version_gains_the_tables(workspace: Workspace, tmp_path: Path) -> None:
    with duckdb.connect(str(workspace.warehouse_path)) as store:
        for table in ("claim_address", "answered_address", "named_claim"):
            store.execute(f"drop table core.{table}")
        store.execute("alter table core.link_candidate drop column is_named")
    assert Workbench(workspace).claims.unmatched().frame.is_empty()
    loaded(workspace, tmp_path, [claim(), response({"reference": "Claim/g1"})], at_once=False)
    assert links(workspace) == [("PCN-1", NAMED)]


@pytest.mark.field
def test_a_bundle_of_claims_with_explanations(workspace: Workspace, field_data: Path) -> None:
    bench = Workbench(workspace)
    bench.files.load([field_data / "field_cases" / "tables" / "synthea_bundle"])
    (row,) = bench.claims.positions().frame.to_dicts()
    assert (row["charge_amount"], row["paid_amount"]) == (Decimal("129.16"), Decimal(100))
    assert bench.claims.unmatched().frame.is_empty()


@pytest.mark.field
def test_a_dental_predetermination_is_no_claim(workspace: Workspace, field_data: Path) -> None:
    bench = Workbench(workspace)
    bench.files.load([field_data / "field_cases" / "tables" / "dental_predetermination"])
    assert bench.claims.positions().frame.select("patient_control_number", "charge_amount").rows() == [
        ("D1", Decimal(615))
    ]


@pytest.mark.field
def test_a_reported_response_finds_its_claim(workspace: Workspace, field_data: Path) -> None:
    Workbench(workspace).files.load([field_data / "field_cases" / "claims" / "fhir_claimresponse_by_id"])
    assert links(workspace) == [("PCNg1", NAMED)]
