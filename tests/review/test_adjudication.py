"""Final verdicts of charts whose reviews differ, by decisions, against a plain-Python oracle."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from auditlib.ledger import Event
from auditlib.review import CorrectedCode, Decision, Verdict, decision_frame
from auditlib.review.adjudication import decision_of, item_of, label_order, with_items
from auditlib.review.final_verdicts import CODE_COLUMNS, final_verdicts
from auditlib.review.frames import verdict_row
from tests.review.test_final_verdicts import frames

NO_CODES = pl.DataFrame(schema=CODE_COLUMNS)
NOW = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
ACTIONS = st.sampled_from([("agree", None), ("delete", None), ("change", "E1122"), ("change", "E119")])
REVIEWS = st.dictionaries(
    st.tuples(st.sampled_from(["E1", "E2", "E3"]), st.sampled_from(["Ann", "Bo", "Cy"])),
    st.lists(ACTIONS, min_size=2, max_size=2),
)


def event_of(kind: str, subject: str, payload: dict[str, object], number: int = 1) -> Event:
    return Event(number, kind, "q1", subject, "Zoe", payload, NOW, "0" * 64, "0" * 64)


@given(REVIEWS, st.data())
def test_what_is_decided_is_final_and_the_rest_is_as_all_agree(
    drawn: dict[tuple[str, str], list[tuple[str, str | None]]], data: st.DataObject
) -> None:
    reviews = {key: [(a, n, c) for n, (a, c) in enumerate(review, 1)] for key, review in drawn.items()}
    verdicts, charts = frames(reviews, set(reviews))
    open_final = final_verdicts(verdicts, charts, without_documents=(), codes=NO_CODES)
    expected: dict[str, dict[int, tuple[str, str | None]]] = {}
    undecided: set[str] = set()
    events: list[Event] = []
    for chart in sorted({chart for chart, _ in drawn}):
        of_chart = {reviewer: review for (own, reviewer), review in drawn.items() if own == chart}
        expected[chart] = {}
        for number in (1, 2):
            results = {reviewer: review[number - 1] for reviewer, review in of_chart.items()}
            if len(set(results.values())) == 1:
                expected[chart][number] = next(iter(results.values()))
                continue
            rows = open_final.disagreements.filter(encounter_id=chart, item=str(number))
            assert rows["reviewer"].to_list() == sorted(results)
            follow = data.draw(st.sampled_from([*sorted(results), None]), label=f"{chart} {number}")
            if follow is None:
                undecided.add(chart)
                continue
            seen = tuple(rows.select("reviewer", "result").iter_rows())
            decision = Decision(str(number), follow, None, "So.", seen)
            events.append(event_of("adjudicated", chart, decision.to_payload(), len(events) + 1))
            assert decision_of(events[-1]) == decision
            expected[chart][number] = results[follow]
    final = final_verdicts(
        verdicts, charts, without_documents=(), codes=NO_CODES, decisions=decision_frame(events)
    )
    assert set(final.not_adjudicated["encounter_id"]) == undecided
    found: dict[str, dict[int, tuple[str, str | None]]] = {
        chart: {} for chart in final.charts["encounter_id"]
    }
    for row in final.verdicts.iter_rows(named=True):
        found[row["encounter_id"]][row["code_number"]] = (row["action"], row["corrected_code"])
    assert found == {chart: items for chart, items in expected.items() if chart not in undecided}
    keys = ["audit", "encounter_id", "reviewer"]
    assert final.verdicts.join(final.charts, on=keys, how="anti").is_empty()


CODES = st.sampled_from(
    [("ICD-10-CM", "E119"), ("CPT", "20610"), ("HCPCS", "J3301"), ("ICD-10-PCS", "0DTJ4ZZ")]
)


@given(
    CODES,
    st.sampled_from(["principal", "secondary", "admitting", "procedure"]),
    st.lists(st.sampled_from(["RT", "LT", "59", "25"]), unique=True, max_size=3),
)
def test_an_item_of_a_frame_is_the_key_of_its_verdict(
    code: tuple[str, str], role: str, modifiers: list[str]
) -> None:
    is_service = code[0] in {"CPT", "HCPCS"}
    corrected = CorrectedCode(
        *code,
        role if code[0] == "ICD-10-CM" and role != "procedure" else _role(code[0]),
        modifiers=tuple(modifiers) if is_service else (),
    )
    verdict = Verdict("E1", "add", None, None, None, corrected, "missed code", "coder oversight")
    row = verdict_row(verdict, event_of("verdict", "E1", {}))
    frame = frames({("E1", "Ann"): [("add", 1, "x")]}, set())[0].clear()
    added = pl.DataFrame([row], schema_overrides=dict(frame.schema)).select(
        name for name in frame.columns if name in row
    )
    assert with_items(added)["item"].to_list() == [item_of(verdict)]


def _role(code_system: str) -> str:
    return "secondary" if code_system == "ICD-10-CM" else "procedure"


def test_letters_stay_for_a_chart_and_name_nobody_across_charts() -> None:
    names = ("Ann", "Bo")
    orders = {label_order("q1", f"E{number}", names) for number in range(20)}
    assert orders == {("Ann", "Bo"), ("Bo", "Ann")}
    assert label_order("q1", "E1", names) == label_order("q1", "E1", reversed(names))


def test_a_withdrawn_decision_does_not_count() -> None:
    decision = Decision("1", "Ann", None, "So.", (("Ann", "agree"),))
    events = [
        event_of("adjudicated", "E1", decision.to_payload(), 1),
        event_of("adjudication withdrawn", "E1", {"item": "1", "reason": "No."}, 2),
    ]
    assert decision_frame(events[:1]).height == 1
    assert decision_frame(events).is_empty()
