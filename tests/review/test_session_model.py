"""Whatever is done in whatever order, the session, a fresh one, and plain dictionaries know the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review import RECORD_STATUSES, AssignedCode, CorrectedCode, ReviewSession, Verdict
from tests.review.conftest import NOON, WORKLIST, add, agree, change

BARE = {"E00002", "E00003"}
charts = st.sampled_from(sorted(WORKLIST))
MISSED = [
    *(
        CorrectedCode("ICD-10-CM", code, role)
        for code in ("N183", "N184")
        for role in ("secondary", "admitting")
    ),
    CorrectedCode("ICD-10-CM", "N183", "principal"),
    *(
        CorrectedCode("CPT", "20610", "procedure", None, sides)
        for sides in (("RT",), ("LT",), ("LT", "59"), ())
    ),
    CorrectedCode("CPT", "20610", "procedure", None, ("59", "LT")),
]


def missed(encounter_id: str, corrected: CorrectedCode) -> Verdict:
    return replace(add(encounter_id, "N183"), corrected=corrected)


def known_by(verdict: Verdict) -> object:
    """Return in plain words what a verdict is about: a position, or an added code and what is its own."""
    corrected = verdict.corrected
    if verdict.action != "add" or corrected is None:
        return verdict.code_number
    role = corrected.code_role.replace("principal", "secondary")
    return corrected.code, role, frozenset(corrected.modifiers)


def options(encounter_id: str, code: AssignedCode) -> list[Verdict]:
    better = "99215" if code.code_system == "CPT" else "E1122"
    return [agree(encounter_id, code.code_number), change(encounter_id, code.code_number, better)]


class Reviewing(RuleBasedStateMachine):
    folder: pytest.TempPathFactory

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(self.folder.mktemp("ledger") / "ledger.db")
        self.session = self.fresh()
        self.verdicts: dict[str, dict[object, Verdict]] = {chart: {} for chart in WORKLIST}
        self.completed: set[str] = set()
        self.said: dict[str, str] = {}

    def fresh(self) -> ReviewSession:
        return ReviewSession(
            self.ledger, audit="october", reviewer="Ada", worklist=WORKLIST, without_documents=BARE
        )

    @rule(chart=charts, data=st.data())
    def decide(self, chart: str, data: st.DataObject) -> None:
        on_codes = [verdict for code in WORKLIST[chart] for verdict in options(chart, code)]
        additions = [missed(chart, corrected) for corrected in MISSED]
        verdict = data.draw(st.sampled_from([*additions, *on_codes]))
        if chart in self.completed:
            with pytest.raises(UsageError, match="completed"):
                self.session.decide(verdict, recorded_at=NOON)
        elif self.is_bare(chart) or self.said.get(chart) == "missing":
            with pytest.raises(UsageError, match="record"):
                self.session.decide(verdict, recorded_at=NOON)
        else:
            self.session.decide(verdict, recorded_at=NOON)
            self.verdicts[chart][known_by(verdict)] = verdict

    @property
    def changeable(self) -> list[tuple[str, object]]:
        """The additions to open charts whose codes can be judged."""
        return [
            (chart, about)
            for chart, verdicts in self.verdicts.items()
            for about, verdict in verdicts.items()
            if verdict.action == "add"
            and not (chart in self.completed or self.is_bare(chart) or self.said.get(chart) == "missing")
        ]

    @precondition(lambda self: bool(self.changeable))
    @rule(corrected=st.sampled_from(MISSED), data=st.data())
    def change_addition(self, corrected: CorrectedCode, data: st.DataObject) -> None:
        chart, about = data.draw(st.sampled_from(self.changeable))
        held, verdict = self.verdicts[chart], missed(chart, corrected)
        before = held[about].corrected
        if known_by(verdict) != about and known_by(verdict) in held:
            with pytest.raises(UsageError, match="already added"):
                self.session.decide(verdict, recorded_at=NOON, replaces=before)
        else:
            self.session.decide(verdict, recorded_at=NOON, replaces=before)
            del held[about]
            held[known_by(verdict)] = verdict

    @precondition(lambda self: any(self.verdicts[chart] for chart in WORKLIST if chart not in self.completed))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        open_charts = [chart for chart in WORKLIST if chart not in self.completed]
        held = [(chart, key) for chart in open_charts for key in self.verdicts[chart]]
        chart, key = data.draw(st.sampled_from(held))
        self.session.withdraw(self.verdicts[chart].pop(key), recorded_at=NOON)

    def is_bare(self, chart: str) -> bool:
        return chart in BARE and chart not in self.said

    @rule(chart=charts, status=st.sampled_from(RECORD_STATUSES))
    def state(self, chart: str, status: str) -> None:
        if chart in self.completed and self.said.get(chart) not in {None, status}:
            with pytest.raises(UsageError, match="completed"):
                self.session.state_record(chart, status, place="binder 7", recorded_at=NOON)
        else:
            self.session.state_record(chart, status, place="binder 7", recorded_at=NOON)
            self.said[chart] = status

    @rule(chart=charts)
    def take_back(self, chart: str) -> None:
        if chart in self.completed or chart not in self.said:
            with pytest.raises(UsageError, match=r"completed|withdrawn"):
                self.session.withdraw_record_statement(chart, recorded_at=NOON)
        else:
            self.session.withdraw_record_statement(chart, recorded_at=NOON)
            del self.said[chart]

    @rule(chart=charts)
    def complete_or_reopen(self, chart: str) -> None:
        decided = [verdict for verdict in self.verdicts[chart].values() if verdict.action != "add"]
        is_whole = self.said.get(chart) not in {"missing", "partly missing"}
        if chart in self.completed:
            self.session.reopen_chart(chart, recorded_at=NOON)
            self.completed.discard(chart)
        elif self.is_bare(chart) or (is_whole and len(decided) < len(WORKLIST[chart])):
            with pytest.raises(UsageError, match=r"no documents|not complete"):
                self.session.complete_chart(chart, recorded_at=NOON)
        else:
            self.session.complete_chart(chart, recorded_at=NOON)
            self.completed.add(chart)

    @invariant()
    def all_know_the_same(self) -> None:
        for session in (self.session, self.fresh()):
            for chart, held in self.verdicts.items():
                assert session.is_completed(chart) == (chart in self.completed)
                statement = session.record_statement(chart)
                assert (statement and statement.status) == self.said.get(chart)
                standing = [session.current_verdict(chart, code.code_number) for code in WORKLIST[chart]]
                known = {verdict for verdict in (*standing, *session.added(chart)) if verdict is not None}
                assert known == set(held.values())


def test_the_session_is_the_fold_of_its_events(tmp_path_factory: pytest.TempPathFactory) -> None:
    Reviewing.folder = tmp_path_factory
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Reviewing,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
