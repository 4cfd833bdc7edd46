"""The template of an audit programme: unit, design, size, missing records and figure, with their sources."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from auditlib.errors import UsageError
from auditlib.nearest import unknown_name
from auditlib.stats.estimators.missing_records import MISSING_RECORD_RULES
from auditlib.stats.estimators.programmes import PROGRAMMES, Programme
from auditlib.text import counted

_FOLDER: Final = Path(__file__).parent
NextStep = Literal[
    "estimate", "discovery", "error rate", "rate", "rounds", "payment year", "marketplace", "quality"
]
Estimator = Literal["difference", "ratio"]
NOT_CONFIRMED: Final = "from memory, not confirmed"


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule stands.

    Parameters
    ----------
    where
        Law, manual, agreement or memorandum, with the section.
    dated
        Day of that text, as 2019-01-02.
    confirmed
        Where the rule was read; empty where it is known from memory only.
    """

    where: str
    dated: str
    confirmed: str = ""

    @property
    def line(self) -> str:
        """The source as it is printed: with its date, and whether it was confirmed."""
        state = f"read in: {self.confirmed}" if self.confirmed else NOT_CONFIRMED
        return f"{self.where} ({self.dated}; {state})"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a template in plain words, and where it stands."""

    name: str
    words: str
    source: RuleSource


@dataclass(frozen=True, slots=True)
class PaymentYears:
    """What a programme demands of audits of some payment years.

    Parameters
    ----------
    first, last
        The years.
    least_count, most_count
        Enrollees in a sample.
    records_per_category
        Most records that may be sent for a risk category.
    has_credit
        Whether categories that the records support and that were not submitted count for the plan.
    is_extrapolated
        Whether the rule of these years extrapolates.
    status
        Its legal status, printed beside every figure.
    sources
        Where all that stands.
    """

    first: int
    last: int
    least_count: int
    most_count: int
    records_per_category: int
    has_credit: bool
    is_extrapolated: bool
    status: str
    sources: tuple[RuleSource, ...]

    @property
    def words(self) -> str:
        """The parameters in words."""
        years = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        size = f"{self.least_count:,}"
        if self.most_count != self.least_count:
            size += f" to {self.most_count:,}"
        credit = "count" if self.has_credit else "do not count"
        return (
            f"Payment years {years}: {size} enrollees; at most "
            f"{counted(self.records_per_category, 'record')} a category; categories that records support and "
            f"that were not submitted {credit}. {self.status}"
        )


@dataclass(frozen=True, slots=True)
class Template:
    """What a programme demands of an audit.

    Parameters
    ----------
    id, title
        Its short name, and its name.
    valid_from, valid_to
        Days on which the rules are in force; of agreements, days of the agreement. None is open.
    programme
        The rule of its figure; None where nothing is extrapolated, or where the user states the terms.
    units, designs
        What may be drawn, and how; the first of each is proposed.
    is_paid_only
        Whether units that were paid nothing are left out of the universe.
    is_extrapolated
        Whether a figure for the universe follows from the sample.
    estimator
        Differences, or the ratio of dollars in error to dollars paid.
    least_count, most_count, usual_count
        Least, most and usual number of units; None where none is named.
    size_words
        The rule for the size in words.
    has_spares, has_probe, has_precondition, has_terms
        Whether units outside the universe are replaced, whether an earlier sample may be a part of this one,
        whether a finding must come first, and whether the user states the terms of the figure.
    most_rounds
        Rounds of review.
    next_step
        What follows from the findings.
    choices
        The template in plain words.
    years
        Parameters by payment year.
    sha256
        Of the file that states it.
    """

    id: str
    title: str
    valid_from: dt.date
    valid_to: dt.date | None
    programme: Programme | None
    units: tuple[str, ...]
    designs: tuple[str, ...]
    is_paid_only: bool
    is_extrapolated: bool
    estimator: Estimator
    least_count: int | None
    most_count: int | None
    usual_count: int | None
    size_words: str
    has_spares: bool
    has_probe: bool
    has_precondition: bool
    has_terms: bool
    most_rounds: int
    next_step: NextStep
    choices: tuple[Choice, ...]
    years: tuple[PaymentYears, ...]
    sha256: str

    @property
    def missing_records(self) -> str:
        """How a missing record counts, as the programme's rule has it."""
        return MISSING_RECORD_RULES[
            self.programme.missing_rule if self.programme else "error-in-full"
        ].of_unit

    def of_payment_year(self, year: int | None) -> PaymentYears | None:
        """Return the parameters of a payment year; None where the template has none by year.

        Raises
        ------
        UsageError
            If the year is needed and not given, or has no parameters.
        """
        if not self.years:
            return None
        known = f"{self.years[0].first} to {self.years[-1].last}"
        if year is None:
            message = f"The programme '{self.id}' goes by the payment year, and none is given."
            raise UsageError(message, hint=f"Give one from {known}.")
        for years in self.years:
            if years.first <= year <= years.last:
                return years
        message = f"The programme '{self.id}' has no parameters for payment year {year}."
        raise UsageError(message, hint=f"Give one from {known}.")

    def lines(self, payment_year: int | None = None) -> list[str]:
        """Return the template in plain words, a line a choice, then its numbered sources.

        Parameters
        ----------
        payment_year
            Only the parameters of this year, where they go by the year.
        """
        until = "" if self.valid_to is None else f" to {self.valid_to}"
        chosen = self.years
        if payment_year is not None:
            chosen = tuple(filter(None, [self.of_payment_year(payment_year)]))
        sources = list(
            dict.fromkeys(
                [choice.source for choice in self.choices]
                + [source for years in chosen for source in years.sources]
            )
        )
        place = {source: number for number, source in enumerate(sources, start=1)}
        lines = [f"{self.title} (rules from {self.valid_from}{until})."]
        lines += [f"{choice.name}: {choice.words} [{place[choice.source]}]" for choice in self.choices]
        lines.append(f"Size: {self.size_words}")
        lines += [
            f"{years.words} [{', '.join(str(place[source]) for source in years.sources)}]" for years in chosen
        ]
        if not self.is_extrapolated:
            lines.append("Not extrapolated: no figure for the universe is demanded.")
        return lines + [f"[{number}] {source.line}." for source, number in place.items()]


