"""A code of a chart: as the coder assigned it, and as the reviewer corrected it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Final

from auditlib.codes import form_of, normalise_code
from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS, MODIFIER
from auditlib.errors import UsageError

CODE_SYSTEMS: Final = (ICD10CM, ICD10PCS, CPT, HCPCS)
CODE_ROLES: Final = ("principal", "secondary", "admitting", "reason for visit", "external cause", "procedure")
POA_INDICATORS: Final = ("Y", "N", "U", "W", "1")
MODIFIER_LIMIT: Final = 4

_LARGEST_UNIT_COUNT: Final = Decimal(999_999)


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Return the value if it is one of the choices, else raise with the choices."""
    if not isinstance(value, str) or value not in choices:
        # The input is not repeated in the message: it may contain anything.
        message = f"The {name} is not a known one."
        raise UsageError(message, hint=f"Choose among: {', '.join(choices)}.")
    return value


@dataclass(frozen=True, slots=True)
class AssignedCode:
    """One code that the coder assigned, as in ``core.encounter_code``.

    Parameters
    ----------
    code_number
        Position in the encounter's list, from 1.
    code_system, code
        The code, upper-case without dots.
    code_role
        One of `CODE_ROLES`.
    poa_indicator
        Present on admission, or None.
    modifiers
        Up to four, in order.
    unit_count
        Units of a procedure or supply, or None.
    """

    code_number: int
    code_system: str
    code: str
    code_role: str
    poa_indicator: str | None = None
    modifiers: tuple[str, ...] = ()
    unit_count: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CorrectedCode:
    """The correct code in place of the coder's, or a missed code.

    Parameters
    ----------
    code_system
        One of `CODE_SYSTEMS`.
    code
        Upper-case without dots, in the form of the system; whether it exists on a date is up to the checks.
    code_role
        One of `CODE_ROLES`.
    poa_indicator
        One of `POA_INDICATORS`, or None.
    modifiers
        Up to four, of two letters or digits.
    unit_count
        More than zero, or None.

    Raises
    ------
    UsageError
        If a field is not valid; the message lists the valid values.
    """

    code_system: str
    code: str
    code_role: str
    poa_indicator: str | None = None
    modifiers: tuple[str, ...] = ()
    unit_count: Decimal | None = None

    def __post_init__(self) -> None:
        require_choice("code system", self.code_system, CODE_SYSTEMS)
        form = form_of(self.code_system)
        object.__setattr__(self, "code", normalise_code(self.code))
        if not form.has_shape(self.code):
            message = f"The corrected code does not look like {self.code_system}."
            raise UsageError(message, hint=f"{self.code_system}: {form.described}; dots may be omitted.")
        require_choice("role", self.code_role, CODE_ROLES)
        if self.poa_indicator is not None:
            require_choice("POA indicator", self.poa_indicator, POA_INDICATORS)
        if len(self.modifiers) > MODIFIER_LIMIT or not all(map(form_of(MODIFIER).has_shape, self.modifiers)):
            message = "The modifiers cannot be read."
            raise UsageError(message, hint="Up to four, each of two letters or digits, as 25 or LT.")
        if self.unit_count is not None and not 0 < self.unit_count <= _LARGEST_UNIT_COUNT:
            message = "The number of units is not more than zero."
            raise UsageError(message, hint="A number such as 1 or 2.5, or nothing.")

    @classmethod
    def from_values(cls, values: object) -> CorrectedCode:
        """Return the code in JSON values from a browser, a file or a ledger event.

        Examples
        --------
        >>> values = {"code_system": "ICD-10-CM", "code": "e11.22", "code_role": "principal"}
        >>> CorrectedCode.from_values(values).code
        'E1122'
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(values, Mapping) or not values.keys() <= names:
            message = "The corrected code cannot be read."
            raise UsageError(message, hint=f"Its fields are {', '.join(sorted(names))}.")
        poa_indicator = values.get("poa_indicator")
        return cls(
            code_system=_text(values.get("code_system")),
            code=_text(values.get("code")),
            code_role=_text(values.get("code_role")),
            poa_indicator=_text(poa_indicator).strip().upper() or None,
            modifiers=_modifiers(values.get("modifiers")),
            unit_count=_unit_count(values.get("unit_count")),
        )

    def to_values(self) -> dict[str, object]:
        """Return the code as JSON values, the inverse of `from_values`."""
        return {
            "code_system": self.code_system,
            "code": self.code,
            "code_role": self.code_role,
            "poa_indicator": self.poa_indicator,
            "modifiers": list(self.modifiers),
            "unit_count": None if self.unit_count is None else plain_number(self.unit_count),
        }

    def differs_from(self, assigned: AssignedCode) -> bool:
        """Return True if anything but the position differs from the coder's code."""
        return any(getattr(self, field.name) != getattr(assigned, field.name) for field in fields(self))


def plain_number(value: Decimal) -> str:
    """Return a number without exponent and trailing zeros.

    Examples
    --------
    >>> plain_number(Decimal("2.0000")), plain_number(Decimal("100"))
    ('2', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _modifiers(value: object) -> tuple[str, ...]:
    """Return the modifiers in a list, or in one text separated by blanks or commas."""
    parts = re.split(r"[\s,]+", value) if isinstance(value, str) else value
    if parts is None:
        return ()
    if not isinstance(parts, list | tuple):
        message = "The modifiers cannot be read."
        raise UsageError(message, hint="Up to four, each of two letters or digits, as 25 or LT.")
    return tuple(normalise_code(_text(part)) for part in parts if part not in {None, ""})


def _unit_count(value: object) -> Decimal | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        # A JSON number arrives as float; its shortest text is the number in the JSON.
        count = Decimal(str(value).strip())
    except InvalidOperation:
        count = None
    if count is None or not count.is_finite() or isinstance(value, bool):
        message = "The number of units cannot be read."
        raise UsageError(message, hint="A number such as 1 or 2.5, or nothing.")
    return Decimal(plain_number(count))
