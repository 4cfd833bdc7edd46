"""Blindness: what is hidden from the reviewers of an audit, until an event opens it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.review.chart import Chart, ChartCode, ChartFinding
from auditlib.review.person import same_person

UNBLINDED: Final = "unblinded"
HIDDEN: Final = "hidden in this audit"
BlindTo = Literal[
    "codes", "coder", "payer", "findings", "first reviewer", "machine suggestion", "suggested codes"
]
"""The coder's codes, discharge status and DRG; who coded; payer, charge and outcome; findings of checks;
other reviewers' verdicts; sentences that the program marks as evidence, and codes that a machine coder
suggests; only the latter."""
BLIND_TO: Final[tuple[BlindTo, ...]] = get_args(BlindTo)
SUGGESTED_CODES: Final = frozenset({"machine suggestion", "suggested codes"})
"""The levels that hide the codes of machine coders."""
REVIEWERS: Final = "reviewers"
"""The level that an adjudicator opens: the names of the reviewers."""
_OF_PAYMENTS: Final = "RED-"
# The fields of a chart that each level withholds.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "codes": ("codes", "findings", "highlights", "discharge_status_code", "billed_drg_code"),
    "coder": ("coder_id",),
    "payer": ("payer_name", "charge_amount", "payer_answer", "paid_drg_code"),
    "findings": ("findings",),
    "first reviewer": (),
    "machine suggestion": ("highlights", "suggestions"),
    "suggested codes": ("suggestions",),
}


@dataclass(frozen=True, slots=True)
class Blindness:
    """What is hidden from a reviewer.

    Parameters
    ----------
    hidden
        The levels that are hidden.
    """

    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, levels: Iterable[str]) -> Blindness:
        """Return the blindness to some levels.

        Raises
        ------
        UsageError
            If there is no such level.
        """
        hidden = frozenset(levels)
        if unknown := sorted(hidden - set(BLIND_TO)):
            message = f"A review cannot be blind to '{unknown[0]}'."
            raise UsageError(message, hint=f"Choose among: {', '.join(BLIND_TO)}.")
        return cls(hidden)

    @property
    def levels(self) -> tuple[BlindTo, ...]:
        """The hidden levels in their usual order."""
        return tuple(level for level in BLIND_TO if level in self.hidden)

    @property
    def sentence(self) -> str:
        """What is hidden, in words."""
        return f"Hidden from reviewers: {', '.join(self.levels) or 'nothing'}."

    def opened(self, levels: Iterable[str]) -> Blindness:
        """Return the blindness that is left when levels are opened."""
        return Blindness(self.hidden - set(levels))

    def of_chart(self, chart: Chart) -> Chart:
        """Return a chart without what is hidden; `Chart.hidden_fields` names what it was.

        A hidden coder, payer or charge is hidden in the words of the findings that remain, too.
        """
        fields = tuple(dict.fromkeys(name for level in self.levels for name in _FIELDS[level]))
        withheld = _words_of(chart, fields)
        codes = tuple(
            ChartCode(
                code.assigned,
                code.short_description,
                () if "findings" in fields else _without(code.findings, withheld, fields),
                None if "payer_answer" in fields else code.payer_answer,
            )
            for code in chart.codes
        )
        return replace(
            chart,
            codes=() if "codes" in fields else codes,
            findings=() if "findings" in fields else _without(chart.findings, withheld, fields),
            highlights={} if "highlights" in fields else chart.highlights,
            suggestions=() if "suggestions" in fields else chart.suggestions,
            coder_id=None if "coder_id" in fields else chart.coder_id,
            payer_name=None if "payer_name" in fields else chart.payer_name,
            charge_amount=None if "charge_amount" in fields else chart.charge_amount,
            discharge_status_code=None if "discharge_status_code" in fields else chart.discharge_status_code,
            billed_drg_code=None if "billed_drg_code" in fields else chart.billed_drg_code,
            paid_drg_code=None if "paid_drg_code" in fields else chart.paid_drg_code,
            hidden_fields=fields,
        )


def _words_of(chart: Chart, fields: Iterable[str]) -> tuple[str, ...]:
    """Return the hidden values as findings may write them."""
    words: list[str] = []
    for name in fields:
        value = getattr(chart, name) if name in {"coder_id", "payer_name", "charge_amount"} else None
        if value is not None:
            words += [str(value)] if isinstance(value, str) else [f"{value:,.2f}", f"{value:.2f}", str(value)]
    return tuple(sorted(filter(None, words), key=len, reverse=True))


def _without(
    findings: Iterable[ChartFinding], withheld: Iterable[str], fields: Collection[str]
) -> tuple[ChartFinding, ...]:
    cleaned = []
    for finding in findings:
        # Checks on reduced payments say what the payer answered.
        if "payer_answer" in fields and finding.check_id.startswith(_OF_PAYMENTS):
            continue
        detail, accepted_because = finding.detail, finding.accepted_because
        for word in withheld:
            detail = detail.replace(word, HIDDEN)
            accepted_because = accepted_because and accepted_because.replace(word, HIDDEN)
        amount = None if "charge_amount" in fields else finding.at_stake_amount
        cleaned.append(
            replace(finding, detail=detail, at_stake_amount=amount, accepted_because=accepted_because)
        )
    return tuple(cleaned)


def opened_levels(events: Iterable[Event], reviewer: str) -> dict[str, frozenset[str]]:
    """Return the levels that a reviewer opened, by chart or audit (its name is then the subject)."""
    opened: dict[str, frozenset[str]] = {}
    for event in events:
        if event.kind == UNBLINDED and same_person(event.actor, reviewer):
            level = str(event.payload.get("level"))
            opened[event.subject] = opened.get(event.subject, frozenset()) | {level}
    return opened
