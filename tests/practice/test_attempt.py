from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from auditlib.errors import AuditError, BadInputError, LedgerBrokenError, UsageError
from auditlib.practice.attempt import attempt_files, open_session, read_attempt, shown_cases, start_attempt
from auditlib.practice.pack import CasePack, read_pack
from auditlib.practice.results import agreement_frames, score_attempt, score_folder
from auditlib.practice.sealing import open_keys
from auditlib.review import Verdict
from tests.practice.examples import NOON, PASSPHRASE, WALK, entry


def begin(folder: Path, pack: CasePack, mode: str = "practice", **choice: object) -> Path:
    given = {"learner": "Ada", "case_ids": ["C01", "C02"], **choice}
    return start_attempt(folder, pack, mode=mode, recorded_at=NOON, **given)  # type: ignore[arg-type]


def enter(path: Path, pack: CasePack, case_id: str, *codes: str, minutes: int = 1) -> None:
    session = open_session(path, pack)
    for words in codes:
        session.decide(entry(case_id, words), recorded_at=NOON + timedelta(minutes=minutes))


def test_an_attempt_goes_on_where_it_stopped_and_nothing_is_lost(tmp_path: Path, casebook: CasePack) -> None:
    path = begin(tmp_path, casebook)
    enter(path, casebook, "C01", *WALK[:2])
    enter(path, casebook, "C01", WALK[2])
    session = open_session(path, casebook)
    session.complete_chart("C01", recorded_at=NOON + timedelta(minutes=3), seconds=61.0)
    attempt = read_attempt(path, casebook)
    assert [code.code for code in attempt.entered["C01"]] == ["M1711", "20610", "J3301"]
    assert (attempt.completed, attempt.seconds["C01"], attempt.late_count) == ({"C01"}, 61.0, 0)
    scored = score_attempt("a", attempt, casebook.keys)
    assert [score.score for score in scored.scores.values()] == [1.0, 0.0]
    assert scored.score == 0.5


def test_two_attempts_of_one_learner_are_two_files(tmp_path: Path, casebook: CasePack) -> None:
    paths = [begin(tmp_path, casebook, learner=name) for name in ("Ada", "Ada", "Ad a/../x")]
    assert attempt_files(tmp_path) == sorted(paths)
    assert [path.name for path in paths] == [
        "casebook.practice.Ada.1.attempt",
        "casebook.practice.Ada.2.attempt",
        "casebook.practice.Ad-a-x.1.attempt",
    ]


def test_practice_keeps_its_screen_and_a_completed_case_stays(tmp_path: Path, casebook: CasePack) -> None:
    session = open_session(begin(tmp_path, casebook), casebook)
    with pytest.raises(UsageError, match="No code is entered"):
        session.complete_chart("C01", recorded_at=NOON)
    session.decide(entry("C01", WALK[0]), recorded_at=NOON)
    session.complete_chart("C01", recorded_at=NOON)
    assert session.encounter_id == "C01"
    with pytest.raises(UsageError, match="key of this case was shown"):
        session.reopen_chart("C01", recorded_at=NOON)


def test_a_test_ends_with_its_time_and_when_it_is_handed_in(tmp_path: Path, sealed_folder: Path) -> None:
    pack = read_pack(sealed_folder)
    path = begin(tmp_path, pack, "test", minutes=30)
    session = open_session(path, pack)
    session.decide(entry("C01", WALK[0]), recorded_at=NOON + timedelta(minutes=29))
    session.complete_chart("C01", recorded_at=NOON + timedelta(minutes=29))
    assert session.encounter_id == "C02"
    session.reopen_chart("C01", recorded_at=NOON + timedelta(minutes=30))
    late = NOON + timedelta(minutes=31)
    with pytest.raises(UsageError, match="time is over"):
        session.decide(entry("C01", WALK[1]), recorded_at=late)
    session.hand_in(recorded_at=late)
    with pytest.raises(UsageError, match="handed in"):
        session.hand_in(recorded_at=late)
    with pytest.raises(UsageError, match="handed in"):
        open_session(path, pack).decide(entry("C01", WALK[1]), recorded_at=NOON + timedelta(minutes=29))
    attempt = read_attempt(path, pack)
    assert (attempt.is_handed_in, attempt.late_count) == (True, 0)
    assert score_attempt("a", attempt, open_keys(pack, PASSPHRASE)).scores["C01"].score == pytest.approx(
        1 / 3
    )


def test_a_mode_goes_with_the_pack(tmp_path: Path, casebook: CasePack, sealed_folder: Path) -> None:
    with pytest.raises(UsageError, match="would hide nothing"):
        begin(tmp_path, casebook, "test")
    with pytest.raises(UsageError, match="no rationale"):
        begin(tmp_path, read_pack(sealed_folder))
    with pytest.raises(UsageError, match="without a coder's codes"):
        begin(tmp_path, casebook, "calibration")
    with pytest.raises(UsageError, match="no mode"):
        begin(tmp_path, casebook, "exam")
    with pytest.raises(UsageError, match="no case"):
        begin(tmp_path, casebook, case_ids=["C99"])
    with pytest.raises(UsageError, match="at least one minute"):
        begin(tmp_path, casebook, minutes=0)
    assert attempt_files(tmp_path) == []


