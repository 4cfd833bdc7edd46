from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from auditlib.codes import is_valid_npi
from auditlib.sources.documents.charts import read_chart
from tests.authored_charts.conftest import CHART_IDS, DATA, Chart, Tabular

ERROR_KINDS = {
    "wrong code",
    "missed code",
    "unsupported code",
    "not specific",
    "sequencing",
    "modifier",
    "units",
    "POA",
}
CAUSES = {
    "coder rule",
    "coder oversight",
    "documentation missing",
    "documentation conflicting",
    "template or computer-assisted coding",
    "system or charge master",
    "guideline change",
    "auditor error",
}
CODE_KEYS = ("code_system", "code", "code_role", "poa_indicator", "modifiers", "unit_count")
STORIES = {"paid", "denied", "denied, corrected, paid", "partly paid"}

each_chart = pytest.mark.parametrize("chart_id", CHART_IDS)


def bare(code: dict[str, Any]) -> tuple[object, ...]:
    return tuple(tuple(code[name]) if name == "modifiers" else code[name] for name in CODE_KEYS)


def of_system(codes: Iterable[dict[str, Any]], *systems: str) -> list[str]:
    return [code["code"] for code in codes if code["code_system"] in systems]


def test_there_are_fourteen_charts_and_no_other_files() -> None:
    assert {path.name for path in (DATA / "charts").iterdir()} == set(CHART_IDS)
    assert {path.name for path in (DATA / "answer_keys").iterdir()} == {f"{name}.json" for name in CHART_IDS}


def test_every_kind_of_visit_is_there(authored: dict[str, Chart]) -> None:
    classes = Counter(chart.encounter["encounter_class"] for chart in authored.values())
    assert classes == {"office": 4, "emergency": 3, "outpatient surgery": 3, "inpatient": 4}
    assert len({chart.encounter["coder_id"] for chart in authored.values()}) == 10
    assert {chart.key["billing"]["payer_id"] for chart in authored.values()} == {
        f"P0{n}" for n in range(1, 9)
    }
    assert {chart.key["billing"]["story"] for chart in authored.values()} == STORIES


@each_chart
def test_a_chart_is_read_with_nothing_not_loaded(chart_id: str, authored: dict[str, Chart]) -> None:
    home = DATA / "charts" / chart_id
    (batch,) = read_chart(home / "encounter.json", source_file_id=1)
    chart = authored[chart_id]
    assert batch.rejected.is_empty()
    assert batch.frames["document"]["text"].to_list() == list(chart.texts)
    assert batch.frames["encounter_code"]["code"].to_list() == of_system(
        chart.encounter["codes"], "ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"
    )
    assert {path.name for path in home.iterdir()} == {
        "encounter.json",
        *(entry["file"] for entry in chart.encounter["documents"]),
    }


@each_chart
def test_the_facts_of_the_visit_are_plausible(chart_id: str, authored: dict[str, Chart]) -> None:
    encounter = authored[chart_id].encounter
    birth, admit, discharge, coded = (
        dt.date.fromisoformat(encounter[name])
        for name in ("birth_date", "admit_date", "discharge_date", "coded_date")
    )
    assert dt.date(2025, 10, 1) <= admit <= discharge < coded <= dt.date(2026, 9, 30)
    for npi in (encounter["facility_id"], encounter["provider_id"]):
        assert is_valid_npi(npi)
        assert npi.startswith("19999")
    age = admit.year - birth.year - ((admit.month, admit.day) < (birth.month, birth.day))
    assert f"{age}-year-old" in authored[chart_id].texts[0]
    is_inpatient = encounter["encounter_class"] == "inpatient"
    assert (encounter["billed_drg_code"] is not None) is is_inpatient
    assert (discharge > admit) is is_inpatient


@each_chart
def test_the_documents_are_those_that_a_coder_sees(chart_id: str, authored: dict[str, Chart]) -> None:
    chart = authored[chart_id]
    kinds = [entry["document_type"] for entry in chart.encounter["documents"]]
    assert kinds[0] == "physician note"
    is_surgical = any(
        code["code"][0] == "0" for code in chart.key["codes"] if code["code_system"] == "ICD-10-PCS"
    )
    encounter_class = chart.encounter["encounter_class"]
    assert ("discharge summary" in kinds) is (encounter_class == "inpatient")
    if encounter_class == "outpatient surgery" or (is_surgical and chart_id != "A0011"):
        assert "operative report" in kinds
    for text in chart.texts:
        assert 150 <= len(text.split()) <= 600
        assert re.search(r"\b(Mr|Mrs|Ms|Miss|Dr)\b", text) is None


