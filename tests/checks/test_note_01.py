"""Notes carried over from earlier ones: own words, standard text, which note they come from."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.checks.carried_passages import carried_passages
from auditlib.checks.carried_text import SHINGLE_WORDS, TEMPLATE_PATIENTS, author_batches, carried_text
from auditlib.checks.runner import compare_notes
from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.schema.core import CARRIED_TEXT
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.checks.cases import Judge, Rows
from tests.checks.reading import table
from tests.tables import fill

DAY = dt.date(2025, 3, 4)
WORDS = [f"w{number}" for number in range(4_000)]


def text(seed: int, count: int = 60) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def charts(*notes: tuple[str, str | None, str], kind: str = "physician note") -> dict[str, Rows]:
    """Notes of one author, one a day: encounter, patient and text."""
    return {
        "core.encounter": [
            {
                "encounter_id": name,
                "patient_id": patient,
                "provider_id": "Dr A",
                "admit_date": DAY + dt.timedelta(number),
                "discharge_date": DAY + dt.timedelta(number),
            }
            for number, (name, patient, _) in enumerate(notes)
        ],
        "core.document": [
            {
                "document_id": f"{name}:1",
                "encounter_id": name,
                "document_number": 1,
                "document_type": kind,
                "text": words,
            }
            for name, _, words in notes
        ],
    }


def test_a_note_of_the_same_patient_carried_over_is_found(judge: Judge) -> None:
    result = judge("NOTE-01", charts(("E1", "P1", text(1)), ("E2", "P1", f"{text(1)} {text(2, 20)}")))
    assert (result.outcome, result.eligible_count) == ("failed", 2)
    assert result.of("encounter_id", "item_number", "service_date", "detail") == [
        (
            "E2",
            1,
            DAY + dt.timedelta(1),
            (
                "75 % of the own words of document E2:1 (60 of 80) stand in earlier notes, "
                "most in E1:1 of the same patient."
            ),
        )
    ]


def test_a_note_of_another_patient_is_named_as_such(judge: Judge) -> None:
    result = judge(
        "NOTE-01", charts(("E1", "P1", text(1)), ("E2", "P2", text(1).upper().replace(" ", ",\n")))
    )
    [[detail]] = result.of("detail")
    assert str(detail).startswith("100 % ")
    assert str(detail).endswith("most in E1:1 of another patient.")


@pytest.mark.parametrize(
    ("new_words", "outcome"),
    [(40, "failed"), (41, "passed")],
)
def test_sixty_in_a_hundred_own_words_are_the_limit(judge: Judge, new_words: int, outcome: str) -> None:
    notes = charts(("E1", "P1", text(1)), ("E2", "P1", f"{text(1)} {text(2, new_words)}"))
    assert judge("NOTE-01", notes).outcome == outcome


def test_standard_text_of_an_author_does_not_count(judge: Judge) -> None:
    template = text(9, 200)
    names = [
        (f"E{number}", f"P{number}", f"{template} {text(number, 60)}") for number in range(TEMPLATE_PATIENTS)
    ]
    assert judge("NOTE-01", charts(*names)).outcome == "passed"


def test_what_four_patients_have_is_no_standard_text(judge: Judge) -> None:
    names = [(f"E{number}", f"P{number}", text(9, 200)) for number in range(TEMPLATE_PATIENTS - 1)]
    assert [row[0] for row in judge("NOTE-01", charts(*names)).of("encounter_id")] == ["E1", "E2", "E3"]


def test_short_notes_unknown_patients_and_laboratory_reports(judge: Judge) -> None:
    short = charts(("E1", "P1", text(1, 49)), ("E2", "P1", text(1, 49)))
    assert judge("NOTE-01", short).outcome == "not applicable"


def test_fifty_own_words_are_enough(judge: Judge) -> None:
    result = judge("NOTE-01", charts(("E1", "P1", text(1, 50)), ("E2", "P1", text(1, 50))))
    assert (result.outcome, result.eligible_count) == ("failed", 2)


def test_an_unknown_patient_is_not_checked(judge: Judge) -> None:
    result = judge("NOTE-01", charts(("E1", None, text(1)), ("E2", None, text(1))))
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


def test_laboratory_reports_are_not_compared(judge: Judge) -> None:
    notes = charts(("E1", "P1", text(1)), ("E2", "P1", text(1)), kind="lab report")
    assert judge("NOTE-01", notes).outcome == "not applicable"


def test_notes_are_compared_again_only_when_something_changed(warehouse: Warehouse) -> None:
    fill(warehouse, charts(("E1", "P1", text(1)), ("E2", "P1", text(1))))
    with warehouse.writing() as writer:
        compare_notes(writer)
    first = table(warehouse, CARRIED_TEXT)
    with warehouse.writing() as writer:
        writer.append(CARRIED_TEXT, first.head(1).with_columns(document_id=pl.lit("mark")))
        writer.remove(CARRIED_TEXT, pl.DataFrame({"document_id": ["mark"]}))
        compare_notes(writer)
    assert table(warehouse, CARRIED_TEXT).equals(first)
    fill(
        warehouse,
        {"core.document": [{**charts(("E3", "P1", text(1)))["core.document"][0], "encounter_id": "E1"}]},
    )
    with warehouse.writing() as writer:
        compare_notes(writer)
    assert table(warehouse, CARRIED_TEXT).height == 3


def frame(notes: list[tuple[int, int, str, str]]) -> pl.DataFrame:
    rows = [
        (
            f"E{number:03}:1",
            f"E{number:03}",
            1,
            f"P{patient}",
            f"D{author}",
            kind,
            DAY + dt.timedelta(number),
            "-",
            words,
        )
        for number, (patient, author, kind, words) in enumerate(notes)
    ]
    names = ["document_id", "encounter_id", "document_number", "patient_id", "author_id"]
    return pl.DataFrame(
        rows, schema=[*names, "document_type", "note_date", "fingerprint", "text"], orient="row"
    )


def plain_counts(notes: list[tuple[int, int, str, str]]) -> list[tuple[int, int, int]]:
    """Words, own words and carried words of each note, word by word."""
    seen: dict[tuple[str, tuple[str, ...]], list[tuple[int, int, int]]] = defaultdict(list)
    split = [re.findall(r"\w+", words.lower()) for *_, words in notes]
    for number, (patient, author, kind, _) in enumerate(notes):
        for start in range(len(split[number]) - SHINGLE_WORDS + 1):
            seen[kind, tuple(split[number][start : start + SHINGLE_WORDS])].append((number, patient, author))
    counts = []
    for number, (_, _, kind, _) in enumerate(notes):
        template, carried = set(), set()
        for start in range(len(split[number]) - SHINGLE_WORDS + 1):
            places = seen[kind, tuple(split[number][start : start + SHINGLE_WORDS])]
            words = range(start, start + SHINGLE_WORDS)
            of_author = defaultdict(set)
            for _, patient, author in places:
                of_author[author].add(patient)
            if max(map(len, of_author.values())) >= TEMPLATE_PATIENTS:
                template.update(words)
            elif any(other < number for other, *_ in places):
                carried.update(words)
        own = len(split[number]) - len(template)
        counts.append((len(split[number]), own, len(carried - template)))
    return counts


PARTS = [text(seed, 12) for seed in range(5)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 7),
            st.integers(1, 2),
            st.sampled_from(["physician note", "discharge summary"]),
            st.lists(st.sampled_from([*PARTS, "a b c", ""]), max_size=4).map(" ".join),
        ),
        min_size=1,
        max_size=14,
    )
)
def test_counts_are_those_of_a_plain_comparison(notes: list[tuple[int, int, str, str]]) -> None:
    found = carried_text(frame(notes)).sort("document_id")
    columns = ("word_count", "own_word_count", "carried_word_count")
    assert found.select(columns).rows() == plain_counts(notes)
    assert found["source_document_id"].is_null().to_list() == [
        carried == 0 for *_, carried in found.select(columns).rows()
    ]


def test_many_notes_are_compared_by_author() -> None:
    notes = pl.DataFrame({"document_id": list("abcdefg"), "author_id": ["x", "x", "x", "y", "y", None, None]})
    assert author_batches(notes, 7) == [list("abcdefg")]
    batches = author_batches(notes, 3)
    assert sorted(name for batch in batches for name in batch) == list("abcdefg")
    of_author = [
        set(notes.filter(pl.col("document_id").is_in(batch))["author_id"].to_list()) for batch in batches
    ]
    assert all(one.isdisjoint(other) for one in of_author for other in of_author if one is not other)


def test_a_note_is_shown_beside_the_earlier_one() -> None:
    earlier = "Seen today. The knee is swollen, warm and tender on the inner side. Walks with a stick."
    later = "Better. The KNEE is swollen; warm and tender on the inner side, less than before."
    assert carried_passages(later, earlier).rows() == [
        (False, 1, "Better.", None),
        (
            True,
            11,
            "The KNEE is swollen; warm and tender on the inner side,",
            "The knee is swollen, warm and tender on the inner side.",
        ),
        (False, 3, "less than before.", None),
    ]
    assert carried_passages("", earlier).is_empty()
    assert carried_passages(later, "").rows() == [(False, 15, later, None)]


def test_of_two_places_the_one_where_more_follows_is_shown() -> None:
    alike = text(1, SHINGLE_WORDS)
    shown = carried_passages(f"{alike} one two", f"{alike} other {alike} one")
    assert shown.rows() == [(True, 9, f"{alike} one", f"{alike} one"), (False, 1, "two", None)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_the_passages_are_the_whole_note_and_those_in_both_are_alike(
    one: list[str], other: list[str]
) -> None:
    later, earlier = " ".join(one), " ".join(other)
    passages = carried_passages(later, earlier)
    assert " ".join(passages["this_note"]) == later
    carried = passages.filter("is_carried")
    assert carried["this_note"].to_list() == carried["earlier_note"].to_list()
    assert all(f" {words} " in f" {earlier} " for words in carried["earlier_note"])
    assert carried["word_count"].min() in {None, *range(SHINGLE_WORDS, 31)}
    # No passage of the limit's length is left among the own words.
    for words in passages.filter(~pl.col("is_carried"))["this_note"]:
        parts = words.split()
        windows = [parts[at : at + SHINGLE_WORDS] for at in range(len(parts) - SHINGLE_WORDS + 1)]
        assert not any(f" {' '.join(window)} " in f" {earlier} " for window in windows)


def test_the_workbench_and_the_command_show_both_notes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.create(tmp_path / "ws")
    fill(workspace.warehouse(), charts(("E1", "P1", text(1)), ("E2", "P1", f"{text(2, 9)} {text(1)}")))
    with workspace.warehouse().writing() as writer:
        compare_notes(writer)
    checks = Workbench(workspace, user="Ada").checks
    result = checks.carried_note("E2:1")
    assert result.title == "Document E2:1 beside E1:1 of the same patient"
    assert result.frame.select("is_carried", "word_count").rows() == [(False, 9), (True, 60)]
    assert result.note.startswith("60 of 69 own words stand in earlier notes.")
    # It is text of two charts: on record as opened, and on the screen only.
    opened = Workbench(workspace, user="Ada").ledger.access().frame
    assert sorted(opened["encounter_id"]) == ["E1", "E2"]
    assert text(1) not in json.dumps(result._repr_mimebundle_())
    assert checks.carried_note("E1:1").missing == "No passage of document E1:1 stands in an earlier note."
    with pytest.raises(UsageError, match="No note 'E9:1'"):
        checks.carried_note("E9:1")
    assert main(["-w", str(tmp_path / "ws"), "checks", "carried", "E2:1", "--json"]) == 0
    assert [row["word_count"] for row in json.loads(capsys.readouterr().out)["passages"]] == [9, 60]
