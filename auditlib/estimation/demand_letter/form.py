"""The form of a demand letter: letter.toml with the figures, and CSV lists of the sample and the universe."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, cast

from auditlib.errors import BadInputError
from auditlib.estimation.number_table import NumberTable, read_number_table
from auditlib.nearest import unknown_name
from auditlib.stats.estimators.estimate import SIDES, Sides
from auditlib.stats.estimators.programmes import NETTINGS, PROGRAMMES, Demand, Netting, Programme

FILE_NAME: Final = "letter.toml"
CONTRACT: Final = "contract"
HIGH_ERROR, FAILED_EDUCATION, NOT_STATED = "high error rate", "failed education", "not stated"
PRECONDITIONS: Final = (HIGH_ERROR, FAILED_EDUCATION, NOT_STATED)
"""What a letter may say on why it extrapolates."""
DEMANDS: Final = ("lower limit", "point estimate")
ONE_STRATUM: Final = ""

FORM: Final = """\
# The numbers of a demand letter, as the letter states them. Leave out what it does not state.
# Money without $ and without commas. A figure in whole dollars is compared in whole dollars.

[letter]
programme = "PIM"                     # PIM, OIG, SDP, CIA, CERT, RADV, or contract with [contract]
precondition = "not stated"           # "high error rate", "failed education" or "not stated"
# period_from = 2024-01-01            # first and last day of service that the letter covers
# period_to = 2024-12-31

# [contract]                          # only for programme = "contract": what the contract says
# netting = "net"                     # net, overpayments only, gross
# demand = "lower limit"              # lower limit, point estimate
# confidence = 0.90
# sides = "lower"                     # lower, two-sided

[universe]
unit_count = 5000
# file = "universe.csv"               # unit_id; if known stratum, paid, service_date, frame_number

[sample]
file = "sample.csv"                   # unit_id, overpaid or (paid and allowed); if known stratum,
                                      # frame_number, service_date, recouped (taken back already)

# [draw]
# software = "RAT-STATS"
# seed = 48863.78

# [[stratum]]                         # one for each stratum, instead of universe.unit_count
# name = "A"
# unit_count = 3000
# seed = 48863.78

[claimed]
# overpaid_amount = 0.00              # overpaid in the sample, in all
# mean = 0.00
# standard_deviation = 0.00
# standard_error = 0.00               # of the total
# point = 0.00
# limit = 0.00                        # the limit that is demanded or named
# recouped = 0.00                     # taken back already, where sample.csv does not say it unit by unit
demand = 0.00
"""
"""An empty form, to be filled in."""

_KEYS: Final = {
    "letter": {"programme", "precondition", "period_from", "period_to", "title"},
    "contract": {"netting", "demand", "confidence", "sides"},
    "universe": {"unit_count", "file"},
    "sample": {"file"},
    "draw": {"software", "seed"},
    "claimed": {
        *("overpaid_amount", "mean", "standard_deviation", "standard_error", "point", "limit"),
        *("recouped", "demand"),
    },
}
_STRATUM_KEYS: Final = {"name", "unit_count", "seed"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the sample, or of the universe.

    Parameters
    ----------
    unit_id, stratum
        Its name, and its stratum; empty where there are none.
    paid, overpaid
        Dollars; None where they are not given. Underpaid is below 0.
    allowed
        What should have been paid; None where it is not given.
    recouped
        Dollars taken back already.
    frame_number
        Its number in the frame, from 1 in its stratum; None where it is not known.
    service_date
        None where it is not given.
    """

    unit_id: str
    stratum: str = ONE_STRATUM
    paid: float | None = None
    overpaid: float = 0.0
    allowed: float | None = None
    recouped: float = 0.0
    frame_number: int | None = None
    service_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DemandLetter:
    """The numbers of a demand letter.

    Parameters
    ----------
    title
        What it is called in the critique.
    programme
        The rule by which it must demand.
    precondition
        One of `PRECONDITIONS`.
    counts
        Stratum to units of the universe, as the letter states them; one stratum without a name if it is not
        stratified.
    sample
        Its units, in the order of the list.
    universe
        The units of the frame; None if there is no list.
    claimed
        Figure to what the letter states, of those in the form's part [claimed].
    period
        First and last day that it covers; None where it does not say.
    software
        What drew it; empty where the letter does not say.
    seeds
        Stratum to the seed that is stated.
    """

    title: str
    programme: Programme
    precondition: str
    counts: Mapping[str, int]
    sample: tuple[Unit, ...]
    universe: tuple[Unit, ...] | None
    claimed: Mapping[str, Decimal]
    period: tuple[dt.date, dt.date] | None = None
    software: str = ""
    seeds: Mapping[str, float] | None = None

    @property
    def is_medicare_contractor(self) -> bool:
        """Whether the statute's precondition for extrapolation binds who wrote it."""
        return self.programme.name == PROGRAMMES["PIM"].name

    @property
    def recouped(self) -> float:
        """Dollars taken back already, by unit or in all."""
        by_unit = sum(unit.recouped for unit in self.sample)
        return by_unit or float(self.claimed.get("recouped", 0))


