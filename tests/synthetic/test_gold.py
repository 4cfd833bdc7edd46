"""Gold codes, charts, coders' codes and the recorded audit belong together."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from tools.synthetic.universe import Universe
from tools.synthetic.verdicts import corrected_code

if TYPE_CHECKING:
    from tests.synthetic.conftest import Tabular

KINDS = {
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


def test_every_gold_code_has_its_sentence_in_the_chart(universe: Universe) -> None:
    for case in universe.cases:
        text = "\n".join(document.text for document in case.documents)
        for row in case.encounter.gold:
            assert row.sentence in text, (case.encounter.encounter_id, row.code.code)
            assert not set("{}<>|") & set(row.sentence), row.sentence


def test_gold_diagnoses_stand_beside_each_other(universe: Universe, tabular: Tabular) -> None:
    pairs: set[tuple[str, str]] = set()
    for case in universe.cases:
        codes = [row.entry.code for row in case.encounter.gold if row.code.code_system == "ICD-10-CM"]
        assert len(codes) == len(set(codes))
        pairs.update(combinations(sorted(codes), 2))
    assert [pair for pair in sorted(pairs) if tabular.forbids(*pair)] == []


def test_gold_diagnoses_are_billable_and_begin_with_one_principal(
    universe: Universe, tabular: Tabular
) -> None:
    for case in universe.cases:
        rows = [row.code for row in case.encounter.gold if row.code.code_system == "ICD-10-CM"]
        roles = [row.code_role for row in rows]
        assert roles[0] == "principal"
        assert roles.count("principal") == 1
        assert all(tabular.is_billable(row.code) for row in rows)
        assert rows[0].code[0] not in "VWXY"
        poa = {row.poa_indicator for row in rows}
        assert poa <= ({"Y", "N", None} if case.encounter.encounter_class == "inpatient" else {None})


def test_verdicts_turn_the_coders_codes_into_the_gold_ones(universe: Universe) -> None:
    for case in universe.cases:
        codes = [corrected_code(row.code) for row in case.coding.codes]
        result = []
        for verdict in case.verdicts:
            number = verdict["code_number"]
            if verdict["action"] == "agree":
                assert isinstance(number, int)
                result.append(codes[number - 1])
            elif verdict["action"] in {"change", "add"}:
                assert verdict["corrected"] not in codes or verdict["error_kind"] == "missed code"
                result.append(verdict["corrected"])
        gold = [corrected_code(row.code) for row in case.encounter.gold]
        assert Counter(map(repr, result)) == Counter(map(repr, gold)), case.encounter.encounter_id
        numbers = [verdict["code_number"] for verdict in case.verdicts if verdict["action"] != "add"]
        assert numbers == list(range(1, len(codes) + 1))


def test_verdicts_use_the_words_of_the_review(universe: Universe) -> None:
    verdicts = [verdict for case in universe.cases for verdict in case.verdicts]
    assert {verdict["error_kind"] for verdict in verdicts} == {*KINDS, None}
    assert {verdict["cause"] for verdict in verdicts} <= {*CAUSES, None}
    for verdict in verdicts:
        assert (verdict["action"] == "agree") == (verdict["error_kind"] is None) == (verdict["cause"] is None)
        assert (verdict["corrected"] is None) == (verdict["action"] in {"agree", "delete"})


def test_every_wrong_turn_is_taken(universe: Universe) -> None:
    ways = {row.way for case in universe.cases for row in case.coding.codes}
    assert ways >= {"typo", "header", "old", "clash", "duplicate", "vague", "extra", "service", "other"}


def test_documents_are_short_and_of_the_right_types(universe: Universe) -> None:
    types = Counter(row.document_type for case in universe.cases for row in case.documents)
    assert set(types) == {"physician note", "lab report", "discharge summary", "operative report"}
    for case in universe.cases:
        kinds = [row.document_type for row in case.documents]
        assert kinds[0] == "physician note"
        assert ("discharge summary" in kinds) == (case.encounter.encounter_class == "inpatient")
        if case.encounter.encounter_class == "outpatient surgery":
            assert "operative report" in kinds
        assert all(40 < len(row.text) < 1000 for row in case.documents)


def test_a_patient_is_never_in_two_places(universe: Universe) -> None:
    stays: dict[int, list[tuple[str, str]]] = {}
    for case in universe.cases:
        row = case.encounter
        stays.setdefault(id(row.patient), []).append((row.first.isoformat(), row.last.isoformat()))
    for visits in stays.values():
        visits.sort()
        assert all(before[1] < after[0] for before, after in pairwise(visits))
