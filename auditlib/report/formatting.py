"""How values are written for people: dates, dollars, rates, codes; one place for reports and notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

import polars as pl

from auditlib.codes import form_of
from auditlib.codes.systems import ICD10CM
from auditlib.report.labels import label_of
from auditlib.text import MONTHS, format_date, format_dollars, format_share, printable, up_to_unmapped

_SHARES = frozenset(
    {
        "rate",
        "chance",
        "lower",
        "upper",
        "confidence",
        "rate_with_unmapped",
        "rate_with_unpriced",
        "first_rate",
        "second_rate",
        "difference",
        "detectable_difference",
        *(f"{who}_{what}" for who in ("coder", "machine") for what in ("rate", "lower", "upper")),
        "difference_lower",
        "difference_upper",
        "mean_confidence",
        "shown_rate",
        "hidden_rate",
        "pull",
    }
)
_AMOUNTS = frozenset({"payment_difference", "denied_amount_per_claim", "amount_lower", "amount_upper"})
_CODES = frozenset({"code", "related_code", "corrected_code", "ticket"})
ABSENT = "-"


class Kind(Enum):
    """What a column holds, which decides how it is written and aligned."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    AMOUNT = "amount"
    SHARE = "share"
    RATE = "rate"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    TIME = "time"
    LOCAL_TIME = "local time"
    FLAG = "flag"

    @property
    def is_number(self) -> bool:
        """Whether values are set against the right edge."""
        return self in (Kind.COUNT, Kind.AMOUNT, Kind.SHARE, Kind.RATE, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What stands in the place of a value that is not shown."""

    text: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table for people."""

    name: str
    label: str
    kind: Kind


def columns_of(frame: pl.DataFrame, labels: Mapping[str, str]) -> list[TableColumn]:
    """Return the columns with labels and kinds, by name and type."""
    return [
        TableColumn(name, labels.get(name) or label_of(name), _kind(name, kind))
        for name, kind in frame.schema.items()
    ]


def _kind(name: str, kind: pl.DataType) -> Kind:
    conditions = (
        (kind == pl.Boolean, Kind.FLAG),
        (kind == pl.Date and name.endswith("month"), Kind.MONTH),
        (kind == pl.Date, Kind.DATE),
        # What a chart or file says of its own time has no zone; what the workbench records is UTC.
        (isinstance(kind, pl.Datetime) and name == "written_at", Kind.LOCAL_TIME),
        (isinstance(kind, pl.Datetime), Kind.TIME),
        (name.endswith("_amount") or name in _AMOUNTS, Kind.AMOUNT),
        (kind.is_integer(), Kind.COUNT),
        (kind.is_float() and (name in _SHARES or name.endswith("share")), Kind.SHARE),
        (kind.is_numeric(), Kind.NUMBER),
        (name.endswith("sha256") or name in _CODES, Kind.CODE),
    )
    return next((chosen for holds, chosen in conditions if holds), Kind.TEXT)


def written(value: object, kind: Kind) -> str:
    """Return a value as text.

    Examples
    --------
    >>> import datetime as dt
    >>> from decimal import Decimal
    >>> written(dt.date(2026, 3, 3), Kind.DATE), written(Decimal("1234.5"), Kind.AMOUNT)
    ('Mar 3, 2026', '$1,234.50')
    >>> written(None, Kind.COUNT), written(1200, Kind.COUNT), written(True, Kind.FLAG)
    ('-', '1,200', 'yes')
    """
    match value:
        case Withheld():
            text = value.text
        case None:
            text = ABSENT
        case bool():
            text = "yes" if value else "no"
        case dt.datetime():
            text = f"{format_date(value)}, {value:%H:%M}{'' if kind is Kind.LOCAL_TIME else ' UTC'}"
        case dt.date():
            text = f"{MONTHS[value.month - 1]} {value.year}" if kind is Kind.MONTH else format_date(value)
        case int() | float() | Decimal():
            text = _written_number(value, kind)
        case _:
            text = printable(str(value))
    return text


def _written_number(value: float | Decimal, kind: Kind) -> str:
    if kind is Kind.AMOUNT:
        return format_dollars(value)
    if kind is Kind.SHARE:
        return format_share(float(value))
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def format_rate(rate: object, lower: object, upper: object, undefined_reason: object) -> str:
    """Return a rate with its interval, or why it is undefined.

    Examples
    --------
    >>> format_rate(0.934, 0.901, 0.957, None), format_rate(None, None, None, "no claim was denied")
    ('93.4 % (90.1-95.7 %)', 'not defined: no claim was denied')
    """
    if isinstance(rate, Withheld):
        return rate.text
    if not isinstance(rate, (int, float)):
        return f"not defined: {undefined_reason}" if undefined_reason else ABSENT
    if not isinstance(lower, (int, float)) or not isinstance(upper, (int, float)):
        return format_share(rate)
    return f"{format_share(rate)} ({100 * lower:.1f}-{100 * upper:.1f} %)"


def rate_with_counts(rates: pl.DataFrame) -> str:
    """Return the rate of a frame's first row with its interval and counts; of no row, that there is none."""
    if rates.is_empty():
        return "nothing measured"
    row = rates.row(0, named=True)
    rate = format_rate(row["rate"], row["lower"], row["upper"], row["undefined_reason"])
    counts = (
        f", {row['numerator_count']:,} of {row['denominator_count']:,}" if row["denominator_count"] else ""
    )
    return rate + counts + up_to_unmapped(row["rate"], row.get("rate_with_unmapped"))


def unbroken(number: str) -> str:
    r"""Return a number or rate that breaks only before its counts; a reason in words may break anywhere.

    Examples
    --------
    >>> unbroken("93.4 % (90.1-95.7 %), 9 of 10")
    '93.4\xa0%\xa0(90.1-95.7\xa0%), 9\xa0of\xa010'
    """
    if number.startswith("not "):
        return number
    return number.replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", ")


def dotted(code: object, code_system: object) -> object:
    """Return ICD-10-CM codes, one or several with commas between, with their dots; any other as it is."""
    if code_system != ICD10CM or not isinstance(code, str):
        return code
    form = form_of(ICD10CM)
    return ", ".join(form.format(one) if form.has_shape(one) else one for one in code.split(", "))