def read_letter(folder: Path) -> DemandLetter:
    """Return the letter of a folder: `letter.toml` and the lists that it names.

    Raises
    ------
    BadInputError
        If the form or a list is missing, or holds what it must not; the message names the place.
    """
    path = folder / FILE_NAME if folder.is_dir() else folder
    try:
        form = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as error:
        message = f"There is no readable {path.name} in {path.parent}."
        raise BadInputError(message, hint="'auditlib letter form FOLDER' writes one to fill in.") from error
    except tomllib.TOMLDecodeError as error:
        message = f"{path.name} is no TOML: {error}."
        raise BadInputError(
            message, hint="Compare it with the form that 'auditlib letter form' writes."
        ) from error
    _require_known_keys(form, path.name)
    part = _Parts(form, path.name)
    strata = part.strata()
    sample_table = read_number_table(path.parent / part.text("sample", "file"), required=("unit_id",))
    universe_file = part.text("universe", "file", default="")
    universe = (
        _units(read_number_table(path.parent / universe_file, required=("unit_id",)), is_sample=False)
        if universe_file
        else None
    )
    sample = _units(sample_table, is_sample=True)
    counts = {name: count for name, count, _ in strata} or {ONE_STRATUM: part.count("universe", "unit_count")}
    _require_strata(sample, counts, sample_table.name)
    seeds = {name: seed for name, _, seed in strata if seed is not None}
    if not strata and (seed := part.number("draw", "seed")) is not None:
        seeds = {ONE_STRATUM: float(seed)}
    claimed = {name: part.money("claimed", name) for name in form.get("claimed", {})}
    if "demand" not in claimed:
        message = f"{path.name} states no demand."
        raise BadInputError(message, hint="Write what the letter demands into [claimed] as demand.")
    return DemandLetter(
        part.text("letter", "title", default=path.parent.resolve().name),
        part.programme(),
        part.choice("letter", "precondition", PRECONDITIONS, default=NOT_STATED),
        counts,
        sample,
        universe,
        claimed,
        part.period(),
        part.text("draw", "software", default=""),
        seeds,
    )


def _require_known_keys(form: Mapping[str, object], name: str) -> None:
    for part, values in form.items():
        if part == "stratum":
            rows = values if isinstance(values, list) else [values]
            known, named = _STRATUM_KEYS, {key for row in rows if isinstance(row, dict) for key in row}
        elif part in _KEYS and isinstance(values, dict):
            known, named = _KEYS[part], set(values)
        else:
            message = f"{name} has a part [{part}] that the form does not have."
            raise BadInputError(message, hint=f"Parts are {', '.join(_KEYS)} and [[stratum]].")
        if strange := sorted(named - known):
            message = f"{name}: [{part}] has '{strange[0]}', which the form does not have."
            raise BadInputError(message, hint=f"[{part}] takes {', '.join(sorted(known))}.")


