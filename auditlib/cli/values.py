"""What the arguments of several commands are: days as people write them, files, levels, filters."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from cyclopts import Parameter, Token

from auditlib.errors import UsageError
from auditlib.text import read_dollars

if TYPE_CHECKING:
    from auditlib.sampling.universe import Unit as SamplingUnit

_MONTH_DAY_YEAR: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEAR_MONTH_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def read_day(text: str) -> dt.date:
    """Return the day that a text names, as 2026-01-31 or as 1/31/2026.

    Raises
    ------
    UsageError
        If it is written otherwise, or there is no such day.
    """
    try:
        if iso := _YEAR_MONTH_DAY.fullmatch(text.strip()):
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if american := _MONTH_DAY_YEAR.fullmatch(text.strip()):
            return dt.date(int(american[3]), int(american[1]), int(american[2]))
    except ValueError:
        message = f"There is no day '{text}'."
    else:
        message = f"'{text}' is not a date as it is read here."
    raise UsageError(message, hint="Write year-month-day, as 2026-01-31, or month/day/year, as 1/31/2026.")


def converted_day(_: type, tokens: Sequence[Token]) -> dt.date:
    """Return the day that was typed; see `read_day`."""
    return read_day(tokens[0].value)


def converted_dollars(_: type, tokens: Sequence[Token]) -> Decimal:
    """Return the dollars that were typed.

    Raises
    ------
    UsageError
        If they have two readings, or none.
    """
    text = tokens[0].value
    amount = read_dollars(text)
    if amount is None:
        message = f"'{text}' is no amount in dollars and cents."
        raise UsageError(message, hint="Write it as 1234.50.")
    return amount


def read_share(text: str) -> float:
    """Return the share that a text names: 0.95, 95 and 95% are the same.

    Raises
    ------
    UsageError
        If it is no share between 0 and 100 percent.
    """
    number = text.strip().removesuffix("%").strip()
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    # 1 is all of it: nobody sets a target of 1 percent.
    share = value / 100 if text.strip().endswith("%") or value > 1 else value
    if not 0 <= share <= 1:
        message = f"'{text}' is no share."
        raise UsageError(message, hint="Write a share as 0.95, 95 or 95%.")
    return share


def _converted_share(_: type, tokens: Sequence[Token]) -> float:
    return read_share(tokens[0].value)


def _converted_formats(_: type, tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(part.strip() for token in tokens for part in token.value.split(",") if part.strip())


def require_new_file(path: Path | None) -> None:
    """Refuse a file to be written where its folder is absent or may not be written to.

    Raises
    ------
    UsageError
        If that is so.
    """
    if path is None:
        return
    folder = path.absolute().parent
    if path.is_dir():
        message = f"{path} is a folder, not a file to write."
    elif not folder.is_dir():
        message = f"There is no folder {folder} to write {path.name} into."
    elif not os.access(path if path.exists() else folder, os.W_OK):
        message = f"{path} may not be written."
    else:
        return
    raise UsageError(message, hint="Name a file in a folder that you may write to.")


def _checked_new_file(_: type, path: Path | None) -> None:
    require_new_file(path)


Day: TypeAlias = Annotated[dt.date, Parameter(converter=converted_day)]
FromDay: TypeAlias = Annotated[dt.date | None, Parameter(name="--from", converter=converted_day)]
ToDay: TypeAlias = Annotated[dt.date | None, Parameter(name="--to", converter=converted_day)]
AsOf: TypeAlias = Annotated[dt.date | None, Parameter(name="--as-of", converter=converted_day)]
NewFile: TypeAlias = Annotated[Path, Parameter(validator=_checked_new_file)]
Share: TypeAlias = Annotated[float, Parameter(converter=_converted_share)]
Formats: TypeAlias = Annotated[tuple[str, ...], Parameter(converter=_converted_formats, n_tokens=1)]
Pack: TypeAlias = Literal["audit", "scorecard", "education", "denials", "workpaper"]
TARGET: Final = 0.95
AuditName: TypeAlias = Annotated[str | None, Parameter(name="--audit")]
Unit: TypeAlias = Literal["encounter", "claim", "line", "code", "machine-code"]
StratifyBy: TypeAlias = Literal[
    "encounter_class", "coder_id", "provider_id", "payer_id", "service_month", "confidence_band"
]
Sides: TypeAlias = Literal["two-sided", "lower", "upper"]
Programme: TypeAlias = Literal["PIM", "OIG", "SDP", "CIA", "CERT", "RADV"]
MissingRule: TypeAlias = Literal["error-in-full", "increment", "excluded", "not-reviewed"]


def sampling_unit(unit: Unit) -> SamplingUnit:
    """Return the sampling unit that a word of the command line names."""
    return "machine code" if unit == "machine-code" else unit
