"""A chart without documents counts nowhere before somebody says what is known of its record."""

from __future__ import annotations

import inspect
import json
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.estimation.sizes import review_error_rate
from auditlib.measures.accuracy import Dimension
from auditlib.measures.coder_comparison import Unit
from auditlib.measures.stay_accuracy import STAY_MEASURES
from auditlib.report.result import Result
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workbench.audit import Audit
from tests.workbench.records import (
    BARE,
    NOW,
    SAMPLE,
    VISITS,
    agree_by_habit,
    agree_with_all,
    agreement,
    records_workbench,
)

WITH_DOCUMENTS = [visit for visit in VISITS if visit not in BARE]
NOT_SAID = "10 completed charts have no documents and do not count: it is not said whether their records were"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "w")


def measured(result: Result, measure: str) -> tuple[int, int]:
    rows = result.frame.filter(measure=measure)
    return int(rows["numerator_count"].sum()), int(rows["denominator_count"].sum())


def amounts(path: Path, wrong: dict[str, float]) -> Path:
    rows = [f"{visit},80,{80 - wrong.get(visit, 0)}" for visit in VISITS]
    path.write_text("\n".join(["unit_id,examined,audited", *rows]) + "\n", encoding="utf-8")
    return path


# Nobody agrees by habit


def test_a_session_refuses_every_verdict_and_completion_until_something_is_said(bench: Workbench) -> None:
    session = bench.audit(SAMPLE).session()
    for visit in BARE:
        session.open_chart(visit, recorded_at=NOW)
        before = bench.ledger.verify()
        with pytest.raises(UsageError, match="no documents that hold text, and it is not said whether"):
            session.decide(agreement(visit, 1), recorded_at=NOW)
        with pytest.raises(UsageError, match="no documents"):
            session.complete_chart(visit, recorded_at=NOW)
        assert bench.ledger.verify() == before
    session.state_record(BARE[0], "reviewed elsewhere", place="binder 7", recorded_at=NOW)
    session.decide(agreement(BARE[0], 1), recorded_at=NOW)
    session.withdraw_record_statement(BARE[0], recorded_at=NOW)
    with pytest.raises(UsageError, match="no documents"):
        session.decide(agreement(BARE[0], 2), recorded_at=NOW)


def test_a_recorded_audit_does_not_agree_for_anybody(bench: Workbench, tmp_path: Path) -> None:
    lines = [
        {
            "encounter_id": visit,
            "reviewer": "R1",
            "verdicts": [{"code_number": number, "action": "agree"} for number in (1, 2)],
            **({"record": {"status": "reviewed elsewhere", "place": "binder 7"}} if visit == BARE[1] else {}),
        }
        for visit in VISITS
    ]
    path = tmp_path / "recorded.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    replayed = bench.audit(SAMPLE).replay(path)
    assert replayed.completed_chart_count == 31
    assert [record.encounter_id for record in replayed.unused] == [
        visit
        for visit in bench.audit(SAMPLE).session("R1").encounter_ids
        if visit in BARE and visit != BARE[1]
    ]
    assert "binder 7" in repr(bench.audit(SAMPLE).accuracy())


# Older ledgers: agreed before anyone was asked


# They write, or refuse an audit of no programme or without dollars.
OF_NO_PLAN_OR_WRITING = {"replay", "estimate", "write_spare_file", "findings", "next_step"}


def accessors(audit: Audit) -> Iterator[tuple[str, Result]]:
    """Every answer of an audit that needs no argument, and its variants by dimension."""
    for name, method in inspect.getmembers(Audit, inspect.isfunction):
        needed = [
            parameter
            for parameter in list(inspect.signature(method).parameters.values())[1:]
            if parameter.default is parameter.empty
            and parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        ]
        if name.startswith("_") or needed or name in OF_NO_PLAN_OR_WRITING:
            continue
        answer = getattr(audit, name)()
        if isinstance(answer, Result):
            yield name, answer
    for unit, by in product(get_args(Unit), get_args(Dimension)):
        yield f"accuracy by {by}", audit.accuracy(by, unit=unit)