@each_chart
def test_every_supporting_sentence_stands_in_its_document(chart_id: str, authored: dict[str, Chart]) -> None:
    chart = authored[chart_id]
    for code in chart.key["codes"]:
        assert set(code) == {*CODE_KEYS, "support", "rationale"}
        assert code["support"], code["code"]
        assert len(code["rationale"]) > 40
        if code["code_system"] == "ICD-10-CM":
            assert re.search(
                r"\b(I{1,3}|IV)\.?[A-Z]?\b|Tabular note|Medicare|Appendix I", code["rationale"]
            ), code["code"]
        for support in code["support"]:
            assert set(support) == {"document_number", "sentence"}
            assert support["sentence"] in chart.texts[support["document_number"] - 1]


@each_chart
def test_the_verdicts_turn_the_coders_codes_into_the_right_ones(
    chart_id: str, authored: dict[str, Chart]
) -> None:
    chart = authored[chart_id]
    coded = chart.encounter["codes"]
    result = []
    for verdict in chart.key["verdicts"]:
        action, corrected = verdict["action"], verdict["corrected"]
        if action == "agree":
            result.append(bare(coded[verdict["code_number"] - 1]))
        elif action in {"change", "add"}:
            result.append(bare(corrected))
    assert Counter(result) == Counter(bare(code) for code in chart.key["codes"])
    decided = [verdict["code_number"] for verdict in chart.key["verdicts"] if verdict["action"] != "add"]
    assert decided == list(range(1, len(coded) + 1))


@each_chart
def test_a_verdict_says_what_is_wrong_and_only_then(chart_id: str, authored: dict[str, Chart]) -> None:
    chart = authored[chart_id]
    for verdict in chart.key["verdicts"]:
        is_error = verdict["action"] != "agree"
        assert set(verdict) == {"code_number", "action", "corrected", "error_kind", "cause", "comment"}
        assert verdict["action"] in {"agree", "change", "delete", "add"}
        assert (verdict["error_kind"] in ERROR_KINDS) is is_error
        assert (verdict["cause"] in CAUSES) is is_error
        assert bool(verdict["comment"]) is is_error
        assert (verdict["corrected"] is not None) is (verdict["action"] in {"change", "add"})
        assert (verdict["code_number"] is None) is (verdict["action"] == "add")
        assert (verdict["error_kind"] == "missed code") is (verdict["action"] == "add")
        if verdict["action"] == "change":
            assert bare(verdict["corrected"]) != bare(chart.encounter["codes"][verdict["code_number"] - 1])
    kinds = [verdict["error_kind"] for verdict in chart.key["verdicts"] if verdict["error_kind"]]
    assert chart.key["planted_errors"] == kinds


@each_chart
def test_a_change_is_of_the_kind_that_it_is_called(chart_id: str, authored: dict[str, Chart]) -> None:
    chart = authored[chart_id]
    changed = {
        "sequencing": "code_role",
        "modifier": "modifiers",
        "units": "unit_count",
        "POA": "poa_indicator",
    }
    for verdict in chart.key["verdicts"]:
        if verdict["action"] != "change":
            continue
        before, after = chart.encounter["codes"][verdict["code_number"] - 1], verdict["corrected"]
        differing = {name for name in CODE_KEYS if before[name] != after[name]}
        if verdict["error_kind"] in changed:
            assert differing == {changed[verdict["error_kind"]]}
        else:
            assert "code" in differing
        if verdict["error_kind"] == "not specific":
            assert before["code"][:3] == after["code"][:3]


def test_every_kind_of_error_is_planted_and_some_charts_are_right(authored: dict[str, Chart]) -> None:
    planted = Counter(kind for chart in authored.values() for kind in chart.key["planted_errors"])
    assert set(planted) == ERROR_KINDS
    assert min(planted.values()) >= 2
    assert [chart_id for chart_id, chart in authored.items() if not chart.key["planted_errors"]] == [
        "A0004",
        "A0010",
    ]


@each_chart
def test_the_right_codes_keep_the_rules_of_the_form(chart_id: str, authored: dict[str, Chart]) -> None:
    chart = authored[chart_id]
    is_inpatient = chart.encounter["encounter_class"] == "inpatient"
    for codes in (chart.key["codes"], chart.encounter["codes"]):
        assert sum(code["code_role"] == "principal" for code in codes) == 1
        assert sum(code["code_role"] == "admitting" for code in codes) == int(is_inpatient)
        for code in codes:
            is_diagnosis = code["code_system"] == "ICD-10-CM"
            assert (code["code_role"] == "procedure") is not is_diagnosis
            assert (code["unit_count"] is not None) is (code["code_system"] in {"CPT", "HCPCS"})
            assert code["poa_indicator"] is None or (is_inpatient and is_diagnosis)
            assert code["code_system"] != "ICD-10-PCS" or is_inpatient
            assert code["code_system"] != "CPT" or not is_inpatient
            assert set(code) <= {*CODE_KEYS, "code_date", "support", "rationale"}
            assert "." not in code["code"]
    for code in chart.encounter["codes"]:
        assert (code["code_date"] is not None) is (code["code_role"] == "procedure")
        if code["code_date"]:
            assert chart.encounter["admit_date"] <= code["code_date"] <= chart.encounter["discharge_date"]
    right = [
        (code["code_system"], code["code"], code["code_role"] == "admitting") for code in chart.key["codes"]
    ]
    assert len(right) == len(set(right))


