"""The critique of a demand letter: what is wrong, where, what it is worth, and by what authority."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.demand_letter.draw import check_draw
from auditlib.estimation.demand_letter.form import NOT_STATED, ONE_STRATUM, DemandLetter, Unit
from auditlib.estimation.demand_letter.recomputed import (
    Way,
    is_same,
    limits,
    nettings,
    points,
    usual_levels,
    without_strata,
)
from auditlib.stats.estimators.moments import moments
from auditlib.text import counted, format_date, format_dollars, level

PRECONDITION, DRAW, ARITHMETIC = "precondition", "draw", "arithmetic"
NETTING, LEVEL, LIMIT_RULE, DEMAND = "netting", "level", "limit rule", "demand"
STRATUM, IGNORED_STRATA, DUPLICATE, STRANGE = (
    *("missing stratum", "ignored strata", "duplicate"),
    "not of the universe",
)
PERIOD, ZERO_PAID, OFFSET, AMOUNTS, COUNTS = (
    *("outside of the period", "zero-paid units", "offset"),
    *("unit amounts", "counts"),
)
_HALF_A_CENT: Final = 0.005
KINDS: Final = (
    *(PRECONDITION, DRAW, COUNTS, STRATUM, IGNORED_STRATA, DUPLICATE, STRANGE, PERIOD, ZERO_PAID, AMOUNTS),
    *(ARITHMETIC, NETTING, LEVEL, LIMIT_RULE, DEMAND, OFFSET),
)
"""Kinds of findings, in the order of a critique."""

_PIM: Final = (
    "Medicare Program Integrity Manual (Pub. 100-08), chapter 8, section 8.4 (wording not confirmed)"
)
_RATSTATS: Final = "OIG, RAT-STATS Companion Manual (2010), pp. 3-2 to 3-16"
_STATUTE: Final = "42 U.S.C. 1395ddd(f)(3), read; the determination itself is not reviewed"
_SAMPLING: Final = (
    "Cochran, Sampling Techniques (1977), chapters 2 and 5: every unit has a known chance, once"
)
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake of a letter.

    Parameters
    ----------
    kind
        One of `KINDS`.
    what, where
        What is wrong, and in which figure, list or unit.
    effect
        By how many dollars the demand is too high because of this mistake alone, below 0 where too low; None
        where that cannot be computed.
    authority
        By what it is a mistake, and whether that could be read.
    """

    kind: str
    what: str
    where: str
    effect: float | None
    authority: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as stated and as computed again by the letter's own way; None where it is not stated."""

    name: str
    claimed: Decimal | None
    recomputed: float
    way: str


@dataclass(frozen=True, slots=True)
class Critique:
    """What follows from a letter's numbers, and what does not.

    Parameters
    ----------
    letter
        The letter.
    findings
        Its mistakes, in the order of `KINDS`; none if there are none.
    figures
        Its figures beside the same computed again.
    notes
        Usual choices that the letter made, and that are no mistakes.
    not_checked
        What could not be checked, and why.
    sample_amount
        Dollars that the mended sample itself found, netted as the programme nets.
    mended_demand
        The demand with every mistake mended that the lists allow to mend; None if nothing is left to
        estimate from.
    """

    letter: DemandLetter
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]
    not_checked: tuple[str, ...]
    sample_amount: float
    mended_demand: float | None

    @property
    def follows(self) -> tuple[str, ...]:
        """What follows from the numbers, in sentences."""
        stated = format_dollars(self.letter.claimed["demand"])
        found = (
            f"In the sample itself {format_dollars(self.sample_amount)} are overpaid, if its findings stand."
        )
        if not self.findings:
            return (f"The demand of {stated} follows from the numbers given.", found)
        if self.mended_demand is None:
            return (found,)
        mended = format_dollars(self.mended_demand)
        if self.may_extrapolate:
            return (f"With every mistake mended that the lists allow to mend, {mended} follow.", found)
        return (
            found,
            f"{mended} would follow if it may be extrapolated, with the other mistakes mended.",
        )

    @property
    def may_extrapolate(self) -> bool:
        """Whether neither the precondition nor the draw forbids to go beyond the sample."""
        return not {PRECONDITION, DRAW} & {finding.kind for finding in self.findings}

    @property
    def does_not_follow(self) -> tuple[str, ...]:
        """What does not follow from the numbers, in sentences."""
        sentences = []
        kinds = {finding.kind for finding in self.findings}
        if self.findings:
            sentences.append(
                f"The demand of {format_dollars(self.letter.claimed['demand'])} does not follow."
            )
        if not self.may_extrapolate:
            sentences.append(
                "Any extrapolation: without its precondition, or from a sample that is not the drawn one, a "
                "sample says something of its own units alone."
            )
        if STRATUM in kinds:
            sentences.append("Anything about strata without sampled units.")
        sentences.append("That the reviews of single units are right: they are not checked here.")
        return tuple(sentences)

    def to_values(self) -> dict[str, object]:
        """Return the critique as JSON values."""
        return {
            "findings": [
                {
                    "kind": one.kind,
                    "what": one.what,
                    "where": one.where,
                    "effect": one.effect,
                    "authority": one.authority,
                }
                for one in self.findings
            ],
            "figures": [
                {
                    "name": one.name,
                    "claimed": None if one.claimed is None else str(one.claimed),
                    "recomputed": one.recomputed,
                    "way": one.way,
                }
                for one in self.figures
            ],
            "notes": list(self.notes),
            "not_checked": list(self.not_checked),
            "follows": list(self.follows),
            "does_not_follow": list(self.does_not_follow),
            "mended_demand": self.mended_demand,
        }


