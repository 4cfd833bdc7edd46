"""A reviewer's verdict on one code: its rules, and its form in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from auditlib.codes.systems import CPT, HCPCS, ICD10CM
from auditlib.codes.visit_levels import VisitLevel
from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.code_entry import CorrectedCode, require_choice
from auditlib.review.evidence_passage import EvidencePassage
from auditlib.review.payment_difference import read_difference, require_difference, require_origin
from auditlib.review.visit_rationale import VisitRationale, require_visit
from auditlib.text import is_plain

ACTIONS: Final = ("agree", "change", "delete", "add")
ERROR_KINDS: Final = (
    "wrong code",
    "missed code",
    "unsupported code",
    "not specific",
    "sequencing",
    "modifier",
    "units",
    "POA",
)
CAUSES: Final = (
    "coder rule",
    "coder oversight",
    "documentation missing",
    "documentation conflicting",
    "template or computer-assisted coding",
    "system or charge master",
    "guideline change",
    "auditor error",
)
SEVERITIES: Final = ("minor", "major", "critical")
"""How much an error matters, as the audit grades it: no figure changes; payment, quality or risk changes; or
the error may oblige to repay or to report."""
MISSED: Final = "missed code"
LONGEST_COMMENT: Final = 2_000
LONGEST_KIND: Final = 60

# A position of the coder's list, or an added code by `addition_key`.
VerdictKey = tuple[int] | tuple[str, ...]

_LISTED_ROLES: Final = frozenset({"principal", "secondary"})
_REPLACED: Final = "replaces"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's verdict on one code.

    Parameters
    ----------
    encounter_id
        The chart.
    action
        One of `ACTIONS`.
    code_number, code_system, code
        The coder's code; all None if a missed code is added.
    corrected
        The correct code; required for change and add.
    error_kind
        One of `ERROR_KINDS`; required unless the reviewer agrees. Only an added code is a missed code.
    cause
        One of `CAUSES`; required unless the reviewer agrees.
    comment
        The reviewer's own words, or None.
    evidence
        The passage of the chart that the verdict rests on, or None.
    payment_difference
        What was paid less what would have been right, in dollars and cents: plus is overpaid, minus
        underpaid. None if the verdict is not priced, as an agreement never is.
    own_kind
        The workspace's own name for the kind of error, within ``error_kind``; see
        `auditlib.review.own_kinds`. None where the standard kind says enough.
    visit
        Of the code of a visit: what was ticked for its level; or None.
    severity
        One of `SEVERITIES`, for an error; None where it is not graded.
    payment_origin
        How the payment difference came about where it was computed; None where the reviewer entered it.

    Raises
    ------
    UsageError
        If a field is missing or not allowed; the message names it and the valid values.
    """

    encounter_id: str
    action: str
    code_number: int | None = None
    code_system: str | None = None
    code: str | None = None
    corrected: CorrectedCode | None = None
    error_kind: str | None = None
    cause: str | None = None
    comment: str | None = None
    evidence: EvidencePassage | None = None
    payment_difference: Decimal | None = None
    own_kind: str | None = None
    visit: VisitRationale | None = None
    severity: str | None = None
    payment_origin: str | None = None

    def __post_init__(self) -> None:
        require_choice("action", self.action, ACTIONS)
        self._require("code_number", self.code_number, needed=self.action != "add")
        self._require("code_system", self.code_system, needed=self.action != "add")
        self._require("code", self.code, needed=self.action != "add")
        self._require("corrected code", self.corrected, needed=self.action in {"change", "add"})
        self._require("error kind", self.error_kind, needed=self.action != "agree", choices=ERROR_KINDS)
        self._require("cause", self.cause, needed=self.action != "agree", choices=CAUSES)
        if self.error_kind is not None and (self.error_kind == MISSED) != (self.action == "add"):
            message = f"The error kind '{self.error_kind}' does not go with '{self.action}'."
            raise UsageError(
                message, hint=f"'{self.action}' goes with: {', '.join(error_kinds_of(self.action))}."
            )
        if self.comment is not None and not is_comment(self.comment):
            message = "The comment is not valid."
            raise UsageError(message, hint=f"Plain text of at most {LONGEST_COMMENT} characters.")
        self._require_evidence_of_chart()
        if self.own_kind is not None and (self.error_kind is None or not is_own_kind(self.own_kind)):
            message = "The workspace's own kind of error is not valid."
            raise UsageError(message, hint=f"One line of at most {LONGEST_KIND} characters, for an error.")
        if self.severity is not None:
            if self.action == "agree":
                message = "A code that is agreed with has no severity."
                raise UsageError(message, hint="Leave it empty, or say what is wrong with the code.")
            require_choice("severity", self.severity, SEVERITIES)
        if self.payment_difference is not None:
            if self.action == "agree":
                message = "A code that is agreed with has no payment difference."
                raise UsageError(message, hint="Leave it empty, or say what is wrong with the code.")
            require_difference(self.payment_difference)
        require_origin(self.payment_origin, self.payment_difference)
        if self.visit is not None:
            require_visit(*self._judged)

    @property
    def _judged(self) -> tuple[str | None, str | None]:
        """System and code that it is about: the coder's, or the added one."""
        if self.action == "add" and self.corrected is not None:
            return self.corrected.code_system, self.corrected.code
        return self.code_system, self.code

    @property
    def visit_level(self) -> VisitLevel | None:
        """What the record supports of the visit that it judges, or None where nothing was ticked."""
        code = self._judged[1]
        return None if self.visit is None or code is None else self.visit.level_of(code)

    def _require_evidence_of_chart(self) -> None:
        if self.evidence is None:
            return
        if self.evidence.document_id.rpartition(":")[0] != self.encounter_id:
            message = "The evidence is of another chart."
            raise UsageError(message, hint="A verdict rests on a document of its own chart.")

    def _require(
        self, name: str, value: object, *, needed: bool, choices: tuple[str, ...] | None = None
    ) -> None:
        if needed and value is None:
            message = f"To {self.action} a code, the {name} is needed."
            raise UsageError(message, hint=f"Choose among: {', '.join(choices)}." if choices else None)
        if not needed and value is not None:
            message = f"To {self.action} a code, the {name} must be empty."
            raise UsageError(message)
        if value is not None and choices is not None:
            require_choice(name, value, choices)

    @property
    def key(self) -> VerdictKey:
        """The code that it is about: of two verdicts with the same key, the later one is current."""
        if self.code_number is not None:
            return (self.code_number,)
        assert self.corrected is not None  # noqa: S101 - `__post_init__` refused an addition without it
        return addition_key(self.corrected)

    def to_payload(self) -> dict[str, object]:
        """Return the verdict as JSON values, without its encounter, which is the subject of the event."""
        return {
            "action": self.action,
            "code_number": self.code_number,
            "code_system": self.code_system,
            "code": self.code,
            "corrected": None if self.corrected is None else self.corrected.to_values(),
            "error_kind": self.error_kind,
            "cause": self.cause,
            "comment": self.comment,
            "evidence": None if self.evidence is None else self.evidence.to_values(),
            "payment_difference": (
                None if self.payment_difference is None else f"{self.payment_difference:.2f}"
            ),
            # Absent where there is none, as earlier versions wrote it.
            **({} if self.own_kind is None else {"own_kind": self.own_kind}),
            **({} if self.severity is None else {"severity": self.severity}),
            **({} if self.payment_origin is None else {"payment_origin": self.payment_origin}),
            # Only where given: what findings are known by stays the same for all others.
            **({} if self.visit is None else {"visit": self.visit.to_values()}),
        }

    @classmethod
    def from_payload(cls, encounter_id: str, payload: Mapping[str, object]) -> Verdict:
        """Return the verdict in JSON values: an event's payload, or part of a recorded audit.

        Evidence, payment difference and the rationale of a visit may be absent, as earlier versions wrote
        none of them.

        Raises
        ------
        UsageError
            If the values are not those of a verdict.
        """
        corrected = payload.get("corrected")
        evidence, visit = payload.get("evidence"), payload.get("visit")
        code_number = payload.get("code_number")
        if code_number is not None and (not isinstance(code_number, int) or isinstance(code_number, bool)):
            message = "The code_number of a verdict is a position in the list of codes, or null."
            raise UsageError(message)
        # Most are absent, and a ledger has many verdicts: so they are not looked at one by one.
        given = {name: _optional_text(name, payload[name]) for name in _TEXT_FIELDS & payload.keys()}
        texts = {**_NO_TEXTS, **given}
        return cls(
            encounter_id=encounter_id,
            action=texts["action"] or "",
            code_number=code_number,
            code_system=texts["code_system"],
            code=texts["code"],
            corrected=None if corrected is None else CorrectedCode.from_values(corrected),
            error_kind=texts["error_kind"],
            cause=texts["cause"],
            comment=texts["comment"],
            evidence=None if evidence is None else EvidencePassage.from_values(evidence),
            payment_difference=read_difference(payload.get("payment_difference")),
            own_kind=texts["own_kind"],
            visit=None if visit is None else VisitRationale.from_values(visit),
            severity=texts["severity"],
            payment_origin=texts["payment_origin"],
        )


