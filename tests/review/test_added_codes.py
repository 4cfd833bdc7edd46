"""Added codes: what distinguishes two additions of one code, and which of them is changed or taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from auditlib.billing.verified_codes import verified_codes
from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review import CorrectedCode, RecordedChart, ReviewSession, Verdict, verdict_frame
from auditlib.review.fold import ChartReview, fold
from auditlib.review.replay import replay
from tests.review.conftest import NOON, WORKLIST, agree

CHART = "E00001"


def knee(*modifiers: str, units: str | None = None) -> CorrectedCode:
    return CorrectedCode(
        "CPT", "20610", "procedure", None, modifiers, None if units is None else Decimal(units)
    )


def diagnosis(role: str, poa: str | None = None) -> CorrectedCode:
    return CorrectedCode("ICD-10-CM", "N183", role, poa)


def missed(corrected: CorrectedCode, comment: str | None = None) -> Verdict:
    return Verdict(
        CHART, "add", corrected=corrected, error_kind="missed code", cause="coder oversight", comment=comment
    )


def added(session: ReviewSession) -> list[CorrectedCode | None]:
    return [verdict.corrected for verdict in session.added(CHART)]


RIGHT, LEFT = knee("RT"), knee("LT")


@pytest.mark.parametrize(
    "several",
    [
        (RIGHT, LEFT),
        (RIGHT, LEFT, knee(), knee("RT", "59"), knee("RT", "RT")),
        (diagnosis("secondary"), diagnosis("admitting"), diagnosis("reason for visit")),
        (diagnosis("external cause"), diagnosis("principal")),
        (
            CorrectedCode("HCPCS", "J1100", "procedure"),
            CorrectedCode("HCPCS", "J1100", "procedure", None, ("JZ",)),
        ),
    ],
)
def test_a_code_with_other_modifiers_or_in_another_role_is_an_addition_of_its_own(
    session: ReviewSession, ledger: Ledger, several: tuple[CorrectedCode, ...]
) -> None:
    for corrected in several:
        session.decide(missed(corrected), recorded_at=NOON)
    assert added(session) == list(several)
    frame = verdict_frame(ledger.events())
    assert frame.select("corrected_code_role", "corrected_modifiers").rows() == [
        (one.code_role, ",".join(one.modifiers) or None) for one in several
    ]
    review = fold({}, ledger.events())["october", "Ada", CHART]
    values = [code.verified for code in verified_codes(WORKLIST[CHART], review) if code.action == "add"]
    assert [(value and (value.code_role, value.modifiers)) for value in values] == [
        (one.code_role, one.modifiers) for one in several
    ]
    for corrected in several[1:]:
        session.withdraw(missed(corrected), recorded_at=NOON)
    assert added(session) == [several[0]]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (RIGHT, knee("RT", units="2")),
        (knee("RT", "59"), knee("59", "RT")),
        (diagnosis("secondary"), diagnosis("secondary", "Y")),
        # A claim lists a diagnosis once, as the principal one or among the others.
        (diagnosis("secondary"), diagnosis("principal")),
        (
            CorrectedCode("ICD-10-PCS", "0SRC0JZ", "procedure"),
            CorrectedCode("ICD-10-PCS", "0SRC0JZ", "secondary"),
        ),
    ],
)
def test_the_same_addition_again_replaces_the_one_before(
    session: ReviewSession, ledger: Ledger, first: CorrectedCode, later: CorrectedCode
) -> None:
    session.decide(missed(first), recorded_at=NOON)
    session.decide(missed(LEFT), recorded_at=NOON)
    session.decide(missed(later), recorded_at=NOON)
    assert added(session) == [later, LEFT]
    assert session.decide(missed(later), recorded_at=NOON).event_number == 3
    assert len(ledger.events()) == 3


def test_a_changed_addition_leaves_no_second_one_and_keeps_its_place(
    session: ReviewSession, ledger: Ledger, open_session: Callable[..., ReviewSession]
) -> None:
    for corrected in (RIGHT, LEFT, diagnosis("secondary")):
        session.decide(missed(corrected), recorded_at=NOON)
    session.decide(missed(knee("50")), recorded_at=NOON, replaces=RIGHT)
    assert added(session) == [knee("50"), LEFT, diagnosis("secondary")]
    # The same message again, as after a cut line, changes nothing.
    event_count = len(ledger.events())
    session.decide(missed(knee("50")), recorded_at=NOON, replaces=RIGHT)
    assert len(ledger.events()) == event_count
    session.decide(missed(diagnosis("admitting")), recorded_at=NOON, replaces=diagnosis("secondary"))
    session.decide(missed(knee("LT"), "both knees"), recorded_at=NOON, replaces=LEFT)
    assert added(session) == added(open_session()) == [knee("50"), LEFT, diagnosis("admitting")]
    assert session.added(CHART)[1].comment == "both knees"
    session.withdraw(missed(knee("50")), recorded_at=NOON)
    assert added(session) == added(open_session()) == [LEFT, diagnosis("admitting")]


def test_an_addition_is_not_changed_into_another_one_or_after_it_is_gone(
    session: ReviewSession, open_session: Callable[..., ReviewSession]
) -> None:
    for corrected in (RIGHT, LEFT):
        session.decide(missed(corrected), recorded_at=NOON)
    with pytest.raises(UsageError, match="already added so"):
        session.decide(missed(knee("LT", units="2")), recorded_at=NOON, replaces=RIGHT)
    with pytest.raises(UsageError, match="no such added code"):
        session.decide(agree(CHART, 1), recorded_at=NOON, replaces=RIGHT)
    open_session().decide(missed(knee("50")), recorded_at=NOON, replaces=RIGHT)
    with pytest.raises(UsageError, match="no such added code"):
        session.decide(missed(knee("RT", "59")), recorded_at=NOON, replaces=RIGHT)
    with pytest.raises(UsageError, match="no such verdict"):
        session.withdraw(missed(RIGHT), recorded_at=NOON)
    assert added(session) == [knee("50"), LEFT]


def recorded_before(ledger: Ledger, *events: tuple[str, CorrectedCode]) -> ChartReview:
    """Return the review of events as they were recorded when a code had one addition."""
    for kind, corrected in events:
        ledger.append(
            kind=kind,
            audit="october",
            subject=CHART,
            actor="Ada",
            payload=missed(corrected).to_payload(),
            recorded_at=NOON,
        )
    return fold({}, ledger.events())["october", "Ada", CHART]


def codes_of(review: ChartReview) -> list[CorrectedCode | None]:
    return [entry.verdict.corrected for entry in review.current.values()]


def test_in_a_ledger_from_before_both_additions_of_a_code_count(ledger: Ledger) -> None:
    review = recorded_before(
        ledger, ("verdict", RIGHT), ("verdict", diagnosis("secondary")), ("verdict", LEFT)
    )
    assert codes_of(review) == [RIGHT, diagnosis("secondary"), LEFT]


def test_in_a_ledger_from_before_one_addition_of_a_code_is_replaced_and_withdrawn_as_ever(
    ledger: Ledger,
) -> None:
    review = recorded_before(
        ledger,
        ("verdict", RIGHT),
        ("verdict", diagnosis("secondary")),
        ("verdict", knee("RT", units="2")),
        ("verdict withdrawn", diagnosis("secondary")),
    )
    assert codes_of(review) == [knee("RT", units="2")]


def test_what_was_withdrawn_in_a_ledger_from_before_comes_back_with_no_other_modifiers(
    ledger: Ledger, session: ReviewSession
) -> None:
    """The screen showed the latest addition of a code only: when that was taken back, none was left."""
    drug = CorrectedCode("HCPCS", "J1100", "procedure")
    review = recorded_before(
        ledger, ("verdict", RIGHT), ("verdict", drug), ("verdict", LEFT), ("verdict withdrawn", LEFT)
    )
    assert codes_of(review) == [drug]
    # What is recorded from now on is withdrawn one by one.
    for corrected in (RIGHT, LEFT):
        session.decide(missed(corrected), recorded_at=NOON)
    session.withdraw(missed(LEFT), recorded_at=NOON)
    assert added(session) == [drug, RIGHT]


@pytest.mark.parametrize("values", ["20610", {"code_system": "CPT", "code": "1"}, {"side": "RT"}])
def test_a_replaced_addition_that_cannot_be_read_is_not_passed_over(ledger: Ledger, values: object) -> None:
    payload: Mapping[str, object] = {**missed(RIGHT).to_payload(), "replaces": values}
    event: Event = ledger.append(
        kind="verdict", audit="october", subject=CHART, actor="Ada", payload=payload, recorded_at=NOON
    )
    with pytest.raises(StoreError, match=f"Event {event.event_number} of the ledger holds no verdict"):
        fold({}, [event])


def test_a_recording_replays_both_sides_and_again_adds_nothing(ledger: Ledger) -> None:
    verdicts = [*(agree(CHART, number) for number in (1, 2, 3)), missed(RIGHT), missed(LEFT)]
    chart = RecordedChart(CHART, "Ada", tuple(verdict.to_payload() for verdict in verdicts))
    for _ in range(2):
        done = replay(
            ledger,
            [chart],
            audit="october",
            worklist={CHART: WORKLIST[CHART]},
            without_documents=(),
            recorded_at=NOON,
        )
        assert (done.completed_chart_count, done.verdict_count, done.unused) == (1, 5, ())
        assert len(ledger.events()) == 7
