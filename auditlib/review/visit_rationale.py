"""Why a verdict on a visit holds its level: what was ticked for problems, data, risk and minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from auditlib.codes.systems import CPT
from auditlib.codes.visit_levels import ELEMENTS, VisitLevel, VisitWork, is_visit_code, visit_level
from auditlib.errors import UsageError


@dataclass(frozen=True, slots=True)
class VisitRationale:
    """What a reviewer ticked for a visit, and the day by whose rules it is read.

    Parameters
    ----------
    service_date
        The day of service.
    work
        What the record shows.

    Raises
    ------
    UsageError
        If nothing is ticked.
    """

    service_date: dt.date
    work: VisitWork

    def __post_init__(self) -> None:
        if self.work.is_empty:
            message = "The level of the visit has no rationale: nothing is ticked."
            raise UsageError(message, hint="Tick problems, data or risk, or give the minutes.")

    def level_of(self, code: str) -> VisitLevel:
        """Return what the record supports of a billed visit: `auditlib.codes.visit_levels.visit_level`."""
        return visit_level(code, self.service_date, self.work)

    def to_values(self) -> dict[str, object]:
        """Return the rationale as JSON values."""
        work = self.work
        return {
            "service_date": self.service_date.isoformat(),
            "problems": work.problems,
            "data": work.data,
            "risk": work.risk,
            "minutes": work.minutes,
        }

    @classmethod
    def from_values(cls, values: object) -> VisitRationale:
        """Return the rationale in JSON values, as `to_values` gives them.

        Raises
        ------
        UsageError
            If the values are not those of a rationale.
        """
        message = "The rationale of a visit's level cannot be read."
        hint = "It has a service_date as 2026-01-31, problems, data and risk as words, and whole minutes."
        if not isinstance(values, Mapping):
            raise UsageError(message, hint=hint)
        levels = {name: values.get(name) for name in ELEMENTS}
        minutes = values.get("minutes")
        texts = {name: level for name, level in levels.items() if isinstance(level, str)}
        if any(level is not None for name, level in levels.items() if name not in texts) or not (
            minutes is None or isinstance(minutes, int)
        ):
            raise UsageError(message, hint=hint)
        try:
            day = dt.date.fromisoformat(str(values.get("service_date")))
        except ValueError as error:
            raise UsageError(message, hint=hint) from error
        return cls(day, VisitWork(**texts, minutes=minutes))


def require_visit(code_system: str | None, code: str | None) -> None:
    """Raise if a code is not that of a visit, whose level a rationale could be about."""
    if code_system != CPT or code is None or not is_visit_code(code):
        message = "Only the code of a visit has a rationale of its level."
        raise UsageError(message, hint="Leave problems, data, risk and minutes empty.")