def test_no_answer_counts_a_chart_that_was_agreed_by_habit(bench: Workbench) -> None:
    agree_by_habit(bench, VISITS)
    audit = bench.audit(SAMPLE)
    rated = 0
    for name, answer in accessors(audit):
        if "denominator_count" not in answer.frame.columns:
            continue
        counts = dict(answer.frame.group_by("measure").agg(pl.col("denominator_count").sum()).iter_rows())
        expected = {"code over code": 60, "precision": 60, "Jaccard": 60, "record over record": 30}
        # Nobody judged a stay.
        expected |= dict.fromkeys(STAY_MEASURES.values(), 0)
        assert counts == {measure: expected[measure] for measure in counts}, name
        for shown in (repr(answer), answer._repr_html_()):
            assert NOT_SAID in shown, name
        rated += bool(counts)
    assert rated >= 9
    assert NOT_SAID in repr(audit.verdicts())
    said = audit.without_documents().frame
    assert sorted(said["encounter_id"]) == BARE
    assert said["record_status"].null_count() == 10


def test_no_estimate_bound_or_size_counts_it(bench: Workbench, tmp_path: Path) -> None:
    agree_by_habit(bench, VISITS)
    audit = bench.audit(SAMPLE)
    for stated in (None, amounts(tmp_path / "a.csv", {})):
        with pytest.raises(UsageError, match=rf"10 of 40 units are not completely reviewed.*{NOT_SAID}"):
            audit.estimate(amounts=stated)
    bound = audit.may_stop().bound
    order = list(audit.session().encounter_ids)
    assert bound.looks.height == min(order.index(visit) for visit in BARE)
    assert NOT_SAID in bound.sentence
    bench.samples.draw(Universe("all"), SampleRequest("sequential", seed="1", count=40), name="dollars")
    assert review_error_rate(bench.workspace, audit=SAMPLE) == 0
    agree_by_habit(bench, ["elsewhere"])


