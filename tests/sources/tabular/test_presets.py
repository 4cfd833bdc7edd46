"""Files of published layouts: known by their header, mapped by a preset."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal import preset_list, propose_mapping
from auditlib.sources.tabular.proposal.presets import Preset, preset_of_header, presets
from auditlib.sources.tabular.tables import read_table

UUID = "00000000-0000-4000-8000-00000000000"


def written(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def loaded(path: Path) -> SourceBatch:
    """Return what a file gives by the mapping that is proposed for it, unchanged."""
    mapping = parse_mapping(propose_mapping(path).text, name="proposed.yaml")
    (batch,) = read_table(path, source_file_id=3, mapping=mapping)
    return batch


def values(frame: pl.DataFrame, *names: str) -> list[tuple[object, ...]]:
    return [
        tuple(str(cell) if cell is not None else None for cell in row) for row in frame.select(names).rows()
    ]


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_a_preset_names_its_layout_version_and_source(preset: Preset) -> None:
    (row,) = preset_list().filter(pl.col("preset") == preset.name).iter_rows(named=True)
    assert row["layout"]
    assert row["version"]
    assert row["source"].startswith("https://")
    # A layout of which nothing is loaded says why.
    assert row["fills"] != "nothing" or row["not_loaded"]


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_a_preset_is_known_by_its_own_headers_only(preset: Preset) -> None:
    headers = preset.recognised_by
    assert preset_of_header(headers) == preset
    known = preset_of_header(headers[1:])
    assert known is None or known.name != preset.name


TUVA = (
    "claim_id,claim_line_number,claim_type,person_id,payer,claim_start_date,claim_end_date,claim_line_start_date,"
    "claim_line_end_date,admission_date,place_of_service_code,bill_type_code,ms_drg_code,revenue_center_code,"
    "service_unit_quantity,hcpcs_code,hcpcs_modifier_1,rendering_npi,billing_npi,paid_amount,charge_amount,"
    "diagnosis_code_type,diagnosis_code_1,diagnosis_code_2,diagnosis_poa_1,diagnosis_poa_2,procedure_code_type,"
    "procedure_code_1,procedure_date_1"
)
PROFESSIONAL = "professional,P1,Invented,2026-03-02,2026-03-02,2026-03-02,2026-03-02,,11,,,"
BILLED_BY = "1234567893,1245319599"
STAY = (
    "C2,1,institutional,P2,Invented,2026-03-05,2026-03-09,2026-03-05,2026-03-09,2026-03-05,,111,291,0120,4"
    ",,,,1245319599,900.00,4000.00,icd-10-cm,I110,I5023,Y,N,icd-10-pcs,02HV33Z,2026-03-06"
)
TUVA_ROWS = (
    f"C1,1,{PROFESSIONAL},1,99213,25,{BILLED_BY},60.00,100.00,icd-10-cm,I10,,,,,,",
    f"C1,2,{PROFESSIONAL},2,36415,,{BILLED_BY},5.00,20.00,icd-10-cm,I10,,,,,,",
    STAY,
)


@pytest.mark.parametrize(
    "header", [TUVA, TUVA.replace("ms_drg_code", "drg_code").replace("person_id", "patient_id")]
)
def test_tuva_claims_have_their_own_form_days_units_and_drg(tmp_path: Path, header: str) -> None:
    batch = loaded(written(tmp_path / "medical_claim.csv", header, *TUVA_ROWS))
    assert batch.rejected.is_empty()
    claim = batch.frames["claim"]
    assert values(claim, "form", "from_date", "to_date", "charge_amount", "drg_code", "type_of_bill") == [
        ("P", "2026-03-02", "2026-03-02", "120.00", None, None),
        ("I", "2026-03-05", "2026-03-09", "4000.00", "291", "111"),
    ]
    assert claim["patient_id"].null_count() == 0
    assert values(batch.frames["claim_line"], "line_number", "code", "modifier_1", "unit_count") == [
        ("1", "99213", "25", "1.0000"),
        ("2", "36415", None, "2.0000"),
        ("1", None, None, "4.0000"),
    ]
    assert values(batch.frames["claim_diagnosis"], "code", "poa_indicator") == [
        ("I10", None),
        ("I110", "Y"),
        ("I5023", "N"),
    ]
    assert values(batch.frames["claim_procedure"], "code", "code_system", "procedure_date") == [
        ("02HV33Z", "ICD-10-PCS", "2026-03-06")
    ]


def test_tuva_diagnoses_of_the_ninth_revision_stay_it(tmp_path: Path) -> None:
    row = TUVA_ROWS[0].replace("2026-03-02", "2013-03-04").replace("icd-10-cm,I10", "icd-9-cm,4019")
    batch = loaded(written(tmp_path / "medical_claim.csv", TUVA, row))
    assert values(batch.frames["claim_diagnosis"], "code_system", "code") == [("ICD-9-CM", "4019")]


SYNTHEA = "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,TOTAL_CLAIM_COST"


def test_synthea_encounters_become_visits_without_snomed_codes(tmp_path: Path) -> None:
    path = written(
        tmp_path / "encounters.csv",
        SYNTHEA,
        f"{UUID}1,2026-03-02T09:00:00Z,2026-03-02T09:20:00Z,p1,o1,d1,y1,urgentcare,185345009,Visit,90.00",
        f"{UUID}2,2026-03-05T09:00:00Z,2026-03-09T10:00:00Z,p1,o1,d1,y1,inpatient,32485007,Stay,900.00",
        f"{UUID}3,2026-03-06T09:00:00Z,2026-03-06T10:00:00Z,p2,o1,d1,y1,snf,1,Care,90.00",
    )
    batch = loaded(path)
    assert batch.rejected.is_empty()
    assert values(batch.frames["encounter"], "encounter_class", "admit_date", "discharge_date") == [
        ("office", "2026-03-02", "2026-03-02"),
        ("inpatient", "2026-03-05", "2026-03-09"),
        ("other", "2026-03-06", "2026-03-06"),
    ]
    assert "encounter_code" not in batch.frames
    assert "encounter.encounter_class" in propose_mapping(path).to_check
    assert "Not loaded: SNOMED CT codes" in propose_mapping(path).text


SYNTHEA_CLAIMS = (
    "Id,PATIENTID,PROVIDERID,PRIMARYPATIENTINSURANCEID,SECONDARYPATIENTINSURANCEID,DEPARTMENTID,DIAGNOSIS1,"
    "APPOINTMENTID,SERVICEDATE,HEALTHCARECLAIMTYPEID1"
)


def test_synthea_claims_say_that_they_have_no_charges(tmp_path: Path) -> None:
    path = written(
        tmp_path / "claims.csv", SYNTHEA_CLAIMS, f"c1,p1,d1,y1,,19,444814009,{UUID}1,2026-03-02T09:00:00Z,1"
    )
    batch = loaded(path)
    columns = ("patient_control_number", "form", "from_date", "charge_amount")
    assert values(batch.frames["claim"], *columns) == [(f"{UUID}1", "P", "2026-03-02", "0.00")]
    assert "claim_diagnosis" not in batch.frames
    assert "claim.charge_amount" in propose_mapping(path).to_check


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION", "2026-03-02,,p1,e1,444814009,Sinusitis"),
        (
            "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION",
            "2026-03-02,,p1,e1,http://snomed.info/sct,444814009,Sinusitis",
        ),
        (
            "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION",
            "2026-03-02,,p1,e1,http://snomed.info/sct,430193006,Review,10.00,,",
        ),
    ],
)
def test_snomed_codes_are_named_as_not_loaded(tmp_path: Path, header: str, row: str) -> None:
    with pytest.raises(BadInputError, match=r"Synthea CSV, .* nothing is loaded: its codes are SNOMED CT"):
        propose_mapping(written(tmp_path / "x.csv", header, row))


def test_conditions_of_icd_are_loaded(tmp_path: Path) -> None:
    header = "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION"
    batch = loaded(written(tmp_path / "conditions.csv", header, "2026-03-02,,p1,e1,J01.90,Sinusitis"))
    assert values(batch.frames["encounter_code"], "encounter_id", "code") == [("e1", "J0190")]


SYNPUF = "DESYNPUF_ID,CLM_ID,SEGMENT,CLM_FROM_DT,CLM_THRU_DT,PRVDR_NUM,CLM_PMT_AMT,AT_PHYSN_NPI"


def numbered(stem: str, count: int) -> str:
    return ",".join(f"{stem}{number}" for number in range(1, count + 1))


def test_synpuf_stays_have_codes_of_the_ninth_revision(tmp_path: Path) -> None:
    header = (
        f"{SYNPUF},CLM_ADMSN_DT,NCH_BENE_DSCHRG_DT,CLM_DRG_CD,{numbered('ICD9_DGNS_CD_', 10)},"
        f"{numbered('ICD9_PRCDR_CD_', 6)},{numbered('HCPCS_CD_', 45)}"
    )
    row = "B1,501,1,20100312,20100315,2600GD,4000.00,3139083564,20100312,20100315,217"
    row += f",7802,25000,V4501{',' * 7},8856{',' * 5}{',' * 45}"
    path = written(tmp_path / "inpatient.csv", header, row)
    batch = loaded(path)
    assert batch.rejected.is_empty()
    columns = ("form", "from_date", "to_date", "admit_date", "drg_code", "charge_amount")
    assert values(batch.frames["claim"], *columns) == [
        ("I", "2010-03-12", "2010-03-15", "2010-03-12", "217", "0.00")
    ]
    assert values(batch.frames["claim_diagnosis"], "code_system", "code") == [
        ("ICD-9-CM", "7802"),
        ("ICD-9-CM", "25000"),
        ("ICD-9-CM", "V4501"),
    ]
    assert values(batch.frames["claim_procedure"], "code_system", "code") == [("ICD-9-CM", "8856")]
    assert "claim.charge_amount" in propose_mapping(path).to_check


def test_synpuf_outpatient_claims_have_a_line_for_each_of_45_codes(tmp_path: Path) -> None:
    header = (
        f"{SYNPUF},NCH_BENE_PTB_DDCTBL_AMT,{numbered('ICD9_DGNS_CD_', 10)},{numbered('ICD9_PRCDR_CD_', 6)},"
        f"{numbered('HCPCS_CD_', 45)}"
    )
    codes = ["85025", "", "G0103", *[""] * 41, "99212"]
    row = f"B1,502,1,20100402,20100402,2600GD,50.00,3139083564,0.00,4019{',' * 9}{',' * 6},{','.join(codes)}"
    batch = loaded(written(tmp_path / "outpatient.csv", header, row))
    assert batch.frames["claim_line"]["code"].to_list() == ["85025", "G0103", "99212"]
    assert batch.frames["claim"]["form"].to_list() == ["I"]


def test_synpuf_carrier_claims_are_professional(tmp_path: Path) -> None:
    lines = ("PRF_PHYSN_NPI_", "HCPCS_CD_", "LINE_NCH_PMT_AMT_", "LINE_ALOWD_CHRG_AMT_")
    header = f"DESYNPUF_ID,CLM_ID,CLM_FROM_DT,CLM_THRU_DT,{numbered('ICD9_DGNS_CD_', 8)}"
    header = ",".join([header, *(numbered(stem, 13) for stem in lines)])
    row = f"B1,503,20100402,20100402,4019{',' * 7},3139083564{',' * 12},99213,82962{',' * 11}"
    row += f",60.00{',' * 12},80.00"
    batch = loaded(written(tmp_path / "carrier.csv", header, row + "," * 12))
    assert values(batch.frames["claim"], "form", "rendering_provider_id") == [("P", "3139083564")]
    assert batch.frames["claim_line"]["code"].to_list() == ["99213", "82962"]


OMOP_CONDITION = (
    "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_type_concept_id,"
    "visit_occurrence_id,condition_source_value"
)


def test_omop_visits_and_conditions(tmp_path: Path) -> None:
    header = (
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,"
        "provider_id,care_site_id"
    )
    rows = ("100,1,9202,2026-03-02,2026-03-02,32817,10,1", "101,1,9201,2026-03-05,2026-03-09,32817,10,1")
    batch = loaded(written(tmp_path / "visit_occurrence.csv", header, *rows))
    assert values(batch.frames["encounter"], "encounter_id", "encounter_class", "discharge_date") == [
        ("100", "office", "2026-03-02"),
        ("101", "inpatient", "2026-03-09"),
    ]
    rows = ("1,1,201826,2026-03-02,32817,100,E11.9", "2,1,320128,2026-03-02,32817,100,I10")
    batch = loaded(written(tmp_path / "condition_occurrence.csv", OMOP_CONDITION, *rows))
    assert values(batch.frames["encounter_code"], "encounter_id", "code_system", "code") == [
        ("100", "ICD-10-CM", "E119"),
        ("100", "ICD-10-CM", "I10"),
    ]
    assert batch.frames["encounter_code"]["code_date"].to_list() == [dt.date(2026, 3, 2)] * 2


def test_omop_conditions_without_codes_of_icd_are_refused(tmp_path: Path) -> None:
    row = "1,1,201826,2026-03-02,32817,100,44054006"
    with pytest.raises(BadInputError, match="OMOP common data model, condition_occurrence"):
        propose_mapping(written(tmp_path / "condition_occurrence.csv", OMOP_CONDITION, row))


def test_cclf_files_have_the_revision_that_their_indicator_says(tmp_path: Path) -> None:
    header = (
        "CUR_CLM_UNIQ_ID,PRVDR_OSCAR_NUM,BENE_MBI_ID,CLM_TYPE_CD,CLM_FROM_DT,CLM_THRU_DT,PRNCPL_DGNS_CD,DGNS_DRG_CD,"
        "DGNS_PRCDR_ICD_IND,CLM_MDCR_INSTNL_TOT_CHRG_AMT"
    )
    rows = ("9001,330001,M1,60,2026-03-02,2026-03-06,I110,291,0,8030.15",)
    batch = loaded(written(tmp_path / "cclf1.csv", header, *rows))
    assert values(batch.frames["claim"], "form", "from_date", "to_date", "charge_amount", "drg_code") == [
        ("I", "2026-03-02", "2026-03-06", "8030.15", "291")
    ]
    assert values(batch.frames["claim_diagnosis"], "code_system", "code") == [("ICD-10-CM", "I110")]
    header = (
        "CUR_CLM_UNIQ_ID,CLM_LINE_NUM,BENE_MBI_ID,CLM_FROM_DT,CLM_THRU_DT,CLM_POS_CD,CLM_LINE_FROM_DT,CLM_LINE_THRU_DT,"
        "CLM_LINE_HCPCS_CD,CLM_LINE_ALOWD_CHRG_AMT,CLM_LINE_SRVC_UNIT_QTY,HCPCS_1_MDFR_CD,CLM_DGNS_1_CD,CLM_DGNS_2_CD,"
        "DGNS_PRCDR_ICD_IND"
    )
    rows = (
        "9002,1,M1,2026-03-02,2026-03-02,11,2026-03-02,2026-03-02,99213,80.00,1,25,I10,E119,0",
        "9002,2,M1,2026-03-02,2026-03-02,11,2026-03-02,2026-03-02,36415,5.00,1,,I10,E119,0",
    )
    batch = loaded(written(tmp_path / "cclf5.csv", header, *rows))
    assert values(batch.frames["claim_line"], "line_number", "code", "modifier_1") == [
        ("1", "99213", "25"),
        ("2", "36415", None),
    ]
    assert batch.frames["claim_diagnosis"]["code"].to_list() == ["I10", "E119"]


@pytest.mark.field
def test_reported_files_of_published_layouts(field_data: Path) -> None:
    root = field_data / "field_cases" / "tables"
    batch = loaded(root / "sug_tuva_dates" / "medical_claim.csv")
    columns = ("form", "from_date", "to_date", "drg_code")
    assert values(batch.frames["claim"], *columns) == [
        ("P", "2026-01-05", "2026-01-05", None),
        ("I", "2026-01-10", "2026-01-14", "470"),
    ]
    assert values(batch.frames["claim_line"], "unit_count")[1] == ("4.0000",)
    batch = loaded(root / "sug_tuva_parquet" / "medical_claim.parquet")
    assert str(batch.frames["claim"]["charge_amount"].sum()) == "30119.00"
    assert values(batch.frames["claim"], *columns)[1] == ("I", "2026-01-10", "2026-01-14", "470")
    (path,) = (root / "sug_synpuf_icd9").iterdir()
    assert set(loaded(path).frames["claim_diagnosis"]["code_system"]) == {"ICD-9-CM"}
    assert loaded(root / "synthea_csv" / "encounters.csv").frames["encounter"].height == 2
    assert loaded(root / "synthea_csv" / "claims.csv").frames["claim"].height == 1
    with pytest.raises(BadInputError, match="SNOMED CT"):
        propose_mapping(root / "synthea_csv" / "conditions.csv")
    assert loaded(root / "omop" / "visit_occurrence.csv").frames["encounter"].height == 1
    codes = loaded(root / "omop" / "condition_occurrence.csv").frames["encounter_code"]
    assert codes["code"].to_list() == ["E119", "I10"]