def check_letter(letter: DemandLetter) -> Critique:
    """Return what is wrong with a demand letter, from its numbers alone.

    Each figure is computed again as the letter did, on its own list, so that one mistake is one finding: what
    the others are worth is computed by mending each alone.

    Raises
    ------
    UsageError
        If nothing can be estimated from the list, as from one unit.
    """
    return _Check(letter).critique()


class _Check:
    def __init__(self, letter: DemandLetter) -> None:
        self.letter = letter
        self.programme = letter.programme
        self.findings: list[Finding] = []
        self.figures: list[Figure] = []
        self.notes: list[str] = []
        self.not_checked: list[str] = []
        self.right = Way(
            letter.sample,
            letter.counts,
            self.programme.netting,
            self.programme.confidence,
            self.programme.sides,
            self.programme.demand,
            recouped=letter.recouped,
        )
        self.as_is = self.right

    def critique(self) -> Critique:
        self._point()
        self._moments()
        self._limit()
        self._demand()
        self._lists()
        self._precondition_and_draw()
        order = {kind: number for number, kind in enumerate(KINDS)}
        mended = self._mended()
        try:
            demand = mended.demand()
        except UsageError:
            demand = None
        return Critique(
            self.letter,
            tuple(sorted(self.findings, key=lambda one: order[one.kind])),
            tuple(self.figures),
            tuple(self.notes),
            tuple(self.not_checked),
            mended.found(),
            demand,
        )

    def _add(self, kind: str, what: str, where: str, effect: float | None, authority: str) -> None:
        self.findings.append(Finding(kind, what, where, effect, authority))

    def _worth(self, mended: Way, of: Way | None = None) -> float | None:
        """Return by how much the demand falls if one mistake alone is mended; None if nothing is left."""
        try:
            return (of or self.as_is).demand() - mended.demand()
        except UsageError:
            return None

    def _point(self) -> None:
        """Find the way by which the stated point comes out."""
        claimed = self.letter.claimed.get("point")
        computed = self.right.estimate().point
        if claimed is None:
            self.figures.append(Figure("point estimate", None, computed, "as the programme nets"))
            return
        for way in nettings(self.right):
            if any(is_same(claimed, one) for one in points(way)):
                self.as_is = way
                self.figures.append(Figure("point estimate", claimed, way.estimate().point, way.netting))
                if way.netting != self.right.netting:
                    self._wrong_netting(way)
                return
        for way in nettings(self.right):
            for left, stratum in without_strata(way):
                if is_same(claimed, left.estimate().point):
                    self.as_is = left
                    self.figures.append(
                        Figure("point estimate", claimed, left.estimate().point, f"without stratum {stratum}")
                    )
                    self._add(
                        STRATUM,
                        f"Stratum {stratum} was sampled and is left out of the extrapolation.",
                        "point estimate",
                        self._worth(replace(left, units=way.units)),
                        _SAMPLING,
                    )
                    return
        if self._strata_are_ignored(claimed):
            return
        self.figures.append(Figure("point estimate", claimed, computed, "no usual way gives the stated one"))
        self._add(
            ARITHMETIC,
            f"The point estimate is stated as {_money(claimed)}; the sample gives {_money(computed)}.",
            "point estimate",
            float(claimed) - computed,
            _RATSTATS,
        )

    def _wrong_netting(self, way: Way) -> None:
        meant = {
            "overpayments only": "Underpayments are left out",
            "net": "Underpayments are set off",
            "gross": "Underpayments are added as if they were overpayments",
        }[way.netting]
        rule = {"net": "sets them off", "overpayments only": "counts them as nothing", "gross": "adds them"}
        self._add(
            NETTING,
            f"{meant}; {self.programme.name} {rule[self.right.netting]}.",
            "point estimate",
            self._worth(replace(way, netting=self.right.netting), way),
            self.programme.authority,
        )

    def _strata_are_ignored(self, claimed: Decimal) -> bool:
        if len(self.letter.counts) <= 1:
            return False
        flat = replace(
            self.right,
            units=tuple(replace(unit, stratum=ONE_STRATUM) for unit in self.right.units),
            counts={ONE_STRATUM: sum(self.letter.counts.values())},
        )
        for way in nettings(flat):
            if any(is_same(claimed, one) for one in points(way)):
                self.as_is = way
                self.figures.append(Figure("point estimate", claimed, way.estimate().point, "without strata"))
                self._add(
                    IGNORED_STRATA,
                    "The sample was drawn by strata and is extrapolated as if it were one simple sample.",
                    "point estimate",
                    self._worth(replace(self.right, netting=way.netting)),
                    _SAMPLING,
                )
                if way.netting != self.right.netting:
                    self._wrong_netting(way)
                return True
        return False

    def _moments(self) -> None:
        claimed = self.letter.claimed
        way = self.as_is
        error = way.estimate().standard_error
        known: list[tuple[str, str, list[float]]] = [
            ("overpaid_amount", "overpaid in the sample", [one.found() for one in nettings(way)])
        ]
        if len(way.counts) == 1:
            shape = moments(way.values)
            known.append(("mean", "mean", [shape.mean]))
            known.append(("standard_deviation", "standard deviation", [shape.standard_deviation or 0.0]))
        known.append(
            (
                "standard_error",
                "standard error of the total",
                [error, replace(way, with_correction=False).estimate().standard_error],
            )
        )
        for key, name, computed in known:
            if key not in claimed:
                continue
            self.figures.append(Figure(name, claimed[key], computed[0], way.netting))
            if not any(is_same(claimed[key], one) for one in computed):
                self._add(
                    ARITHMETIC,
                    f"The {name} is stated as {_money(claimed[key])}; the list gives {_money(computed[0])}.",
                    name,
                    None,
                    _RATSTATS,
                )
        if len(way.counts) > 1 and {"mean", "standard_deviation"} & set(claimed):
            self.not_checked.append(
                "Mean and standard deviation: of strata together neither enters the figure."
            )

    def _limit(self) -> None:
        claimed = self.letter.claimed.get("limit")
        if claimed is None:
            self.figures.append(Figure("lower limit", None, self.as_is.limit(), _level_words(self.as_is)))
            return
        for way in self._limit_ways():
            if any(is_same(claimed, one) for one in self._limits_about(way)):
                self.figures.append(Figure("lower limit", claimed, way.limit(), _level_words(way)))
                self._judge_limit(way)
                self.as_is = way
                return
        computed = self.as_is.limit()
        self.figures.append(Figure("lower limit", claimed, computed, "no usual way gives the stated one"))
        self._add(
            ARITHMETIC,
            f"The limit is stated as {_money(claimed)}; the sample gives {_money(computed)}.",
            "limit",
            float(claimed) - computed,
            _RATSTATS,
        )

    def _limits_about(self, way: Way) -> list[float]:
        """Return a way's limits, also about the stated point: a mistake in it is one mistake."""
        stated = self.letter.claimed.get("point")
        reach = way.estimate().point - way.limit()
        return limits(way) if stated is None else [*limits(way), float(stated) - reach]

    def _limit_ways(self) -> Iterable[Way]:
        for way in usual_levels(self.as_is):
            usual = "t" if len(way.counts) == 1 else "z"
            yield way
            yield replace(way, rule="z" if usual == "t" else "t")
            yield replace(way, with_correction=False)
            yield replace(way, rule="z" if usual == "t" else "t", with_correction=False)

    def _judge_limit(self, way: Way) -> None:
        if not way.with_correction:
            self.notes.append(
                "The limit is without the finite population correction: lower than with it, in favour of the "
                "provider."
            )
        if way.rule == "t":
            self.notes.append("The limit of the strata together is Student's, as SAS and R have it.")
        if way.rule == "z":
            student = replace(way, rule=None)
            self._add(
                LIMIT_RULE,
                f"The limit is the normal one (z); of one simple sample, here of "
                f"{counted(len(way.units), 'unit')}, it is Student's (t).",
                "limit",
                self._worth(student, way) if way.figure == "lower limit" else 0.0,
                _RATSTATS,
            )
        right = replace(way, confidence=self.programme.confidence, sides=self.programme.sides)
        if not math.isclose(right.limit(), way.limit(), rel_tol=1e-12, abs_tol=1e-9):
            self._add(
                LEVEL,
                f"The limit is that of {_level_words(way)}; {self.programme.name} has {_level_words(right)}.",
                "limit",
                self._worth(right, way) if way.figure == "lower limit" else 0.0,
                self.programme.authority,
            )

    def _demand(self) -> None:
        claimed, way = self.letter.claimed["demand"], self.as_is
        stated = {
            "lower limit": self.letter.claimed.get("limit"),
            "point estimate": self.letter.claimed.get("point"),
        }
        computed = {"lower limit": way.limit(), "point estimate": way.estimate().point}
        taken = self.letter.recouped

        def bases(figure: str) -> list[float]:
            named = stated[figure]
            known = [computed[figure]] if named is None else [float(named), computed[figure]]
            return [max(one, way.found(), 0.0) for one in known] + [max(one, 0.0) for one in known]

        own = self.programme.demand
        other = "point estimate" if own == "lower limit" else "lower limit"
        self.figures.append(Figure("demand", claimed, way.demand(), own))
        for figure in (own, other):
            for is_offset in (True, False):
                less = taken if is_offset else 0.0
                if any(is_same(claimed, one - less) for one in bases(figure)):
                    self._judge_demand(figure, is_offset=is_offset)
                    return
        self._add(
            ARITHMETIC,
            f"The demand is stated as {_money(claimed)}; by the letter's own figures it is "
            f"{_money(bases(own)[0] - taken)}.",
            "demand",
            float(claimed) - (bases(own)[0] - taken),
            self.programme.authority,
        )

    def _judge_demand(self, figure: str, *, is_offset: bool) -> None:
        own = self.programme.demand
        if figure != own and not math.isclose(self.as_is.limit(), self.as_is.estimate().point):
            used = replace(self.as_is, figure="point estimate" if own == "lower limit" else "lower limit")
            self._add(
                DEMAND,
                f"The {figure} is demanded; {self.programme.name} demands the {own}.",
                "demand",
                self._worth(self.as_is, used),
                self.programme.authority,
            )
            self.as_is = used
        if self.letter.recouped and not is_offset:
            self._add(
                OFFSET,
                f"{_money(self.letter.recouped)} were taken back already and are demanded again.",
                "demand",
                self.letter.recouped,
                "What was taken back is no longer owed",
            )
            self.as_is = replace(self.as_is, recouped=0.0)

    def _lists(self) -> None:
        letter = self.letter
        self._counts()
        self._repeats()
        self._unit_amounts()
        if letter.universe is None:
            self.not_checked.append("Whether the sampled units are of the universe: its list is not given.")
        else:
            known = {unit.unit_id for unit in letter.universe}
            self._units_out(
                STRANGE,
                [unit for unit in letter.sample if unit.unit_id not in known],
                "sampled unit",
                "not in the list of the universe",
                _SAMPLING,
            )
        if letter.period is None:
            self.not_checked.append("Whether units lie in the period: the letter states none.")
        elif all(unit.service_date is None for unit in letter.sample):
            self.not_checked.append("Whether units lie in the period: the sample has no service_date.")
        else:
            first, last = letter.period
            self._units_out(
                PERIOD,
                [unit for unit in letter.sample if self._is_outside(unit)],
                "sampled unit",
                f"outside of {format_date(first)} to {format_date(last)}",
                "The period that the letter itself states",
            )
        if all(unit.paid is None for unit in letter.sample):
            self.not_checked.append("Units that were paid nothing: the sample has no column 'paid'.")
        elif letter.programme.name != "contract":
            self._units_out(
                ZERO_PAID,
                [unit for unit in letter.sample if unit.paid == 0],
                "sampled unit",
                "paid 0: a universe of paid claims holds none, in whole or in part",
                _PIM if letter.is_medicare_contractor else f"{self.programme.name}: universe of paid claims",
            )

    def _is_outside(self, unit: Unit) -> bool:
        period = self.letter.period
        return (
            period is not None
            and unit.service_date is not None
            and not period[0] <= unit.service_date <= period[1]
        )

    def _units_out(self, kind: str, units: Sequence[Unit], noun: str, why: str, authority: str) -> None:
        """Add a finding on sampled units that must not be in the sample, and on the universe's like them."""
        if not units:
            return
        out = {unit.unit_id for unit in units}
        left = tuple(unit for unit in self.as_is.units if unit.unit_id not in out)
        counts = self._counts_without(kind)
        names = ", ".join(sorted(out)[:_NAMED])
        self._add(
            kind,
            f"{counted(len(units), noun)} {'is' if len(units) == 1 else 'are'} {why}.",
            f"sample: {names}{', ...' if len(out) > _NAMED else ''}",
            self._worth(replace(self.as_is, units=left, counts=counts)),
            authority,
        )

    def _counts_without(self, kind: str) -> dict[str, int]:
        """Return the units of each stratum without those of the list that are out for a reason."""
        counts = dict(self.as_is.counts)
        for unit in self.letter.universe or ():
            is_out = (kind == PERIOD and self._is_outside(unit)) or (kind == ZERO_PAID and unit.paid == 0)
            name = unit.stratum if unit.stratum in counts else ONE_STRATUM
            if is_out and name in counts:
                counts[name] -= 1
        return counts

    def _counts(self) -> None:
        letter = self.letter
        sampled = Counter(unit.stratum for unit in letter.sample)
        for name, count in letter.counts.items():
            if not sampled[name]:
                self._add(
                    STRATUM,
                    f"Stratum {name} of {counted(count, 'unit')} has no sampled unit.",
                    "sample",
                    None,
                    _SAMPLING,
                )
        if letter.universe is None:
            return
        listed = Counter(unit.stratum for unit in letter.universe)
        if len(letter.counts) == 1:
            listed = Counter({ONE_STRATUM: len(letter.universe)})
        for name, count in listed.items():
            if name not in letter.counts:
                self._add(
                    STRATUM,
                    f"Stratum {name or 'without a name'} of {counted(count, 'unit')} is in the list of the "
                    "universe and not in the extrapolation.",
                    "universe",
                    None,
                    _SAMPLING,
                )
            elif count != letter.counts[name]:
                counts = dict(self.as_is.counts)
                if name in counts:
                    counts[name] = count
                named = f"stratum {name}" if name else "the universe"
                self._add(
                    COUNTS,
                    f"The letter counts {letter.counts[name]:,} units of {named}; its list has {count:,}.",
                    "universe",
                    self._worth(replace(self.as_is, counts=counts)),
                    "The letter's own list",
                )

    def _repeats(self) -> None:
        letter = self.letter
        repeated = _repeated(letter.sample)
        if repeated:
            self._add(
                DUPLICATE,
                f"{counted(len(repeated), 'unit')} of the sample counted more than once.",
                f"sample: {', '.join(repeated[:_NAMED])}",
                self._worth(replace(self.as_is, units=_unique(self.as_is.units))),
                _SAMPLING,
            )
        in_frame = _repeated(letter.universe or ())
        if in_frame:
            counts = dict(self.as_is.counts)
            seen: set[str] = set()
            for unit in letter.universe or ():
                name = unit.stratum if unit.stratum in counts else ONE_STRATUM
                if unit.unit_id in seen and name in counts:
                    counts[name] -= 1
                seen.add(unit.unit_id)
            self._add(
                DUPLICATE,
                f"{counted(len(in_frame), 'unit')} of the universe listed more than once.",
                f"universe: {', '.join(in_frame[:_NAMED])}",
                self._worth(replace(self.as_is, counts=counts)),
                _SAMPLING,
            )

    def _unit_amounts(self) -> None:
        wrong = [unit for unit in self.letter.sample if _right_amount(unit) is not None]
        if not wrong:
            return
        mended = tuple(
            unit if (amount := _right_amount(unit)) is None else replace(unit, overpaid=amount)
            for unit in self.as_is.units
        )
        self._add(
            AMOUNTS,
            f"{counted(len(wrong), 'unit')} overpaid by another amount than paid less allowed, or by more "
            "than was paid.",
            f"sample: {', '.join(unit.unit_id for unit in wrong[:_NAMED])}",
            self._worth(replace(self.as_is, units=mended)),
            "The letter's own list",
        )

    def _precondition_and_draw(self) -> None:
        letter = self.letter
        beyond_sample = float(letter.claimed["demand"]) - (self._mended().found() - letter.recouped)
        if letter.is_medicare_contractor and letter.precondition == NOT_STATED:
            self._add(
                PRECONDITION,
                "The letter states neither a sustained or high level of payment error nor that education "
                "failed; a Medicare contractor may not extrapolate without.",
                "letter",
                beyond_sample,
                _STATUTE,
            )
        known = None if letter.universe is None else {unit.unit_id for unit in letter.universe}
        regular = tuple(unit for unit in _unique(letter.sample) if known is None or unit.unit_id in known)
        checked = check_draw(letter, regular)
        self.not_checked += checked.not_checked
        if checked.wrong:
            self._add(
                DRAW,
                " ".join(checked.wrong),
                "sample",
                beyond_sample,
                "RAT-STATS User Guide (2010), random numbers; PIM ch. 8, section 8.4.4, on draws that can be "
                "repeated (wording not confirmed)",
            )

    def _mended(self) -> Way:
        """Return the right way on the units that are left when every mistake is mended."""
        letter = self.letter
        is_of_contract = letter.programme.name == "contract"
        known = None if letter.universe is None else {unit.unit_id for unit in letter.universe}

        def stays(unit: Unit) -> bool:
            return not self._is_outside(unit) and (is_of_contract or unit.paid != 0)

        units = tuple(
            unit if (amount := _right_amount(unit)) is None else replace(unit, overpaid=amount)
            for unit in _unique(letter.sample)
            if stays(unit) and (known is None or unit.unit_id in known)
        )
        counts = dict(letter.counts)
        if letter.universe is not None:
            listed = [unit for unit in _unique(letter.universe) if stays(unit)]
            by_stratum = Counter(unit.stratum for unit in listed)
            counts = (
                {name: by_stratum[name] or count for name, count in counts.items()}
                if len(counts) > 1
                else {name: len(listed) for name in counts}
            )
        return replace(self.right, units=units, counts=counts)


def _right_amount(unit: Unit) -> float | None:
    """Return what a unit can be overpaid at most, or by its own amounts; None if the stated one is right."""
    if unit.paid is None:
        return None
    right = unit.overpaid if unit.allowed is None else unit.paid - unit.allowed
    right = min(right, unit.paid)
    return None if abs(right - unit.overpaid) < _HALF_A_CENT else right


def _repeated(units: Iterable[Unit]) -> list[str]:
    return [name for name, count in Counter(unit.unit_id for unit in units).items() if count > 1]


def _unique(units: Iterable[Unit]) -> tuple[Unit, ...]:
    first: dict[str, Unit] = {}
    for unit in units:
        first.setdefault(unit.unit_id, unit)
    return tuple(first.values())


def _level_words(way: Way) -> str:
    sides = {"lower": "one side", "upper": "one side", "two-sided": "both sides"}[way.sides]
    return f"{level(way.confidence)} on {sides}"


def _money(amount: Decimal | float) -> str:
    return format_dollars(amount)