def texts_of_workbook(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_no_report_or_summary_counts_it(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    agree_by_habit(bench, VISITS)
    summary = bench.reports.summary(SAMPLE)
    assert set(summary.accuracy["denominator_count"]) == {60, 30}
    for shown in (repr(summary), summary._repr_html_()):
        assert NOT_SAID in shown
    for path in bench.reports.write(SAMPLE):
        text = path.read_text(encoding="utf-8") if path.suffix == ".html" else texts_of_workbook(path)
        assert NOT_SAID in text, path.suffix
        assert "not said whether the record was seen" in text, path.suffix
        assert "40 charts were reviewed" not in text, path.suffix
    root = str(bench.workspace.root)
    for words in (("workspace", "summary"), ("workspace", "summary", "--json")):
        assert main(["-w", root, *words]) == 0
        assert NOT_SAID in capsys.readouterr().out
    assert main(["-w", root, "audit", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["audits"]
    assert (listed["reviewed_chart_count"], listed["not_stated_count"]) == (30, 10)
    for words in (("audit", "estimate"), ("audit", "bound")):
        code = main(["-w", root, *words])
        output = capsys.readouterr()
        assert NOT_SAID in output.out + output.err
        assert (code == 2) == (words[1] == "estimate")


def test_what_was_agreed_by_habit_counts_once_its_reviewer_says_where_the_record_was(
    bench: Workbench,
) -> None:
    agree_by_habit(bench, VISITS)
    audit = bench.audit(SAMPLE)
    # Somebody else's word does not make it seen by the reviewer.
    audit.state_record(BARE[0], "reviewed elsewhere", place="binder 7", reviewer="Bo")
    assert measured(audit.accuracy(unit="record"), "record over record") == (30, 30)
    audit.state_record(BARE, "reviewed elsewhere", place="binder 7")
    assert measured(audit.accuracy(unit="record"), "record over record") == (40, 40)
    assert f"10 charts were reviewed elsewhere (binder 7: {', '.join(BARE[:3])}, ...)." in repr(
        audit.accuracy()
    )
    paper = audit.estimate().paper
    assert f"binder 7: {', '.join(BARE)}" in paper
    report = bench.reports.contents(SAMPLE)
    table = next(
        table
        for section in report.sections
        for table in section.tables
        if table.title == "Records missing or elsewhere"
    )
    assert set(table.frame["record_place"]) == {"binder 7"}
    with pytest.raises(UsageError, match="completed"):
        audit.session().state_record(BARE[0], "missing", recorded_at=NOW)
    audit.withdraw_record_statement(BARE[0])
    assert not audit.session().is_completed(BARE[0])
    assert measured(audit.accuracy(unit="record"), "record over record") == (39, 39)


def test_documents_loaded_later_let_a_chart_count(bench: Workbench) -> None:
    from tests.tables import fill  # noqa: PLC0415 - only here the warehouse changes after the review

    agree_by_habit(bench, VISITS)
    audit = bench.audit(SAMPLE)
    assert measured(audit.accuracy(unit="record"), "record over record") == (30, 30)
    fill(
        bench.workspace.warehouse(),
        {
            "core.document": [
                {
                    "document_id": f"{BARE[0]}:2",
                    "encounter_id": BARE[0],
                    "document_number": 2,
                    "document_type": "physician note",
                    "title": "Visit",
                    "text": "Ärztlicher Bericht",
                }
            ]
        },
    )
    assert measured(audit.accuracy(unit="record"), "record over record") == (31, 31)


# How a missing record counts


@pytest.fixture
def reviewed(bench: Workbench) -> Workbench:
    """Thirty charts agreed, four records missing, two partly missing, four reviewed elsewhere."""
    agree_with_all(bench, WITH_DOCUMENTS)
    audit = bench.audit(SAMPLE)
    audit.state_record(BARE[:4], "missing", place="archive asked twice")
    audit.state_record(BARE[4:6], "partly missing", place="no operative note")
    audit.state_record(BARE[6:], "reviewed elsewhere", place="binder 7")
    session = audit.session()
    for visit in BARE[4:6]:
        session.decide(agreement(visit, 1), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)
    agree_with_all(bench, BARE[6:])
    return bench


def test_a_missing_record_is_an_error_in_every_rate(reviewed: Workbench) -> None:
    audit = reviewed.audit(SAMPLE)
    codes, charts = audit.accuracy(), audit.accuracy(unit="record")
    # Eight codes of missing records and two without support: 80 less 10 are agreed.
    assert measured(codes, "code over code") == (70, 80)
    assert measured(codes, "precision") == (70, 80)
    assert measured(codes, "Jaccard") == (70, 80)
    assert measured(charts, "record over record") == (34, 40)
    errors = audit.errors("cause").frame.row(0, named=True)
    assert (errors["cause"], errors["numerator_count"]) == ("documentation missing", 10)
    named = ", ".join(BARE[:3])
    said = f"4 records are missing ({named}, ...), each counted as an error for the full amount paid"
    assert said in repr(codes)
    assert (
        f"2 records are partly missing ({BARE[4]}: no operative note, {BARE[5]}: no operative note)"
        in repr(codes)
    )


def test_an_estimate_counts_a_missing_record_for_all_that_was_paid(
    reviewed: Workbench, tmp_path: Path
) -> None:
    # The partly missing ones were priced at 30 less; of the missing ones the file says nothing in error.
    path = amounts(tmp_path / "a.csv", {BARE[4]: 30, BARE[5]: 30})
    for programme in ("PIM", "OIG", "CIA", None):
        found = reviewed.audit(SAMPLE).estimate(amounts=path, programme=programme)
        assert (found.error_count, found.missing_count, found.reviewed_count) == (6, 4, 40)
        assert found.dollars_in_error is not None
        assert found.dollars_in_error.found.figures[0].point == pytest.approx(4 * 80 + 2 * 30)
        assert "Units whose record is missing: 4." in found.paper
        assert "for the full amount paid; no spare replaces it. Source: OIG" in found.paper
        assert f"binder 7: {', '.join(BARE[6:])}" in found.paper


def test_an_estimate_for_risk_adjustment_counts_the_increment(reviewed: Workbench, tmp_path: Path) -> None:
    wrong = dict.fromkeys(BARE[:6], 12.0)
    audit = reviewed.audit(SAMPLE)
    found = audit.estimate(amounts=amounts(tmp_path / "a.csv", wrong), programme="RADV")
    assert found.dollars_in_error is not None
    assert found.dollars_in_error.found.figures[0].point == pytest.approx(6 * 12)
    assert "payment increment of the HCC" in found.paper
    assert "42 CFR 422.310(e)" in found.paper
    with pytest.raises(Exception, match=f"record of {BARE[0]} is missing, and its amounts have nothing"):
        audit.estimate(amounts=amounts(tmp_path / "b.csv", {BARE[4]: 12, BARE[5]: 12}), programme="RADV")


def test_another_rule_than_the_programmes_is_refused(reviewed: Workbench, tmp_path: Path) -> None:
    path = amounts(tmp_path / "a.csv", {})
    with pytest.raises(UsageError, match="For CMS PIM a missing record is an error for the full amount"):
        reviewed.audit(SAMPLE, missing_rule="excluded").estimate(amounts=path, programme="PIM")
    with pytest.raises(UsageError, match="no rule 'forgotten'"):
        reviewed.audit(SAMPLE, missing_rule="forgotten")  # type: ignore[arg-type]


def test_excluded_records_leave_every_figure_with_their_count(reviewed: Workbench, tmp_path: Path) -> None:
    audit = reviewed.audit(SAMPLE, missing_rule="excluded")
    assert measured(audit.accuracy(), "code over code") == (70, 70)
    # A chart of which a code cannot be judged is not known to be without error.
    assert measured(audit.accuracy(unit="record"), "record over record") == (34, 34)
    assert "4 records are missing" in repr(audit.accuracy())
    assert "each counted as excluded" in repr(audit.accuracy())
    found = audit.estimate(amounts=amounts(tmp_path / "a.csv", {BARE[6]: 17}))
    assert (found.reviewed_count, found.excluded_count, found.error_count) == (34, 6, 0)
    assert found.dollars_in_error is not None
    assert found.dollars_in_error.found.figures[0].point == pytest.approx(17 * 40 / 34)
    assert "6 units of the sample are excluded" in found.paper
    with pytest.raises(UsageError, match="cannot be excluded from a running bound"):
        audit.may_stop()
    text = reviewed.reports.write(SAMPLE, missing_rule="excluded")[0].read_text(encoding="utf-8")
    assert "each counted as excluded" in text


def test_records_that_count_as_not_reviewed_keep_the_audit_open(reviewed: Workbench) -> None:
    audit = reviewed.audit(SAMPLE, missing_rule="not-reviewed")
    assert measured(audit.accuracy(), "code over code") == (68, 68)
    assert measured(audit.accuracy(unit="record"), "record over record") == (34, 34)
    with pytest.raises(UsageError, match="6 of 40 units are not completely reviewed"):
        audit.estimate()
    order = list(audit.session().encounter_ids)
    assert audit.may_stop().bound.looks.height == min(order.index(visit) for visit in BARE[:6])


def test_a_bound_counts_a_missing_record_as_an_error(reviewed: Workbench) -> None:
    bound = reviewed.audit(SAMPLE).may_stop().bound
    assert bound.looks.height == 40
    assert bound.looks["error_count"][-1] == 6
    assert "4 records are missing" in bound.sentence


def test_a_missing_record_is_never_replaced_by_a_spare(bench: Workbench) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", "5", 10, spare_count=5), name="spared")
    audit = bench.audit("spared")
    first = next(unit.unit_id for unit in audit.manifest.selected if unit.role == "sample")
    audit.state_record(first, "missing")
    with pytest.raises(UsageError, match=f"record of {first} is missing: .* never replaced by a spare"):
        audit.use_spare(first, reason="other payer")
    audit.withdraw_record_statement(first)
    audit.use_spare(first, reason="other payer")


def test_a_missing_record_of_a_visit_without_codes_is_no_chart_without_error(bench: Workbench) -> None:
    with bench.workspace.warehouse()._open(read_only=False) as connection:
        connection.execute(f"delete from core.encounter_code where encounter_id = '{BARE[0]}'", None)
    audit = bench.audit(SAMPLE)
    audit.state_record(BARE[0], "missing")
    assert measured(audit.accuracy(unit="record"), "record over record") == (0, 1)
    assert measured(audit.accuracy(), "code over code") == (0, 1)


def test_reviewers_who_differ_on_the_record_are_not_adjudicated(reviewed: Workbench) -> None:
    audit = reviewed.audit(SAMPLE)
    audit.state_record(BARE[0], "reviewed elsewhere", place="binder 7", reviewer="Bo")
    agree_with_all(reviewed, [BARE[0]], reviewer="Bo")
    assert (
        f"1 chart is not adjudicated and does not count: reviewers differ on its codes ({BARE[0]})"
        in repr(audit.accuracy())
    )
    assert measured(audit.accuracy(unit="record"), "record over record") == (34, 39)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--encounter", "E00"], "its encounter and its status are both needed"),
        (["--encounter", "E00", "--status", "reviewed-elsewhere"], "not said where the record was reviewed"),
        (["--encounter", "E99", "--status", "missing"], "not in the worklist"),
        (["--encounter", "E00", "--status", "withdrawn"], "could be withdrawn"),
    ],
)
def test_the_command_refuses_what_says_nothing(
    bench: Workbench, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    before = bench.ledger.verify()
    assert main(["-w", str(bench.workspace.root), "audit", "record", *words]) == 2
    assert said in re.sub(r"\s+", " ", capsys.readouterr().err)
    assert bench.ledger.verify() == before


def test_the_command_lists_and_states_records(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> dict[str, dict[str, object]]:
        assert main(["-w", str(bench.workspace.root), "audit", "record", *words, "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)["charts_without_documents"]
        return {row["encounter_id"]: row for row in rows}

    assert sorted(run()) == BARE
    run("--encounter", BARE[0], "--encounter", BARE[1], "--status", "missing", "--reviewer", "Ada")
    said = run(
        *(
            "--encounter",
            BARE[2],
            "--status",
            "reviewed-elsewhere",
            "--where",
            "binder 7",
            "--reviewer",
            "Ada",
        )
    )
    assert [said[visit]["record_status"] for visit in BARE[:4]] == [
        "missing",
        "missing",
        "reviewed elsewhere",
        None,
    ]
    assert said[BARE[0]]["is_completed"] is True
    assert (
        run("--encounter", BARE[0], "--status", "withdrawn", "--reviewer", "Ada")[BARE[0]]["record_status"]
        is None
    )
    kinds = [event.kind for event in bench.workspace.ledger().events(audit=SAMPLE)]
    assert kinds.count("record stated") == 3
    assert kinds[-2:] == ["chart reopened", "record statement withdrawn"]
    bench.ledger.verify()


def test_export_verifies_no_code_without_a_record(reviewed: Workbench) -> None:
    claims = reviewed.audit(SAMPLE).corrected_claims()
    status = dict(claims.frame.select("encounter_id", "status").iter_rows())
    assert {status[visit] for visit in BARE[:6]} == {"review not completed"}
    assert "review not completed" not in {status[visit] for visit in [*WITH_DOCUMENTS, *BARE[6:]]}


def test_sampled_codes_count_by_their_own_record(reviewed: Workbench) -> None:
    request = SampleRequest("simple", seed="2", count=80)
    reviewed.samples.draw(Universe("codes", unit="code"), request, name="codes")
    audit = reviewed.audit("codes")
    session = audit.session()
    for visit in VISITS:
        if visit in BARE[:2]:
            audit.state_record(visit, "missing")
            continue
        if visit == BARE[2]:
            session.state_record(visit, "partly missing", recorded_at=NOW)
        elif visit in BARE:
            session.state_record(visit, "reviewed elsewhere", place="binder 7", recorded_at=NOW)
        for number in (1,) if visit == BARE[2] else (1, 2):
            session.decide(agreement(visit, number), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)
    found = audit.estimate()
    assert (found.error_count, found.missing_count, found.reviewed_count) == (5, 4, 80)
    left = reviewed.audit("codes", missing_rule="excluded").estimate()
    assert (left.error_count, left.excluded_count, left.reviewed_count) == (0, 5, 75)
    with pytest.raises(UsageError, match="6 of 80 units are not completely reviewed"):
        reviewed.audit("codes", missing_rule="not-reviewed").estimate()