_TEXT_FIELDS: Final = frozenset(
    {
        "action",
        "code_system",
        "code",
        "error_kind",
        "cause",
        "comment",
        "own_kind",
        "severity",
        "payment_origin",
    }
)
_NO_TEXTS: Final[Mapping[str, str | None]] = dict.fromkeys(_TEXT_FIELDS)


def is_own_kind(text: str) -> bool:
    """Return True if a text can name a kind of error: one plain line, not too long, of no standard kind."""
    return is_plain(text) and 0 < len(text.strip()) <= LONGEST_KIND and text not in ERROR_KINDS


def addition_key(added: CorrectedCode) -> tuple[str, ...]:
    """Return what an added code is known by: of two additions with the same key, the later one is current.

    A diagnosis is known by its code and role; principal and secondary are one, as a claim lists a diagnosis
    once. A service or supply is known by its code and modifiers, in whatever order.

    Examples
    --------
    >>> addition_key(CorrectedCode("CPT", "20610", "procedure", modifiers=("RT",)))
    ('CPT', '20610', 'RT')
    >>> addition_key(CorrectedCode("ICD-10-CM", "E119", "principal"))
    ('ICD-10-CM', 'E119', 'secondary')
    """
    if added.code_system == ICD10CM:
        role = "secondary" if added.code_role in _LISTED_ROLES else added.code_role
        return (added.code_system, added.code, role)
    modifiers = sorted(added.modifiers) if added.code_system in {CPT, HCPCS} else ()
    return (added.code_system, added.code, *modifiers)


