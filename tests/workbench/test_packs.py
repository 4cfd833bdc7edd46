"""Scorecards, letters, the workpaper and denials: each against the ledger, and what a letter never holds."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.cli import main
from auditlib.errors import BadInputError, UsageError
from auditlib.report.contents import ReportContents, fact_of
from auditlib.review import CorrectedCode, EvidencePassage, ReviewSession, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workbench.example_notes import parse_example_note, read_example_notes
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill
from tests.workbench.records import BARE, NOW, SAMPLE, VISITS, records_workbench

DONE = [visit for visit in VISITS if visit not in BARE]
OF_C0 = [visit for visit in DONE if int(visit[1:]) % 2 == 0]
OF_C1 = [visit for visit in DONE if int(visit[1:]) % 2 == 1]
COMMENT = "Zebra words by the reviewer <b>only</b>"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "ws")


@pytest.fixture
def reviewed(tmp_path: Path) -> Workbench:
    """A workbench on visits that are all reviewed, but for those without a document."""
    workspace = Workspace.open(copied("reviewed-visits", _review_all, tmp_path / "ws"))
    return Workbench(workspace, user="Ada", clock=lambda: NOW)


def decide(
    bench: Workbench,
    visit: str,
    *,
    changed: str | None = None,
    deleted: bool = False,
    cause: str = "coder rule",
    dollars: str | None = None,
    reviewer: str | None = None,
    session: ReviewSession | None = None,
) -> None:
    """Complete a chart: its visit level changed or deleted, everything else agreed with."""
    session = session or bench.audit(SAMPLE).session(reviewer)
    session.open_chart(visit, recorded_at=NOW)
    difference = None if dollars is None else Decimal(dollars)
    for code in session.assigned(visit):
        about = {
            "encounter_id": visit,
            "code_number": code.code_number,
            "code_system": code.code_system,
            "code": code.code,
        }
        if code.code == "99213" and changed is not None:
            verdict = Verdict(
                action="change",
                corrected=CorrectedCode("CPT", changed, "procedure"),
                error_kind="wrong code",
                cause=cause,
                comment=COMMENT,
                payment_difference=difference,
                **about,
            )
        elif code.code == "99213" and deleted:
            verdict = Verdict(
                action="delete",
                error_kind="unsupported code",
                cause=cause,
                comment=COMMENT,
                payment_difference=difference,
                **about,
            )
        else:
            verdict = Verdict(action="agree", **about)
        session.decide(verdict, recorded_at=NOW)
    session.complete_chart(visit, recorded_at=NOW, go_on=False)


def _review_all(root: Path) -> None:
    bench = records_workbench(root)
    session = bench.audit(SAMPLE).session()
    for number, visit in enumerate(DONE):
        if number % 5 == 0:
            decide(bench, visit, changed="99212", session=session)
        else:
            decide(bench, visit, deleted=number % 7 == 0, session=session)


def table(contents: ReportContents, title: str) -> pl.DataFrame:
    return next(one.frame for one in contents.tables if one.title == title)


def words(contents: ReportContents) -> str:
    """Everything that a report says, as one text."""
    parts = [contents.title, contents.subtitle, contents.confidentiality, *map(str, contents.headline)]
    for section in contents.sections:
        parts += [section.heading, *section.paragraphs, *map(str, section.facts), *section.notes]
        for one in section.tables:
            parts += [one.title, one.note, str(one.frame.rows())]
    return "\n".join(parts)


# Scorecards


def test_a_scorecard_holds_every_error_of_the_ledger_and_no_other(reviewed: Workbench) -> None:
    wrong = reviewed.audit(SAMPLE).verdicts().frame.filter(pl.col("action") != "agree")
    listed = []
    for coder, visits in (("C0", OF_C0), ("C1", OF_C1)):
        contents = reviewed.reports.contents(SAMPLE, pack="scorecard", coder=coder)
        rows = table(contents, "Errors of this person")
        assert set(rows["encounter_id"]) <= set(visits)
        assert table(contents, "Error kinds")["error_count"].sum() == rows.height
        assert table(contents, "Causes")["error_count"].sum() == rows.height
        assert table(contents, "Reviewers of these charts")["chart_count"].sum() == len(visits)
        listed += rows.select("encounter_id", "before", "after", "error_kind").rows()
    assert sorted(listed) == sorted(wrong.select("encounter_id", "before", "after", "error_kind").rows())


def test_rates_of_scorecards_are_those_of_the_audit(reviewed: Workbench) -> None:
    rates = reviewed.audit(SAMPLE).accuracy("coder_id").frame.filter(measure="code over code")
    columns = ("numerator_count", "denominator_count", "rate", "lower", "upper")
    for coder, *expected in rates.select("coder_id", *columns).iter_rows():
        own = table(reviewed.reports.contents(pack="scorecard", coder=coder), "Rates and targets")
        assert own.filter(measure="codes right").select(columns).row(0) == pytest.approx(tuple(expected))
    own = table(reviewed.reports.contents(pack="scorecard", coder="C0"), "By month of coding")
    months = own.filter(measure="codes right")
    assert months["denominator_count"].sum() == 2 * len(OF_C0) - months_deleted(reviewed, OF_C0)


def months_deleted(bench: Workbench, visits: list[str]) -> int:
    verdicts = bench.audit(SAMPLE).verdicts().frame
    return verdicts.filter(pl.col("encounter_id").is_in(visits), pl.col("action") == "delete").height


def test_a_scorecard_ranks_nobody_and_repeats_no_comment(reviewed: Workbench) -> None:
    said = words(reviewed.reports.contents(pack="scorecard", coder="C0"))
    assert "C1" not in said
    assert "Zebra" not in said
    assert "rank" not in said.replace("not for ranking people", "")


def test_few_charts_are_too_few_to_meet_or_miss_a_target(bench: Workbench) -> None:
    decide(bench, OF_C0[0])
    contents = bench.reports.contents(pack="scorecard", coder="C0", target=0.5)
    assert table(contents, "Rates and targets")["target_state"][0] == "too few"
    assert "1 chart is too few to say whether the target of 50.0 % is met; it takes 30." in words(contents)
    assert "not compared, as that takes two charts" in words(contents)
    assert ("Change", "cannot be told, too few charts (under 30)") in [
        (fact.label, fact.value) for fact in contents.headline
    ]


def test_agreement_of_reviewers_is_said_where_two_saw_a_chart(bench: Workbench) -> None:
    decide(bench, OF_C0[0])
    none = words(bench.reports.contents(pack="scorecard", coder="C0"))
    assert "No chart was judged by two reviewers." in none
    decide(bench, OF_C0[0], changed="99212", reviewer="Bo")
    both = words(bench.reports.contents(pack="scorecard", coder="C0"))
    assert "Ada and Bo judged 1 of 2 codes the same (50.0 %)" in both
    assert "they differ on 1 chart." in both


def test_a_scorecard_without_any_review_says_so(bench: Workbench) -> None:
    paths = bench.reports.write(SAMPLE, pack="scorecard")
    assert [path.name for path in paths] == [
        f"q1.scorecard.{coder}.{ending}" for coder in ("C0", "C1") for ending in ("html", "xlsx")
    ]
    said = words(bench.reports.contents(SAMPLE, pack="scorecard", coder="C0"))
    assert "No chart of this person has been reviewed to the end" in said


def test_no_letter_is_written_of_an_audit_that_nobody_reviewed(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="No chart of audit 'q1' is reviewed to the end yet"):
        bench.reports.write(SAMPLE, pack="education")
    assert not list(bench.workspace.root.glob("reports/*education*"))


def test_a_report_without_any_review_gives_no_dollars_and_calls_no_code_right(bench: Workbench) -> None:
    contents = bench.reports.contents()
    facts = {fact.label: fact.value for fact in map(fact_of, contents.sections[0].facts)}
    assert facts["Found"] == "No chart that counts is reviewed to the end yet."
    assert facts["Over- and underpaid"] == "Not known. No chart that counts is reviewed to the end yet."
    assert "No unit that was drawn is reviewed to the end yet." in facts["Owed"]
    assert "$0.00" not in " ".join(map(str, facts.values()))
    assert contents.sections[1].paragraphs == ("No chart that counts is reviewed to the end yet.",)


def test_an_unknown_coder_names_the_nearest(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="There is no coder 'C2'") as raised:
        bench.reports.write(pack="scorecard", coder="C2")
    assert "C0" in str(raised.value)
    with pytest.raises(UsageError, match="There is no provider 'P1'"):
        bench.reports.write(pack="education", provider="P1")


def test_dollars_of_scorecards_are_those_of_the_verdicts(bench: Workbench) -> None:
    for visit, dollars in zip(OF_C0, ("10.00", "-70.50", "0.00", "30.00", "5.25"), strict=False):
        decide(bench, visit, changed="99212", dollars=dollars)
    decide(bench, OF_C0[5], deleted=True)
    decide(bench, OF_C0[6])
    contents = bench.reports.contents(pack="scorecard", coder="C0", chart_target=0.9)
    costliest = table(contents, "The errors with the most dollars")
    assert costliest["payment_difference"].to_list() == [
        Decimal("-70.50"),
        Decimal("30.00"),
        Decimal("10.00"),
    ]
    said = words(contents)
    assert "Overpaid $45.25, underpaid $70.50, net -$25.25, absolute $115.75. 1 error is not priced." in said
    listed = table(contents, "Errors of this person")["payment_difference"]
    assert listed.drop_nulls().sum() == Decimal("-25.25")
    rates = table(contents, "Rates and targets").filter(measure="charts paid rightly")
    # One chart without error and one priced at zero; the chart without dollars is named beside the rate.
    assert rates.select("numerator_count", "denominator_count").row(0) == (2, 7)
    assert "1 chart with errors that are not priced is not counted as paid rightly" in said


# Letters


def test_examples_are_those_with_the_most_dollars_of_each_kind(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212", dollars="10.00")
    decide(bench, OF_C0[1], changed="99211", dollars="-20.00")
    decide(bench, OF_C0[2], deleted=True, dollars="15.00")
    decide(bench, OF_C0[3], changed="99214")
    contents = bench.reports.contents(pack="education", coder="C0")
    examples = [dict(section.facts) for section in contents.sections if section.facts]
    assert [(one["By the review"], one["Payment"]) for one in examples] == [
        ("99211", "underpaid by $20.00"),
        ("(nothing)", "overpaid by $15.00"),
        ("99212", "overpaid by $10.00"),
    ]


DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(["agree", "99212", "99214", "delete"]),
        st.text(alphabet="qzxj ", min_size=12, max_size=40).filter(lambda text: len(text.strip()) > 8),
        st.sampled_from([None, "12.50", "-7.00", "0.00"]),
    ),
    min_size=len(OF_C0),
    max_size=len(OF_C0),
)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(decisions=DECISIONS)
def test_a_letter_never_holds_comment_quotation_chart_or_day(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[tuple[str, str, str | None]]
) -> None:
    bench = records_workbench(tmp_path_factory.mktemp("letters") / "ws")
    session = bench.audit(SAMPLE).session()
    sentence = EvidencePassage.of(f"{OF_C0[0]}:1", "Seen for hypertension.", 0, 22)
    for visit, (action, comment, dollars) in zip(OF_C0, decisions, strict=True):
        session.open_chart(visit, recorded_at=NOW)
        session.decide(Verdict(visit, "agree", 1, "ICD-10-CM", "I10"), recorded_at=NOW)
        wrong = {
            "error_kind": "unsupported code",
            "cause": "coder rule",
            "comment": comment,
            "payment_difference": None if dollars is None else Decimal(dollars),
            "evidence": replace(sentence, document_id=f"{visit}:1"),
        }
        if action == "agree":
            verdict = Verdict(visit, "agree", 2, "CPT", "99213")
        elif action == "delete":
            verdict = Verdict(visit, "delete", 2, "CPT", "99213", **wrong)
        else:
            corrected = CorrectedCode("CPT", action, "procedure")
            verdict = Verdict(visit, "change", 2, "CPT", "99213", corrected, **wrong)
        session.decide(verdict, recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)
    contents = bench.reports.contents(pack="education", coder="C0", chart_numbers=True)
    said = words(contents)
    examples = [section for section in contents.sections if section.facts]
    assert len(examples) == min(3, sum(action != "agree" for action, _, _ in decisions))
    for secret in (
        *VISITS,
        *(comment.strip() for _, comment, _ in decisions),
        "Seen for",
        "hypertension",
        "2025-10-0",
        "Oct 1, 2025",
        "Oct 5, 2025",
        "October 1, 2025",
    ):
        assert secret not in said


def test_a_letter_shows_distinct_kinds_and_the_rule(reviewed: Workbench) -> None:
    contents = reviewed.reports.contents(
        pack="education", coder="C0", reaudit_on=dt.date(2027, 3, 1), example_notes={1: "Count the problems."}
    )
    examples = [section for section in contents.sections if section.heading.startswith("Example")]
    assert len(examples) == 3
    assert len({section.heading.partition(": ")[2] for section in examples[:2]}) == 2
    facts = dict(examples[0].facts)
    assert facts["Coded"] == "99213"
    assert facts["Note"] == "Count the problems."
    assert "March 1, 2027" in words(contents)
    assert contents == reviewed.reports.contents(
        pack="education", coder="C0", reaudit_on=dt.date(2027, 3, 1), example_notes={1: "Count the problems."}
    )


def test_a_letter_without_errors_says_so_kindly(bench: Workbench) -> None:
    for visit in OF_C0:
        decide(bench, visit)
    said = words(bench.reports.contents(pack="education", coder="C0"))
    assert f"agreed with every code of all {len(OF_C0)} charts" in said
    assert "Thank you" in said
    assert "Example" not in said


def test_a_letter_to_a_coder_with_one_chart(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212")
    said = words(bench.reports.contents(pack="education", coder="C0"))
    assert "1 chart you coded was reviewed to the end" in said
    assert "One is shown below" in said


def test_an_error_of_the_auditor_is_no_example(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212", cause="auditor error")
    said = words(bench.reports.contents(pack="education", coder="C0"))
    assert "Example" not in said
    assert "None of them is an example" in said


def test_a_missing_record_is_no_example(bench: Workbench) -> None:
    bench.audit(SAMPLE).state_record(BARE[0], "missing")
    said = words(bench.reports.contents(pack="education", coder="C0"))
    assert "Example 1" not in said
    assert BARE[0] not in said


@pytest.mark.parametrize(
    ("note", "wrong"),
    [
        ("He wrote: zebra WORDS by the, reviewer only!", "repeats a comment"),
        (f"See chart {OF_C0[0].lower()}.", "names a chart"),
        ("x" * 1_001, "longer than"),
    ],
)
def test_a_note_that_would_leak_is_refused(bench: Workbench, note: str, wrong: str) -> None:
    decide(bench, OF_C0[0], changed="99212")
    with pytest.raises(UsageError, match=wrong) as raised:
        bench.reports.write(pack="education", coder="C0", example_notes={1: note})
    assert "ebra" not in str(raised.value)
    assert OF_C0[0] not in str(raised.value)
    assert list(bench.workspace.reports.iterdir()) == []


def test_a_note_needs_its_example(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212")
    with pytest.raises(UsageError, match="no example 2"):
        bench.reports.write(pack="education", coder="C0", example_notes={2: "Look twice."})
    with pytest.raises(UsageError, match="no coder or provider is named"):
        bench.reports.write(pack="education", example_notes={1: "Look twice."})


def test_notes_come_from_a_file_by_person(bench: Workbench, tmp_path: Path) -> None:
    decide(bench, OF_C0[0], changed="99212")
    path = tmp_path / "notes.csv"
    path.write_text("person,example,note\nC0,1,Count the problems.\n")
    notes = read_example_notes(path)
    bench.reports.write(pack="education", formats=("html",), notes_by_person=notes)
    assert "Count the problems." in (bench.workspace.reports / "q1.education.C0.html").read_text()
    with pytest.raises(UsageError, match="There is no coder 'C9'"):
        bench.reports.write(pack="education", notes_by_person={"C9": {1: "x"}})
    for content in ("a,b\n", "person,example,note\nC0,one,x\n", "person,example,note\nC0,1,x\nC0,1,y\n"):
        path.write_text(content)
        with pytest.raises(BadInputError):
            read_example_notes(path)
    for text in ("1", "=x", "0=x", "1= "):
        with pytest.raises(UsageError):
            parse_example_note(text)


def test_a_reference_is_the_number_of_the_draw(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212")
    drawn = [unit.unit_id for unit in bench.audit(SAMPLE).manifest.selected]
    said = words(bench.reports.contents(pack="education", coder="C0", chart_numbers=True))
    assert f"chart {drawn.index(OF_C0[0]) + 1} of the sample" in said
    assert OF_C0[0] not in said
    assert "of the sample" not in words(bench.reports.contents(pack="education", coder="C0"))


# Workpaper


def test_the_workpaper_holds_every_unit_in_the_order_drawn(reviewed: Workbench) -> None:
    for visit in BARE:
        reviewed.audit(SAMPLE).state_record(visit, "missing")
    contents = reviewed.reports.contents(pack="workpaper")
    units = table(contents, "Units")
    manifest = reviewed.audit(SAMPLE).manifest
    assert units["unit_id"].to_list() == [unit.unit_id for unit in manifest.selected]
    wrong = units.filter(pl.col("error_kind").is_not_null())
    verdicts = reviewed.audit(SAMPLE).reviewed.final.verdicts.filter(pl.col("action") != "agree")
    assert set(wrong["unit_id"]) == set(verdicts["encounter_id"])
    # An error without dollars has no difference; a unit without error has one of zero.
    assert wrong["difference_amount"].null_count() == wrong.height
    assert units.filter(result="no error")["difference_amount"].to_list() == [Decimal(0)] * (
        units.height - wrong.height
    )
    said = words(contents)
    for value in (manifest.frame.sha256, manifest.design.seed, manifest.generator, manifest.content_sha256):
        assert value in said
    error_count = wrong.height
    assert f"Units in error = N x e / n = 40 x {error_count} / 40 = {error_count:.2f}." in said
    assert [one.role for one in contents.sections[-1].signatures] == ["Prepared by", "Reviewed by"]
    assert reviewed.workspace.reports.joinpath("q1.anchor.json").exists() is False
    reviewed.reports.write(pack="workpaper")
    assert reviewed.workspace.reports.joinpath("q1.anchor.json").exists()


def test_audited_is_paid_less_the_difference(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212", dollars="12.50")
    decide(bench, OF_C0[1], changed="99214", dollars="-7.00")
    decide(bench, OF_C0[2])
    decide(bench, OF_C0[4], changed="99212", dollars="80.00")
    fill(
        bench.workspace.warehouse(),
        {
            "core.remit_claim": [
                {"remit_claim_id": number, "claim_status_code": status, "paid_amount": paid}
                for number, status, paid in (
                    (5, "1", Decimal("50.00")),
                    (1, "1", Decimal("60.00")),
                    (2, "22", Decimal("-60.00")),
                    (3, "1", Decimal("50.00")),
                    (4, "25", Decimal("99.00")),
                )
            ],
            "core.claim_link": [
                {"remit_claim_id": number, "claim_id": int(OF_C0[0][1:]) + 1} for number in (1, 2, 3, 4)
            ]
            + [{"remit_claim_id": 5, "claim_id": int(OF_C0[4][1:]) + 1}],
        },
    )
    units = table(bench.reports.contents(pack="workpaper"), "Units")
    dollars = {
        unit: tuple(amounts)
        for unit, *amounts in units.select(
            "unit_id", "paid_amount", "audited_amount", "difference_amount"
        ).iter_rows()
    }
    assert dollars[OF_C0[0]] == (Decimal("50.00"), Decimal("37.50"), Decimal("12.50"))
    assert dollars[OF_C0[1]] == (None, None, Decimal("-7.00"))
    assert dollars[OF_C0[2]] == (None, None, Decimal("0.00"))
    assert dollars[OF_C0[3]] == (None, None, None)
    # No unit is overpaid by more than was paid for it.
    assert dollars[OF_C0[4]] == (Decimal("50.00"), Decimal("0.00"), Decimal("50.00"))
    origins = dict(units.select("unit_id", "payment_origin").iter_rows())
    assert str(origins[OF_C0[4]]).endswith("no more than was paid")
    assert "no more" not in str(origins[OF_C0[0]])


def test_a_workpaper_of_an_unfinished_review_says_why_there_is_no_estimate(bench: Workbench) -> None:
    said = words(bench.reports.contents(pack="workpaper"))
    assert "No estimate: 40 of 40 units are not completely reviewed" in said
    assert "none yet" in said


# Files and options


def draw_with_coders(bench: Workbench, names: list[str]) -> None:
    """Add a visit of each coder and draw all visits as the sample h."""
    fill(
        bench.workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": f"X{number}",
                    "encounter_class": "office",
                    "coder_id": name,
                    "discharge_date": dt.date(2025, 10, 1),
                }
                for number, name in enumerate(names)
            ]
        },
    )
    count = len(VISITS) + len(names)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="1", count=count), name="h")


def test_hostile_ids_make_safe_and_different_files(bench: Workbench) -> None:
    names = [
        "../../etc/passwd",
        "ab",
        "AB",
        "CON",
        "\u00e9",
        "e\u0301",
        "x" * 300,
        "<script>",
        "a/b",
        "a\\b",
        " ",
        ".",
    ]
    draw_with_coders(bench, names)
    paths = bench.reports.write("h", pack="scorecard", formats=("html",))
    stems = [path.name for path in paths]
    assert len({stem.casefold() for stem in stems}) == len(stems) == len(names) + 2
    assert all(path.parent == bench.workspace.reports and len(path.name) < 120 for path in paths)
    assert all(
        set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        for stem in stems
    )
    page = next(path for path in paths if "script" in path.name).read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert list(bench.workspace.reports.glob(".*")) == []


def test_nothing_is_written_where_one_file_cannot_be(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bench.reports.write(pack="scorecard", formats=("html",))
    before = {path.name: path.read_bytes() for path in first}
    decide(bench, OF_C0[0], changed="99212")
    whole = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        is_new = self.parent.name != "earlier"
        if is_new and target == bench.workspace.reports / "q1.scorecard.C1.html":
            message = "in use"
            raise PermissionError(message)
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UsageError, match=r"q1.scorecard.C1.html cannot be replaced"):
        bench.reports.write(pack="scorecard", formats=("html",))
    assert {path.name: path.read_bytes() for path in bench.workspace.reports.iterdir()} == before


def test_a_day_of_the_report_is_no_earlier_than_its_decisions(bench: Workbench) -> None:
    decide(bench, OF_C0[0])
    day = NOW.date()
    contents = bench.reports.contents(pack="scorecard", coder="C0", as_of=day)
    assert contents.made_at == dt.datetime.combine(day, dt.time(), dt.UTC)
    with pytest.raises(UsageError, match="after 2026-11-01"):
        bench.reports.write(as_of=day - dt.timedelta(days=1))


def test_the_same_day_gives_the_same_bytes(reviewed: Workbench) -> None:
    day = NOW.date()
    later = Workbench(reviewed.workspace, user="Ada", clock=lambda: NOW + dt.timedelta(days=9, hours=3))
    for pack, formats in {
        "scorecard": ("html",),
        "education": ("docx",),
        "workpaper": ("xlsx",),
        "denials": ("html",),
    }.items():
        asked = {"pack": pack, "formats": formats, "as_of": day}
        first = {path: path.read_bytes() for path in reviewed.reports.write(None, **asked)}
        assert first == {path: path.read_bytes() for path in later.reports.write(None, **asked)}


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (lambda bench: bench.reports.write(pack="audit", coder="C0"), "not about one person"),
        (lambda bench: bench.reports.write(pack="scorecard", coder="C0", provider="P"), "one of them"),
        (lambda bench: bench.reports.write(pack="scorecard", chart_numbers=True), "do not go with"),
        (lambda bench: bench.reports.write(SAMPLE, pack="denials"), "not of one audit"),
        (lambda bench: bench.reports.write(formats=("htm",)), "no format 'htm'"),
        (lambda bench: bench.reports.write(suppress_below=1), "cannot be withheld"),
        (lambda bench: bench.reports.write(pack="nonesuch"), "pack"),
        (lambda bench: bench.reports.contents(pack="scorecard"), "2 reports, one a coder"),
        (lambda bench: bench.reports.write(pack="scorecard", target=95), "target"),
    ],
)
def test_what_does_not_go_together_is_refused(
    bench: Workbench, asked: Callable[[Workbench], object], wrong: str
) -> None:
    with pytest.raises(UsageError, match=wrong):
        asked(bench)
    assert list(bench.workspace.reports.iterdir()) == []


def test_command_and_python_write_the_same(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    decide(bench, OF_C0[0], changed="99212", dollars="12.50")
    day = NOW.date()
    asked = {"pack": "education", "coder": "C0", "formats": ("html", "docx"), "as_of": day}
    notes = {1: "Count the problems."}
    user = Workbench(bench.workspace).user
    own = Workbench(bench.workspace, user=user, clock=lambda: NOW)
    expected = {path: path.read_bytes() for path in own.reports.write(SAMPLE, **asked, example_notes=notes)}
    capsys.readouterr()
    typed = f"report {SAMPLE} --pack education --coder C0 --format html,docx --as-of {day} --json"
    root = str(bench.workspace.root)
    assert main(["-w", root, *typed.split(), "--example-note", "1=Count the problems."]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [Path(path) for path in answer["reports"]] == list(expected)
    assert {path: path.read_bytes() for path in expected} == expected
    assert main(["-w", root, "report", "--pack", "scorecard", "--coder", "C7"]) == 2
    assert "C0" in capsys.readouterr().err


def test_a_deidentified_scorecard_names_neither_coder_nor_chart(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212", dollars="12.50")
    identified = bench.reports.write(SAMPLE, pack="scorecard", coder="C0", formats=("html",))
    assert "C0" in identified[0].read_text()
    (path,) = bench.reports.write(
        SAMPLE, pack="scorecard", coder="C0", formats=("html",), deidentified=True, as_of=NOW.date()
    )
    assert path.name == "q1.scorecard.coder-1.deidentified.html"
    page = path.read_text()
    assert "99212" in page
    for secret in ("C0", "Ada", OF_C0[0], "Oct 2025"):
        assert secret not in page


def test_a_letter_is_written_in_every_format(bench: Workbench) -> None:
    decide(bench, OF_C0[0], changed="99212")
    for path in bench.reports.write(pack="education", coder="C0", formats=("html", "pdf", "docx", "xlsx")):
        content = path.read_bytes()
        if path.suffix in {".docx", ".xlsx"}:
            with zipfile.ZipFile(path) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
            assert b"99212" in content
        assert len(content) > 1_000
        for secret in (OF_C0[0], "Zebra", "hypertension."):
            assert secret.encode() not in content


def test_denials_pack_says_what_the_denials_say(bench: Workbench) -> None:
    contents = bench.reports.contents(pack="denials")
    assert table(contents, "Denial rates").equals(bench.denials.rate().frame)
    assert table(contents, "Denials by reason").equals(bench.denials.reasons().frame)
    assert table(contents, "Paths of the claims").equals(bench.denials.outcomes().frame)
    assert "Not all checks have run" in words(contents)
    assert [path.name for path in bench.reports.write(pack="denials")] == ["denials.html", "denials.xlsx"]
