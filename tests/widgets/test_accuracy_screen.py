"""The accuracy screen without a browser: its answers, its numbers, what a notebook keeps."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import comm
import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.measures.target_rates import chart_counts
from auditlib.widgets.accuracy_screen import AccuracyFigures, AccuracyScreen, ScreenRequest
from auditlib.widgets.accuracy_screen.accuracy_screen import chosen_request
from auditlib.widgets.accuracy_screen.answers import standing
from auditlib.widgets.accuracy_screen.element import html_of
from auditlib.widgets.accuracy_screen.page import page
from auditlib.widgets.accuracy_screen.rows_behind import MOST_ROWS, rows_behind
from tests.widgets.example_accuracy import figures, judged


def texts(node: object) -> str:
    """Return the words of an element, parts divided by a blank."""
    if isinstance(node, str):
        return node
    assert isinstance(node, list)
    return re.sub(r"\s+", " ", " ".join(texts(child) for child in node[2:])).strip()


def numbers(node: object) -> list[tuple[str, dict[str, str]]]:
    """Return every number that opens rows, with the rows that it asks for."""
    if isinstance(node, str):
        return []
    assert isinstance(node, list)
    tag, attributes, *children = node
    own = [(texts(node), attributes["rows"])] if tag == "number" else []
    return own + [one for child in children for one in numbers(child)]


def months(node: object) -> list[tuple[str, dict[str, str]]]:
    if isinstance(node, str):
        return []
    assert isinstance(node, list)
    tag, attributes, *children = node
    own = [(attributes["aria-label"], attributes["rows"])] if tag == "g" else []
    return own + [one for child in children for one in months(child)]


def test_the_five_questions_are_answered_in_their_order() -> None:
    words = texts(page(figures()))
    parts = [
        "Coding accuracy, December 2025 to November 2026",
        "90.0 % of codes were right. The 95 % target is not met:",
        "the whole interval, 85.9 to 93.0 %, is below it.",
        "432 of 480 codes",
        "Is it changing? The department: yes, since Aug 2026.",
        "Who needs help with what? C07 with units.",
        "Which errors cost most? Units: 40 errors, 93.8 % of the dollars.",
        "How good are the auditors? They judged 3 of 4 codes the same (75.0 %), in 1 chart reviewed by two.",
        "Definitions",
    ]
    places = [words.index(part) for part in parts]
    assert places == sorted(places)
    assert (
        "2 charts are not adjudicated and do not count: reviewers differ on their codes (E-1, E-2)." in words
    )


def test_every_number_opens_as_many_rows_as_it_says() -> None:
    shown = figures()
    whole = page(shown)
    plain = [(words, rows) for words, rows in numbers(whole) if re.fullmatch(r"[\d,]+( of .*)?", words)]
    counts = [
        (int(words.split()[0].replace(",", "")), rows)
        for words, rows in plain
        # Of dollars the rows are those that make them up.
        if rows.get("state") not in ("overpaid", "underpaid", "priced")
    ]
    assert len(counts) > 20
    for count, rows in counts:
        title = texts(rows_behind(shown, rows)[2])
        assert title.startswith(f"{count:,} "), (count, rows, title)
    for label, rows in months(whole):
        count = int(label.rpartition(" of ")[2].split(",")[0])
        assert texts(rows_behind(shown, rows)[2]).startswith(f"{count:,} codes"), label


@pytest.mark.parametrize(("state", "total"), [("overpaid", 2400), ("underpaid", -160), ("priced", 2240)])
def test_the_rows_behind_dollars_add_up_to_them(state: str, total: float) -> None:
    shown = figures()
    table = rows_behind(shown, {"state": state})[3]
    rows = table[2][3][2:]  # type: ignore[index]
    amounts = [float(texts(row[10]).replace("\N{MINUS SIGN}", "-")) for row in rows]
    assert sum(amounts) == total


def test_the_rows_are_cut_and_counted_and_their_texts_stay_texts() -> None:
    shown = figures()
    marked = replace(shown, codes=shown.codes.with_columns(before=pl.lit("<script>x</script>")))
    behind = rows_behind(marked, {})
    assert texts(behind).endswith(f"{MOST_ROWS} of 480 rows.")
    assert "<script>" not in html_of(behind)
    assert "&lt;script&gt;" in html_of(behind)


@pytest.mark.parametrize(
    "asked",
    [{"coder_id": "C07"}, {"state": "wrong"}, {"unit": "charts", "state": "errors"}, {"month": "May"}],
)
def test_rows_that_the_screen_does_not_have_are_refused(asked: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        rows_behind(figures(), asked)


# States


def test_without_an_audit_the_screen_says_what_to_do_and_names_what_it_will_show() -> None:
    words = texts(page(replace(figures(), audit_names=(), charts=chart_counts(judged()).clear())))
    assert "There is no audit yet. Plan one and review its charts" in words
    assert "Which errors cost most?" in words


def test_without_a_reviewed_chart_the_screen_says_so() -> None:
    words = texts(page(replace(figures(), charts=chart_counts(judged()).clear())))
    assert "No chart that counts is reviewed to the end yet in 2 audits." in words


def test_one_month_is_shown_without_limits() -> None:
    words = texts(page(figures(judged(months=1))))
    assert "Is it changing? The department: cannot be told yet." in words
    assert "1 month: limits from 8 months on." in words
    assert "Coding accuracy, December 2025 " in words
    assert 'class="limit"' not in html_of(page(figures(judged(months=1))))
    assert 'class="limit"' in html_of(page(figures(judged(months=8))))


def test_few_charts_are_too_few() -> None:
    words = texts(page(figures(judged(months=2, charts_a_month=2))))
    assert "too few (8 charts)" in words
    assert "Too few: under 30 charts." in words


def test_errors_that_are_not_priced_are_named_and_never_of_no_effect() -> None:
    words = texts(page(figures(judged(is_priced=False))))
    assert "48 errors in 27 charts are not priced" in words
    assert "No dollars are known; the most frequent is units, 40 errors." in words
    assert "no dollars are known" in words
    assert "Units J3301 x4 to J3301 40 40 not known" in words


def test_a_coder_who_changed_is_marked_with_the_month() -> None:
    shown = figures()
    began = pl.when(pl.col("coder_id") == "C01").then(pl.lit(dt.date(2026, 5, 1)))
    changed = shown.coders.with_columns(began=began, before_rate=pl.lit(0.99), after_rate=pl.lit(0.9))
    assert "lower since May 2026" in texts(page(replace(shown, coders=changed)))


def test_without_a_second_review_agreement_is_unknown() -> None:
    shown = figures()
    words = texts(page(replace(shown, pairs=shown.pairs.clear())))
    assert "How good are the auditors? It cannot be told: no chart was reviewed by two." in words


def test_without_any_error_the_screen_says_so() -> None:
    right = judged(months=2, coders=("C01",))
    right = replace(right, codes=right.codes.filter(pl.col("is_right")))
    words = texts(page(figures(right)))
    assert "Which errors cost most? No error was found." in words


def test_without_a_target_none_is_drawn() -> None:
    whole = html_of(page(figures(target=None)))
    assert "target 95 %" not in whole
    assert "none set" in whole


def rated(**values: object) -> dict[str, object]:
    usual = {"rate": 0.945, "lower": 0.938, "upper": 0.951, "target": 0.95, "chart_count": 1009,
             "unpriced_chart_count": 0, "rate_with_unpriced": None, "undefined_reason": None}  # fmt: skip
    return {**usual, **values}


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"target_state": "met"}, "target is met: the whole interval, 93.8 to 95.1 %, reaches it."),
        ({"target_state": "cannot be told"}, "cannot be told: the interval, 93.8 to 95.1 %, holds it."),
        ({"target_state": "too few", "chart_count": 12}, "12 charts, and fewer than 30 are never judged"),
        ({"target_state": None, "target": None}, "No target is set. The 95 % interval is 93.8 to 95.1 %."),
        ({"rate": None, "undefined_reason": "no codes"}, "No share of codes can be given: no codes."),
    ],
)
def test_the_answer_says_what_the_interval_says(values: dict[str, object], answer: str) -> None:
    assert answer in " ".join(standing(rated(**values), is_payment=False))


def test_unpriced_charts_make_the_answer_a_range() -> None:
    row = rated(target_state="cannot be told", unpriced_chart_count=3, rate_with_unpriced=0.97)
    answer = " ".join(standing(row, is_payment=True))
    assert "94.5 % of charts are known to be paid rightly, up to 97.0 % if the errors of 3 charts" in answer


# The screen


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    outbox: list[dict[str, Any]] = []

    def publish(_comm: object, _kind: str, data: dict[str, Any] | None = None, **_: object) -> None:
        if data and data.get("method") == "custom":
            outbox.append(data["content"])

    monkeypatch.setattr(comm.DummyComm, "publish_msg", publish)
    return outbox


def screen(requests: list[ScreenRequest] | None = None) -> AccuracyScreen:
    def figures_of(request: ScreenRequest) -> AccuracyFigures:
        if requests is not None:
            requests.append(request)
        return replace(figures(), request=request)

    return AccuracyScreen(figures_of, ScreenRequest())


def tell(one: AccuracyScreen, **message: object) -> None:
    one._handle_msg({"buffers": [], "content": {"data": {"method": "custom", "content": message}}})


def test_the_screen_sends_its_page_and_the_rows_behind_a_number(sent: list[dict[str, Any]]) -> None:
    one = screen()
    tell(one, kind="ready", view="v", sequence=1)
    assert sent[-1]["page"] == json.loads(json.dumps(page(one.figures)))
    tell(one, kind="open", rows={"coder": "C07", "state": "errors"}, view="v", sequence=2)
    assert (sent[-1]["view"], sent[-1]["sequence"]) == ("v", 2)
    assert texts(sent[-1]["rows"]).startswith("44 codes: coder C07, errors")


def test_a_choice_is_counted_anew_and_a_wrong_one_leaves_the_page(sent: list[dict[str, Any]]) -> None:
    requests: list[ScreenRequest] = []
    one = screen(requests)
    values = {
        "target": "90",
        "since": "2026-01-01",
        "until": "",
        "score": "payment",
        "audits": "q2",
        "month": "review",
    }
    tell(one, kind="choose", values=values)
    assert requests[-1] == ScreenRequest(0.9, "payment", dt.date(2026, 1, 1), None, ["q2"], "review")
    assert sent[-1]["kind"] == "page"
    tell(one, kind="choose", values={"target": "much"})
    assert sent[-1]["error"]["message"] == "'much' is no target."
    assert one.figures.request == requests[-1]
    tell(one, kind="dance")
    tell(one, kind="open", rows="all")
    assert len(sent) == 3


@pytest.mark.parametrize(("written", "target"), [("95", 0.95), ("97,5 %", 0.975), ("", None)])
def test_a_target_is_read_as_people_write_it(written: str, target: float | None) -> None:
    assert chosen_request(ScreenRequest(), {"target": written}).target == target


def test_several_audits_stay_until_another_choice() -> None:
    before = ScreenRequest(audits=["q1", "q2"])
    assert chosen_request(before, {"audits": "*"}).audits == ["q1", "q2"]
    assert chosen_request(before, {"audits": ""}).audits is None


def test_a_notebook_keeps_the_page_without_fields_and_without_any_chart(sent: list[dict[str, Any]]) -> None:
    del sent
    one = screen()
    bundle: Any = one._repr_mimebundle_()
    html = bundle[0]["text/html"]
    assert "432" in html
    for absent in ("<button", "<input", "<select", "E-00-C01-0", "http"):
        assert absent not in html
    assert "E-00-C01-0" not in json.dumps(
        {name: str(one.get_state().get(name)) for name in one.keys if name != "_esm"}
    )
