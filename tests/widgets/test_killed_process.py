"""A process that reviews through the card is killed anywhere, again and again: what was answered is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from auditlib.ledger import Ledger
from auditlib.review import AssignedCode, ReviewSession

WORKLIST = {
    f"E{chart:05}": tuple(
        AssignedCode(number, "ICD-10-CM", f"I1{number}", "secondary") for number in range(1, 6)
    )
    for chart in range(200)
}

# Sends what the browser would, and prints each gesture once the card has answered it.
REVIEWER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from auditlib.review import Chart, ChartCode
from auditlib.widgets import ReviewCard
from tests.widgets.test_killed_process import WORKLIST, open_session

session = open_session(Path(sys.argv[1]))
def chart(encounter_id):
    return Chart(encounter_id, "office", (), tuple(map(ChartCode, WORKLIST[encounter_id])))
card = ReviewCard(session, chart, lambda: datetime.now(UTC))
answers = []
card.send = lambda content, buffers=None: answers.append(content)
sequence = 0
while True:
    encounter_id, number = session.encounter_id, session.first_undecided(session.encounter_id)
    sequence += 1
    decision = {"kind": "decide", "action": "agree", "code_number": number}
    gesture = {"kind": "complete"} if number is None else decision
    card._receive(card, {**gesture, "view": "v", "sequence": sequence, "encounter_id": encounter_id}, [])
    assert "error" not in answers[-1], answers[-1]
    print(encounter_id, number, flush=True)
"""


def open_session(path: Path) -> ReviewSession:
    return ReviewSession(
        Ledger(path), audit="october", reviewer="Ada", worklist=WORKLIST, without_documents=()
    )


def test_kill_minus_nine_between_gestures_keeps_every_answered_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    root = Path(__file__).parents[2]
    answered: list[tuple[str, str]] = []
    for round_number in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", REVIEWER, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3 + 4 * round_number)]
        process.kill()
        lines += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        answered += [(words[0], words[1]) for words in map(str.split, lines) if len(words) == 2]

        session = open_session(path)
        for encounter_id, number in answered:
            if number == "None":
                assert session.is_completed(encounter_id)
            else:
                assert session.current_verdict(encounter_id, int(number)) is not None
        last_encounter, last_number = answered[-1]
        position = session.encounter_ids.index(last_encounter)
        # The one gesture that was on its way may have landed: a verdict, or the completion.
        expected = {last_encounter, session.encounter_ids[position + 1]}
        assert session.encounter_id in (expected if last_number in {"5", "None"} else {last_encounter})
        Ledger(path).verify()
    assert len(answered) == len(set(answered)) > 50