def event_payload(verdict: Verdict, replaced: CorrectedCode | None = None) -> dict[str, object]:
    """Return the payload of the event that records or withdraws a verdict.

    Parameters
    ----------
    verdict
        The verdict.
    replaced
        The addition that it takes the place of, where the reviewer changed an added code; or None.
    """
    if verdict.action != "add":
        return verdict.to_payload()
    return {**verdict.to_payload(), _REPLACED: None if replaced is None else replaced.to_values()}


def replaced_addition(event: Event) -> CorrectedCode | None:
    """Return the addition that the verdict of an event takes the place of, or None.

    Raises
    ------
    StoreError
        If it cannot be read, because another version wrote it.
    """
    values = event.payload.get(_REPLACED)
    try:
        return None if values is None else CorrectedCode.from_values(values)
    except UsageError as error:
        raise _unreadable(event) from error


def is_known_by_code_alone(event: Event) -> bool:
    """Return True if an auditlib recorded it that showed one addition of a code, whatever its modifiers."""
    return event.payload.get("action") == "add" and _REPLACED not in event.payload


def error_kinds_of(action: str) -> tuple[str, ...]:
    """Return the error kinds that go with an action."""
    if action == "agree":
        return ()
    return tuple(kind for kind in ERROR_KINDS if (kind == MISSED) == (action == "add"))


def verdict_of(event: Event) -> Verdict:
    """Return the verdict of a ledger event of that kind.

    Raises
    ------
    StoreError
        If the event has no valid verdict, because another version wrote it.
    """
    try:
        return Verdict.from_payload(event.subject, event.payload)
    except UsageError as error:
        raise _unreadable(event) from error


def _unreadable(event: Event) -> StoreError:
    message = f"Event {event.event_number} of the ledger holds no verdict that this auditlib can read."
    return StoreError(message, hint="Use the auditlib that wrote it, or a newer one.")


def _optional_text(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        message = f"The {name} of a verdict is text, or null."
        raise UsageError(message)
    return (value or "").strip() or None


def is_comment(text: str) -> bool:
    """Return True if a text can be the comment of a verdict: plain, not blank, not too long."""
    return is_plain(text, allowed="\n\t") and 0 < len(text) <= LONGEST_COMMENT