@each_chart
def test_the_right_diagnoses_exist_and_exclude_none_of_each_other(
    chart_id: str, authored: dict[str, Chart], tabular: Tabular
) -> None:
    right = [code for code in authored[chart_id].key["codes"] if code["code_role"] != "admitting"]
    diagnoses = of_system(right, "ICD-10-CM")
    assert [
        code
        for code in of_system(authored[chart_id].key["codes"], "ICD-10-CM")
        if not tabular.is_billable(code)
    ] == []
    assert [pair for pair in permutations(diagnoses, 2) if tabular.excludes(*pair)] == []


def test_the_coders_made_errors_that_checks_can_find(authored: dict[str, Chart], tabular: Tabular) -> None:
    found: dict[str, set[str]] = {
        "not in set": set(),
        "heading": set(),
        "excluded": set(),
        "duplicate": set(),
    }
    for chart_id, chart in authored.items():
        codes = of_system(
            (code for code in chart.encounter["codes"] if code["code_role"] != "admitting"), "ICD-10-CM"
        )
        if not all(code in tabular.listed for code in codes):
            found["not in set"].add(chart_id)
        if any(code in tabular.listed and not tabular.is_billable(code) for code in codes):
            found["heading"].add(chart_id)
        known = [code for code in dict.fromkeys(codes) if code in tabular.listed]
        if any(tabular.excludes(*pair) for pair in permutations(known, 2)):
            found["excluded"].add(chart_id)
        if len(codes) > len(set(codes)):
            found["duplicate"].add(chart_id)
    assert found == {
        "not in set": {"A0012"},
        "heading": {"A0005"},
        "excluded": {"A0007", "A0011"},
        "duplicate": {"A0012"},
    }


def test_supplies_and_drugs_are_in_at_least_three_charts(authored: dict[str, Chart]) -> None:
    supplied = {chart_id: of_system(chart.key["codes"], "HCPCS") for chart_id, chart in authored.items()}
    assert sum(bool(codes) for codes in supplied.values()) >= 3
    assert {code[0] for codes in supplied.values() for code in codes} == {"J", "C", "V"}


def test_what_became_of_the_bill_is_told(authored: dict[str, Chart]) -> None:
    for chart in authored.values():
        billing = chart.key["billing"]
        assert set(billing) <= {"payer_id", "story", "line_number", "group_code", "reason_code"}
        assert ("reason_code" in billing) is (billing["story"] != "paid")
        if "line_number" in billing:
            lines = of_system(chart.encounter["codes"], "CPT", "HCPCS")
            assert 1 <= billing["line_number"] <= len(lines)
    assert authored["A0001"].key["billing"]["story"] == "denied, corrected, paid"


@pytest.mark.field
def test_the_right_codes_are_in_the_publishers_files(authored: dict[str, Chart], field_data: Path) -> None:
    right = [code for chart in authored.values() for code in chart.key["codes"]]
    assert set(of_system(right, "ICD-10-CM")) <= billable(
        field_data / "codesets/icd10cm/cms_2026_dx.zip", "icd10cm_order_2026.txt"
    )
    assert set(of_system(right, "ICD-10-PCS")) <= billable(
        field_data / "codesets/icd10pcs/cms_2026_pr.zip", "icd10pcs_order_2026.txt"
    )


@pytest.mark.field
def test_indicators_are_missing_where_the_publisher_exempts_the_code_and_nowhere_else(
    authored: dict[str, Chart], field_data: Path
) -> None:
    with zipfile.ZipFile(field_data / "codesets/poa/POAexemptCodesFY26.zip") as archive:
        lines = archive.read("POAexemptCodesFY26.txt").decode("latin-1").splitlines()
    exempt = {line.split("\t")[1].strip().replace(".", "") for line in lines if line.count("\t") >= 2}
    for chart in authored.values():
        if chart.encounter["encounter_class"] != "inpatient":
            continue
        for code in chart.key["codes"]:
            if code["code_system"] == "ICD-10-CM" and code["code_role"] != "admitting":
                assert (code["poa_indicator"] is None) is (code["code"] in exempt), code["code"]


def billable(archive_path: Path, member: str) -> set[str]:
    with zipfile.ZipFile(archive_path) as archive:
        lines = archive.read(member).decode("latin-1").splitlines()
    return {line[6:14].strip() for line in lines if line[14:15] == "1"}


def test_the_files_are_written_as_one_would_write_them_again() -> None:
    for path in [*DATA.glob("charts/*/encounter.json"), *(DATA / "answer_keys").glob("A*.json")]:
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