@dataclass(frozen=True)
class _Parts:
    """The form, read part by part with errors that name the place."""

    form: Mapping[str, object]
    name: str

    def _value(self, part: str, key: str) -> object:
        values = self.form.get(part, {})
        return values.get(key) if isinstance(values, dict) else None

    def _wrong(self, part: str, key: str, wanted: str) -> BadInputError:
        return BadInputError(
            f"{self.name}: {key} in [{part}] is missing or no {wanted}.", hint=f"Write {wanted}."
        )

    def text(self, part: str, key: str, *, default: str | None = None) -> str:
        value = self._value(part, key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(part, key, "text in quotation marks")
        return value.strip()

    def choice(self, part: str, key: str, among: tuple[str, ...], *, default: str | None = None) -> str:
        value = self.text(part, key, default=default)
        if value not in among:
            raise self._wrong(part, key, f"one of {', '.join(among)}")
        return value

    def number(self, part: str, key: str) -> Decimal | None:
        value = self._value(part, key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            raise self._wrong(part, key, "number, as 1234.50")
        return Decimal(value)

    def money(self, part: str, key: str) -> Decimal:
        value = self.number(part, key)
        if value is None:
            raise self._wrong(part, key, "number, as 1234.50")
        return value

    def count(self, part: str, key: str) -> int:
        value = self._value(part, key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self._wrong(part, key, "whole number above 0")
        return value

    def strata(self) -> list[tuple[str, int, float | None]]:
        rows = self.form.get("stratum", [])
        found: list[tuple[str, int, float | None]] = []
        for row in rows if isinstance(rows, list) else [rows]:
            one = _Parts({"stratum": row}, self.name)
            seed = one.number("stratum", "seed")
            name = one.text("stratum", "name")
            if name in {known for known, _, _ in found}:
                message = f"{self.name} has the stratum '{name}' twice."
                raise BadInputError(message, hint="Give each stratum once.")
            found.append((name, one.count("stratum", "unit_count"), None if seed is None else float(seed)))
        return found

    def programme(self) -> Programme:
        name = self.text("letter", "programme")
        if name in PROGRAMMES:
            return PROGRAMMES[name]
        if name != CONTRACT:
            unknown = unknown_name("programme", name, [*PROGRAMMES, CONTRACT])
            raise BadInputError(unknown.message, hint=unknown.hint)
        confidence = self.money("contract", "confidence")
        if not 0 < confidence < 1:
            wrong = self._wrong("contract", "confidence", "share between 0 and 1, as 0.90")
            raise wrong
        return Programme(
            "contract",
            cast("Netting", self.choice("contract", "netting", NETTINGS)),
            cast("Demand", self.choice("contract", "demand", DEMANDS)),
            float(confidence),
            cast("Sides", self.choice("contract", "sides", SIDES)),
            None,
            "error-in-full",
            "The contract, as [contract] of the form states it",
        )

    def period(self) -> tuple[dt.date, dt.date] | None:
        days = [self._value("letter", key) for key in ("period_from", "period_to")]
        if days == [None, None]:
            return None
        first, last = days
        if not isinstance(first, dt.date) or not isinstance(last, dt.date) or last < first:
            wrong = self._wrong("letter", "period_from with period_to", "pair of days, as 2024-01-31")
            raise wrong
        return first, last


def _require_strata(sample: tuple[Unit, ...], counts: Mapping[str, int], name: str) -> None:
    strange = next((unit.stratum for unit in sample if unit.stratum not in counts), None)
    if strange is not None and ONE_STRATUM in counts:
        message = f"{name} has strata, as '{strange}', and the form states none."
        raise BadInputError(message, hint="Add a [[stratum]] with name and unit_count for each.")
    if strange is not None:
        message = f"{name} has the stratum '{strange}', which the form does not have."
        raise BadInputError(message, hint=f"Strata of the form are {', '.join(counts)}.")


def _units(table: NumberTable, *, is_sample: bool) -> tuple[Unit, ...]:
    height = table.rows.height

    def optional(column: str) -> list[float] | list[None]:
        return table.numbers(column) if table.has(column) else [None] * height

    paid, allowed = optional("paid"), optional("allowed")
    stated = optional("overpaid")
    if is_sample and not table.has("overpaid") and not table.has("paid", "allowed"):
        message = f"{table.name} has neither 'overpaid' nor 'paid' and 'allowed'."
        raise BadInputError(message, hint="Give what was paid and what is allowed for each sampled unit.")
    strata = table.texts("stratum") if table.has("stratum") else [ONE_STRATUM] * height
    numbers = table.counts("frame_number") if table.has("frame_number") else [None] * height
    recouped = table.numbers("recouped") if table.has("recouped") else [0.0] * height
    return tuple(
        Unit(
            name,
            stratum,
            one_paid,
            one_stated if one_stated is not None else (one_paid or 0.0) - (one_allowed or 0.0),
            one_allowed,
            taken,
            number,
            day,
        )
        for name, stratum, one_paid, one_allowed, one_stated, taken, number, day in zip(
            table.texts("unit_id"),
            strata,
            paid,
            allowed,
            stated,
            recouped,
            numbers,
            _days(table),
            strict=True,
        )
    )


def _days(table: NumberTable) -> list[dt.date | None]:
    if not table.has("service_date"):
        return [None] * table.rows.height
    days: list[dt.date | None] = []
    for line, text in enumerate(table.texts("service_date"), start=2):
        try:
            days.append(dt.date.fromisoformat(text))
        except ValueError as error:
            message = f"{table.name}: column 'service_date' is no day in line {line:,}."
            raise BadInputError(message, hint="Write 2024-01-31.") from error
    return days
