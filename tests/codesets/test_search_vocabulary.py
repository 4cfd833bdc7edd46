"""What the words of coders, nurses and billers mean: drugs, states, ranges of numbers, inherited terms."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.codesets.search import SearchIndex, systems_meant
from auditlib.codesets.search.drugs import codes_of_drug, drug_spelled
from auditlib.codesets.search.inherited_terms import inherited_terms
from auditlib.codesets.search.number_ranges import NumberRanges
from auditlib.codesets.search.phrases import PHRASES
from auditlib.codesets.search.status import without_status_words
from auditlib.embedded import embedded_folder
from auditlib.schema.ref import CODE, CODE_NOTE
from auditlib.workspace.folder import Workspace
from tests.made_once import workspace_with_code_sets

AS_TYPED = pl.read_csv(Path(__file__).with_name("search_queries_as_typed.csv"))
VOCABULARY = embedded_folder("codesets") / "search"


@pytest.fixture(scope="module")
def index(icd10cm: CodeSetRelease) -> SearchIndex:
    return SearchIndex(icd10cm.frames[CODE], icd10cm.frames[CODE_NOTE])


def first(index: SearchIndex, text: str, limit: int = 1) -> list[str]:
    return [hit.code for hit in index.search(text, limit=limit)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Savaysa", ["Z7901"]),
        ("pt takes Savaysa daily", ["Z7901"]),
        ("savaysa overdose", ["T45511A", "T45512A", "T45514A", "T45513A"]),
        ("intentional savaysa overdose", ["T45512A"]),
        ("accidental ingestion of savaysa, subsequent", ["T45511D"]),
        ("savaysa overdose sequela", ["T45511S", "T45512S", "T45514S", "T45513S"]),
        ("nosebleed due to savaysa", ["T45515A", "Z7901"]),
        ("adverse reaction to savaysa", ["T45515A", "Z7901"]),
        ("savaysa toxicity", ["T45515A", "T45511A"]),
        ("ran out of savaysa", ["T45516A"]),
        ("allergic to Keflex", ["Z881"]),
        ("Invanz infusion", []),
        ("cocaine", []),
        ("opioid dependence", []),
        ("broken arm", []),
        ("drank drain cleaner", ["T543X1A", "T543X2A", "T543X4A", "T543X3A"]),
        ("carbon monoxide", ["T5891XA", "T5892XA", "T5894XA", "T5893XA"]),
    ],
)
def test_the_words_around_a_drug_decide_what_is_coded(text: str, codes: list[str]) -> None:
    assert list(codes_of_drug(text)) == codes


def test_a_drug_beside_a_condition_is_one_reading_of_several(index: SearchIndex) -> None:
    assert set(first(index, "atrial fibrillation on savaysa", 5)) >= {"I4891", "Z7901"}
    assert first(index, "savasa") == ["Z7901"]
    assert drug_spelled("asthma") is None


def test_every_drug_has_a_class_whose_codes_exist(icd10cm: CodeSetRelease) -> None:
    codes = set(icd10cm.frames[CODE]["code"])
    with (VOCABULARY / "drug_class.csv").open(encoding="utf-8", newline="") as file:
        classes = {row.pop("drug_class"): row for row in csv.DictReader(file)}
    drugs = pl.read_csv(VOCABULARY / "drug.csv")
    assert set(drugs["drug_class"]) <= set(classes)
    for row in classes.values():
        # What nobody is prescribed has neither long-term use nor, mostly, adverse effects.
        intents = "123456" if row["long_term_code"] else "1234"
        expected = {f"{row['table_code'].replace('?', intent)}A" for intent in intents}
        assert expected | ({row["long_term_code"], row["allergy_code"]} - {""}) <= codes, row


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("elbow replacement status", "Z9662"),
        ("status post splenectomy", "Z9081"),
        ("cochlear implant in situ", "Z9621"),
        ("h/o left nephrectomy", "Z905"),
        ("BMI 37", "Z6837"),
        ("BMI 47.5", "Z6842"),
        ("pressure ulcer tailbone stage 2", "L89152"),
        ("diabetes with ulcer", "E11621"),
    ],
)
def test_states_ranges_and_inherited_terms_lead_to_their_code(
    index: SearchIndex, text: str, code: str
) -> None:
    assert code in first(index, text, 5)


def test_two_conditions_are_each_found(index: SearchIndex) -> None:
    hits = first(index, "gout with anemia", 12)
    assert any(code.startswith("M1") for code in hits)
    assert any(code.startswith("D64") for code in hits)


def test_the_initial_encounter_comes_before_later_ones_unless_these_are_typed(index: SearchIndex) -> None:
    assert first(index, "sprain left ankle") == ["S93402A"]
    assert first(index, "sprain left ankle sequela") == ["S93402S"]


def test_words_of_status_are_no_part_of_the_search() -> None:
    assert without_status_words(["s", "p", "right", "nephrectomy"]) == ["right", "nephrectomy"]
    assert without_status_words(["status", "asthmaticus"]) is None


def test_a_number_is_in_the_ranges_that_titles_name() -> None:
    ranges = NumberRanges(
        pl.Series(["BMI 40.0-44.9, adult", "70 or greater", "19.9 or less", "stage 3", None])
    )
    assert ranges.holding(42).tolist() == [0]
    assert ranges.holding(70).tolist() == [1]
    assert ranges.holding(12).tolist() == [2]
    assert ranges.holding(50).tolist() == []


def test_a_term_of_a_header_is_handed_down_with_what_the_child_adds() -> None:
    rows = [
        ("X", "A1", None, "Ulcer of sacral region"),
        ("X", "A12", "A1", "Ulcer of sacral region, stage 2"),
        ("X", "A1X", "A1", "Ulcer of sacral region"),
    ]
    codes = pl.DataFrame(rows, schema=["code_system", "code", "parent_code", "title"], orient="row")
    terms = pl.DataFrame({"code_system": ["X"], "code": ["A1"], "term": ["Ulcer of coccyx"]})
    handed_down = inherited_terms(codes, terms)
    assert handed_down.rows() == [("X", "A12", "Ulcer of coccyx 2 stage")]


def test_a_vocabulary_file_lists_each_phrase_once() -> None:
    for name in ("phrase.csv", "status.csv", "drug.csv"):
        frame = pl.read_csv(VOCABULARY / name)
        column = "other_names" if name == "drug.csv" else frame.columns[0]
        typed = frame[column].drop_nulls().str.split("|").explode()
        assert typed.is_unique().all(), name
        assert typed.str.to_lowercase().equals(typed), name
    assert PHRASES["ams"] == ("altered mental status",)


def test_a_form_or_word_names_the_system_that_is_meant() -> None:
    assert systems_meant("0001F") == ("CPT",)
    assert systems_meant("J1885") == systems_meant("rolling walker") == ("HCPCS",)
    assert systems_meant("new patient level 4") == ("CPT",)
    assert systems_meant("left heart catheterization") == ("CPT", "ICD-10-PCS")
    assert systems_meant("complication of amputation") == ()


def test_the_searches_as_typed_are_190_each_with_its_list() -> None:
    assert AS_TYPED["query"].str.to_lowercase().n_unique() == AS_TYPED.height
    assert dict(AS_TYPED.group_by("list").len().iter_rows()) == {
        "worked on": 100,
        "held out": 50,
        "written afterwards": 40,
    }


def is_accepted(code: str, codes: str) -> bool:
    """Return True if a code is one of those accepted, of which an asterisk leaves the end open."""
    return any(code.startswith(one[:-1]) if one.endswith("*") else code == one for one in codes.split())


@pytest.mark.field
def test_searches_as_typed_find_their_codes_as_often_as_documented(tmp_path: Path, field_data: Path) -> None:
    workspace = Workspace.open(workspace_with_code_sets(tmp_path / "w"))
    folder = field_data / "codesets"
    for name in (
        "icd10cm/cms_2026_dx.zip",
        "icd10pcs/cms_2026_pr.zip",
        "hcpcs/2020-Alpha-Numeric-HCPCS-File.zip",
    ):
        load_code_sets(workspace, [folder / name], loaded_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - no zone
    search = CodeSearch(workspace.warehouse())
    counts = dict.fromkeys(AS_TYPED["list"].unique(), 0)
    first_counts = dict.fromkeys(counts, 0)
    for query, _, codes, group in AS_TYPED.iter_rows():
        hits = search.search(query, limit=5)
        counts[group] += any(is_accepted(hit.code, codes) for hit in hits)
        first_counts[group] += any(is_accepted(hit.code, codes) for hit in hits[:1])
    assert counts == {"worked on": 99, "held out": 46, "written afterwards": 32}
    assert first_counts == {"worked on": 92, "held out": 40, "written afterwards": 27}