def templates() -> dict[str, Template]:
    """Return the templates by their short names."""
    return dict(_templates())


def find_template(name: str) -> Template:
    """Return a template.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    found = _templates().get(name.strip().lower())
    if found is None:
        unknown = unknown_name("programme", name, _templates())
        raise unknown
    return found


@cache
def _templates() -> Mapping[str, Template]:
    texts = tomllib.loads((_FOLDER / "sources.toml").read_text(encoding="utf-8"))
    sources = {name: RuleSource(**values) for name, values in texts.items()}
    files = {path.stem: path for path in (_FOLDER / "templates").glob("*.toml")}
    return {name: _read(files[name], sources) for name in sorted(files)}


def _read(path: Path, sources: Mapping[str, RuleSource]) -> Template:
    content = path.read_bytes()
    values = tomllib.loads(content.decode())
    choices = [Choice(one["name"], one["words"], sources[one["source"]]) for one in values.pop("choice")]
    years = [
        PaymentYears(**{**one, "sources": tuple(sources[name] for name in one["sources"])})
        for one in values.pop("years", [])
    ]
    usual: dict[str, object] = {
        "valid_to": None,
        "is_extrapolated": True,
        "estimator": "difference",
        "least_count": None,
        "most_count": None,
        "usual_count": None,
        "has_spares": False,
        "has_probe": False,
        "has_precondition": False,
        "has_terms": False,
        "most_rounds": 1,
        "next_step": "estimate",
    }
    rule = values.pop("programme", None)
    stated = {
        **usual,
        **values,
        "units": tuple(values["units"]),
        "designs": tuple(values["designs"]),
        "programme": None if rule is None else PROGRAMMES[rule],
        "choices": tuple(choices),
        "years": tuple(years),
    }
    return Template(id=path.stem, sha256=hashlib.sha256(content).hexdigest(), **stated)
