"""What was planted, measured: the numbers that data/README.md states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from tools.synthetic.adjudication import JUMP_PAYER, JUMP_REASON
from tools.synthetic.episodes import RemitClaim
from tools.synthetic.organisation import payers
from tools.synthetic.universe import Universe

DRIFTING_CODER = "C07"
VAGUE_KIND = "not specific"
VAGUE_REASONS = ("11", "50")
_RIGHT_ACTIONS = {"agree", "change", "add"}


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, counted."""

    part: int
    whole: int

    def percent(self) -> str:
        """Return the share in percent with one decimal, rounded half up in integers."""
        if not self.whole:
            return "-"
        tenths = (2000 * self.part + self.whole) // (2 * self.whole)
        return f"{tenths // 10}.{tenths % 10} %"


@dataclass(frozen=True, slots=True)
class Chart:
    """One audited chart: who coded it, when, and what was recorded."""

    coder_id: str
    coded_date: date
    verdicts: list[dict[str, object]]


def charts(universe: Universe) -> list[Chart]:
    """Return the recorded audit of all encounters, authored ones first."""
    authored = [Chart(case.coder_id, case.coded_date, case.verdicts) for case in universe.authored]
    generated = [
        Chart(case.encounter.coder_id, case.encounter.coded_date, case.verdicts) for case in universe.cases
    ]
    return [*authored, *generated]


def accuracy(rows: Iterable[Chart]) -> Share:
    """Return code-over-code accuracy: codes agreed to, of the right codes."""
    actions = Counter(str(verdict["action"]) for row in rows for verdict in row.verdicts)
    return Share(actions["agree"], sum(actions[action] for action in _RIGHT_ACTIONS))


def accuracy_by(rows: list[Chart], label: Callable[[Chart], str]) -> dict[str, tuple[int, Share]]:
    """Return the number of charts and the accuracy by label, in the order of the labels."""
    labels = sorted({label(row) for row in rows})
    return {
        name: (len(mine), accuracy(mine))
        for name in labels
        for mine in [[row for row in rows if label(row) == name]]
    }


def first_answers(universe: Universe) -> list[RemitClaim]:
    """Return the answer to the first claim of every encounter that was answered."""
    return [row for episode in universe.episodes for row in [episode.first_answer] if row is not None]


def denied(rows: Iterable[RemitClaim], reasons: tuple[str, ...] = ()) -> Share:
    """Return the answers that deny the claim or some of its lines, for these reasons or any."""
    rows = list(rows)
    hits = [row for row in rows if row.decision.denial is not None]
    if reasons:
        hits = [row for row in hits if row.decision.denial and row.decision.denial.reason in reasons]
    return Share(len(hits), len(rows))


def paid_nothing(rows: Iterable[RemitClaim]) -> Share:
    """Return the answers that pay nothing because of a denial."""
    rows = list(rows)
    return Share(sum(row.decision.is_denied for row in rows), len(rows))


def jump(universe: Universe) -> dict[str, tuple[Share, Share, Share]]:
    """Return, by month of submission: denied by the payer that jumps, of it for its reason, by the others."""
    rows = first_answers(universe)
    result = {}
    for month in sorted({f"{row.claim.submit_date:%Y-%m}" for row in rows}):
        of_month = [row for row in rows if f"{row.claim.submit_date:%Y-%m}" == month]
        mine = [row for row in of_month if row.claim.payer_id == JUMP_PAYER]
        others = [row for row in of_month if row.claim.payer_id != JUMP_PAYER]
        result[month] = (denied(mine), denied(mine, (JUMP_REASON,)), denied(others))
    return result


def vague_denials(universe: Universe) -> dict[str, tuple[Share, Share]]:
    """Return, by payer, denials with CARC 11 or 50: of claims with an unspecific diagnosis, and of others."""
    with_vague = {
        case.encounter.encounter_id
        for case in universe.cases
        if any(row.error_kind == VAGUE_KIND and row.way == "vague" for row in case.coding.codes)
    }
    rows = [row for row in first_answers(universe) if row.claim.visit.encounter_id[0] == "E"]
    result = {}
    for payer_id in payers():
        mine = [row for row in rows if row.claim.payer_id == payer_id]
        vague = [row for row in mine if row.claim.visit.encounter_id in with_vague]
        plain = [row for row in mine if row.claim.visit.encounter_id not in with_vague]
        result[payer_id] = (denied(vague, VAGUE_REASONS), denied(plain, VAGUE_REASONS))
    return result


def slips(universe: Universe) -> dict[str, int]:
    """Return how often each thing that a check should find was planted in generated encounters."""
    ways = Counter(row.way for case in universe.cases for row in case.coding.codes if row.way)
    firsts = [case.episode.claims[0] for case in universe.cases if case.episode.claims]
    billing = Counter(slip for claim in firsts for slip in claim.slips)
    twice = sum(
        sum(claim.frequency == "1" and claim.sequence == "P" for claim in case.episode.claims) > 1
        for case in universe.cases
    )
    return {
        "DX-01 a code with a digit too many": ways["typo"],
        "DX-02 a category in the place of a code": ways["header"],
        "DX-03 a code that ended on 2025-09-30": ways["old"],
        "DX-06 a code that an Excludes1 note forbids beside another": ways["clash"],
        "DX-13 a diagnosis twice": ways["duplicate"],
        "DX-22 a pointer to a diagnosis that is not there": billing["pointer"],
        "DUP-01 a line twice on one claim": billing["line twice"],
        "DUP-01 an original claim sent twice": twice,
    }