def test_the_easy_cases_come_first_after_the_walk(tmp_path: Path, casebook: CasePack) -> None:
    path = begin(tmp_path, casebook, case_ids=[])
    ids = open_session(path, casebook).encounter_ids
    assert ids[0] == "C01"
    levels = [casebook.cases[name].difficulty for name in ids]
    assert levels == sorted(levels)
    assert len(ids) == len(casebook.cases)


def test_a_messy_attempt_shows_messy_notes(tmp_path: Path, casebook: CasePack) -> None:
    session = open_session(begin(tmp_path, casebook, is_messy=True), casebook)
    text = shown_cases(session.start, casebook)["C01"].documents[0].text
    assert "copied forward" in text


def test_calibration_sets_an_auditor_beside_gold(tmp_path: Path, casebook: CasePack) -> None:
    path = begin(tmp_path, casebook, "calibration", case_ids=["C04", "C15"])
    session = open_session(path, casebook)
    for case_id, wrong in (("C04", {1, 3}), ("C15", {1})):
        for code in session.assigned(case_id):
            same = {"code_number": code.code_number, "code_system": code.code_system, "code": code.code}
            is_wrong = code.code_number in wrong
            reason = {"error_kind": "unsupported code", "cause": "coder rule"} if is_wrong else {}
            action = "delete" if is_wrong else "agree"
            session.decide(Verdict(case_id, action, **same, **reason), recorded_at=NOON)  # type: ignore[arg-type]
    scored = score_attempt("a", read_attempt(path, casebook), casebook.keys)
    agreement, differences = agreement_frames([scored], casebook, casebook.keys)
    # Gold calls four of the eight codes wrong; the auditor agreed with one of them.
    row = agreement.row(0, named=True)
    assert (row["code_count"], row["agreed_count"]) == (8, 7)
    assert row["kappa"] == pytest.approx(0.75)
    assert row["kappa_lower"] < 0.75 < row["kappa_upper"]
    assert differences.select("case_id", "code", "gold", "auditor_says").rows() == [
        ("C15", "ICD-10-CM R10.31", "wrong", "agree")
    ]


def spoil(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        guards = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in guards:
            connection.execute(f"drop trigger {name}")
        connection.execute(statement)
    connection.close()


def test_one_bad_file_keeps_nobody_from_the_scores(
    tmp_path: Path, casebook: CasePack, small_pack: Callable[..., Path]
) -> None:
    folder = tmp_path / "class"
    good = begin(folder, casebook)
    enter(good, casebook, "C01", *WALK)
    changed = folder / "changed.attempt"
    shutil.copy(good, changed)
    spoil(changed, "update event set payload = replace(payload, 'M1711', 'M1712') where kind = 'verdict'")
    (folder / "noise.attempt").write_bytes(b"SQLite format 3\0" + b"x" * 500)
    (folder / "empty.attempt").touch()
    small = small_pack("C01", "C02")
    begin(folder, read_pack(small))
    namesake = small.rename(tmp_path / "casebook")
    begin(folder, read_pack(namesake), learner="Bea")
    scored, problems = score_folder(folder, casebook, casebook.keys)
    assert [each.name for each in scored] == [good.name.removesuffix(".attempt")]
    assert set(problems) == {
        "changed.attempt",
        "noise.attempt",
        "empty.attempt",
        "casebook.practice.Bea.1.attempt",
    }
    assert "another pack" in problems["casebook.practice.Bea.1.attempt"]
    with pytest.raises(LedgerBrokenError):
        read_attempt(changed, casebook)
    with pytest.raises(AuditError):
        read_attempt(folder / "empty.attempt", casebook)


@pytest.mark.parametrize(
    "values", [{}, {"mode": "x"}, {"case_ids": []}, {"minutes": "soon"}, {"is_messy": 1}]
)
def test_a_start_that_is_damaged_is_refused(
    tmp_path: Path, casebook: CasePack, values: dict[str, object]
) -> None:
    from auditlib.ledger import Ledger  # noqa: PLC0415 - of this test only

    sound = {"mode": "practice", "pack_digest": "x", "case_ids": ["C01"], "is_messy": False, "minutes": None}
    payload = json.loads(json.dumps({**sound, **values} if values else {}))
    path = tmp_path / "a.attempt"
    Ledger(path).append(
        kind="practice started",
        audit="casebook",
        subject="casebook",
        actor="Ada",
        payload=payload,
        recorded_at=NOON,
    )
    with pytest.raises(BadInputError, match="damaged"):
        open_session(path, casebook)
