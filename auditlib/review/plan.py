"""The review plan: who reviews which chart, in which round, and how blind."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

import polars as pl

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.blindness import SUGGESTED_CODES, Blindness, BlindTo, opened_levels
from auditlib.review.person import is_one_of, same_person
from auditlib.review.suggestion import MachineCoder, SuggestionPlan, assign_suggestions
from auditlib.text import counted

REVIEW_PLANNED: Final = "review planned"
SecondReviewRule = Literal["share", "random", "coder", "finding", "disagreement"]
"""Which charts get more than one reviewer: a share in even steps, a random share, a share of each coder's
charts, charts with findings, or charts of which the first reviewer did not agree with the coder."""
RULES: Final[tuple[SecondReviewRule, ...]] = get_args(SecondReviewRule)
DEFAULT_SHARES: Final[Mapping[str, float]] = {
    "share": 0.2,
    "random": 0.2,
    "coder": 0.2,
    "finding": 1.0,
    "disagreement": 1.0,
}
PLAN_COLUMNS: Final = {
    "encounter_id": pl.String(),
    "round": pl.Int64(),
    "reviewer": pl.String(),
}


USUAL_REVIEW_COUNT: Final = 2
"""A chart with a second review has two reviewers, unless a plan names more."""


@dataclass(frozen=True, slots=True)
class ChartToReview:
    """What a plan needs to know of a chart.

    Parameters
    ----------
    encounter_id
        The chart.
    coder_id
        Who coded it, or None if not known.
    check_ids
        The checks that found something on it.
    is_disagreed
        Whether its first reviewer completed it and did not agree with every code.
    """

    encounter_id: str
    coder_id: str | None = None
    check_ids: frozenset[str] = frozenset()
    is_disagreed: bool = False


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """How charts are given to reviewers.

    Parameters
    ----------
    reviewers
        The reviewers, each once.
    rule
        Which charts get further reviewers: see `SecondReviewRule`.
    second_share
        Share of the charts that the rule is about, from 0 to 1, rounded up to whole charts; None for
        `DEFAULT_SHARES`.
    review_count
        Reviewers of a chart that gets more than one.
    seed
        Fixes every choice.
    only
        Coders, or checks, to which the rules coder and finding are limited; none for all.
    coder_ids
        By reviewer the coder ids under which the same person codes: such charts go to others.
    blind
        What is hidden from the reviewers.
    suggestions_of
        The machine coder whose codes reviewers are shown; None for no one's.
    shown_share
        Share of the charts on which they are shown, chosen at random by the seed.
    """

    reviewers: tuple[str, ...]
    rule: SecondReviewRule = "random"
    second_share: float | None = None
    review_count: int = USUAL_REVIEW_COUNT
    seed: str = "1"
    only: tuple[str, ...] = ()
    coder_ids: Mapping[str, Collection[str]] = field(default_factory=dict)
    blind: tuple[BlindTo, ...] = ()
    suggestions_of: MachineCoder | None = None
    shown_share: float = 1.0

    def __post_init__(self) -> None:
        names = [name.strip() for name in self.reviewers]
        if not names or not all(names) or any(is_one_of(name, names[:n]) for n, name in enumerate(names)):
            message = "A plan needs its reviewers, each named once."
            raise UsageError(message)
        if self.rule not in RULES:
            message = f"There is no rule '{self.rule}'."
            raise UsageError(message, hint=f"Choose among: {', '.join(RULES)}.")
        if not (math.isfinite(self.share) and 0 <= self.share <= 1):
            message = f"{self.share:g} is no share of charts."
            raise UsageError(message, hint="Give a number from 0 to 1, as 0.2.")
        if not 1 < self.review_count <= len(names) and self.share > 0:
            message = f"{self.review_count} reviewers a chart cannot be chosen among {len(names)}."
            raise UsageError(message, hint="Name more reviewers, or plan no second review (a share of 0).")
        if strange := sorted(set(self.coder_ids) - set(names)):
            message = f"Coder ids are given of '{strange[0]}', who is none of the reviewers."
            raise UsageError(message)
        blindness = Blindness.of(self.blind)
        if self.suggestions_of is not None and (hiding := sorted(blindness.hidden & SUGGESTED_CODES)):
            message = f"Suggested codes cannot be shown to reviewers who are blind to '{hiding[0]}'."
            raise UsageError(message, hint="Show them to a share of the charts, or hide them, not both.")

    @property
    def share(self) -> float:
        """The share of the charts that the rule is about."""
        return DEFAULT_SHARES[self.rule] if self.second_share is None else self.second_share


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """Who reviews which chart, and how blind.

    Parameters
    ----------
    reviewers
        The reviewers.
    rule, share, seed
        How charts were chosen for further reviews.
    blindness
        What is hidden from each reviewer.
    rounds
        By encounter its reviewers, the first review first.
    suggestions
        Whose suggested codes are shown on which charts; None where no one's are.
    """

    reviewers: tuple[str, ...]
    rule: str
    share: float
    seed: str
    blindness: Blindness
    rounds: Mapping[str, tuple[str, ...]]
    suggestions: SuggestionPlan | None = None

    def blindness_of_chart(self, encounter_id: str) -> Blindness:
        """Return what is hidden of a chart: suggested codes, too, where chance left it without them."""
        if self.suggestions is None or encounter_id in self.suggestions.shown:
            return self.blindness
        return Blindness(self.blindness.hidden | {"suggested codes"})

    def charts_of(self, reviewer: str) -> frozenset[str]:
        """Return the charts of a reviewer."""
        return frozenset(chart for chart, names in self.rounds.items() if reviewer in names)

    def only_of(self, reviewer: str) -> ReviewPlan:
        """Return the plan as a reviewer sees it who must not know of others."""
        rounds = {chart: (reviewer,) for chart, names in self.rounds.items() if reviewer in names}
        shown = self.suggestions and replace(self.suggestions, shown=self.suggestions.shown & rounds.keys())
        return replace(self, reviewers=(reviewer,), rounds=rounds, suggestions=shown)

    @property
    def loads(self) -> dict[str, int]:
        """The number of charts of each reviewer."""
        return {reviewer: len(self.charts_of(reviewer)) for reviewer in self.reviewers}

    @property
    def frame(self) -> pl.DataFrame:
        """One row a chart and round: `PLAN_COLUMNS`."""
        rows = [
            (chart, number, reviewer)
            for chart, names in self.rounds.items()
            for number, reviewer in enumerate(names, start=1)
        ]
        return pl.DataFrame(rows, schema=PLAN_COLUMNS, orient="row")

    @property
    def sentence(self) -> str:
        """The plan in words."""
        several = sum(len(names) > 1 for names in self.rounds.values())
        loads = ", ".join(f"{name} {count:,}" for name, count in self.loads.items())
        return (
            f"{counted(len(self.rounds), 'chart')}, {several:,} with more than one reviewer (rule: "
            f"{self.rule}, share {self.share:g}, seed {self.seed}); charts of each: {loads}. "
            f"{self.blindness.sentence}"
            + ("" if self.suggestions is None else f" {self.suggestions.sentence}")
        )

    def to_payload(self) -> dict[str, object]:
        """Return the plan as the payload of its event."""
        return {
            "reviewers": list(self.reviewers),
            "rule": self.rule,
            "share": self.share,
            "seed": self.seed,
            "blind": list(self.blindness.levels),
            "rounds": {chart: list(names) for chart, names in self.rounds.items()},
            # Absent where there is none, as earlier versions wrote it.
            **({} if self.suggestions is None else {"suggestions": self.suggestions.to_payload()}),
        }


def plan_review(
    charts: Sequence[ChartToReview],
    request: PlanRequest,
    *,
    assigned: Mapping[str, Sequence[str]] | None = None,
    earlier: ReviewPlan | None = None,
) -> ReviewPlan:
    """Return who reviews which chart: no one a chart they coded, and loads that are as even as that allows.

    Parameters
    ----------
    charts
        The charts in order of review.
    request
        The reviewers and the rule.
    assigned
        Reviewers of charts by an earlier plan, which stay.
    earlier
        That plan, whose charts stay with or without suggested codes.

    Raises
    ------
    UsageError
        If a chart has too few reviewers who did not code it.

    Notes
    -----
    The same charts and request give the same plan on every machine: ties are broken by SHA-256 of the seed,
    the chart and the reviewer. Charts with the fewest possible reviewers and the most reviews are given out
    first, each to those with the fewest charts. If nobody coded any of the charts, loads differ by one at
    most.
    """
    kept = {chart: tuple(names) for chart, names in (assigned or {}).items()}
    several = _charts_with_several(charts, request)
    possible = {
        chart.encounter_id: [name for name in request.reviewers if not _is_coder(name, chart, request)]
        for chart in charts
    }
    needed = {
        chart.encounter_id: request.review_count if chart.encounter_id in several else 1 for chart in charts
    }
    rounds = {chart.encounter_id: list(kept.get(chart.encounter_id, ())) for chart in charts}
    loads = dict.fromkeys(request.reviewers, 0)
    for names in rounds.values():
        for name in names:
            loads[name] = loads.get(name, 0) + 1
    in_turn = sorted(
        rounds,
        key=lambda chart: (
            len(possible[chart]) - needed[chart],
            -needed[chart],
            _ticket(request.seed, chart),
        ),
    )
    for chart in in_turn:
        for _ in range(needed[chart] - len(rounds[chart])):
            free = [name for name in possible[chart] if name not in rounds[chart]]
            if not free:
                message = f"Chart {chart} needs {counted(needed[chart], 'reviewer')} who did not code it."
                raise UsageError(message, hint="Name more reviewers.")
            chosen = min(free, key=lambda name: (loads[name], _ticket(request.seed, chart, name)))
            rounds[chart].append(chosen)
            loads[chosen] += 1
    return ReviewPlan(
        tuple(loads),
        request.rule,
        request.share,
        request.seed,
        Blindness.of(request.blind),
        {chart: tuple(names) for chart, names in rounds.items()},
        _suggestions([chart.encounter_id for chart in charts], request, earlier),
    )


def _suggestions(
    encounter_ids: Sequence[str], request: PlanRequest, earlier: ReviewPlan | None
) -> SuggestionPlan | None:
    before = None if earlier is None else earlier.suggestions
    if request.suggestions_of is None:
        return before
    return assign_suggestions(
        encounter_ids,
        request.suggestions_of,
        share=request.shown_share,
        seed=request.seed,
        earlier=before,
        earlier_charts=() if earlier is None or before is None else earlier.rounds,
    )


def _charts_with_several(charts: Sequence[ChartToReview], request: PlanRequest) -> set[str]:
    """Return the charts that get several reviewers by the rule."""
    names = [chart.encounter_id for chart in charts]
    if request.rule == "share":
        count = _whole(request.share * len(names))
        return {names[math.floor(number * len(names) / count)] for number in range(count)}
    if request.rule == "random":
        return _drawn(names, request)
    only = set(request.only)
    if request.rule == "coder":
        of_coder: dict[str, list[str]] = {}
        for chart in charts:
            if chart.coder_id is not None and (not only or chart.coder_id in only):
                of_coder.setdefault(chart.coder_id, []).append(chart.encounter_id)
        return {name for own in of_coder.values() for name in _drawn(own, request)}
    if request.rule == "finding":
        found = [one.encounter_id for one in charts if (one.check_ids & only if only else one.check_ids)]
        return _drawn(found, request)
    return _drawn([one.encounter_id for one in charts if one.is_disagreed], request)


def _drawn(names: Iterable[str], request: PlanRequest) -> set[str]:
    in_turn = sorted(names, key=lambda name: _ticket(request.seed, "second", name))
    return set(in_turn[: _whole(request.share * len(in_turn))])


def _whole(count: float) -> int:
    # 0.2 x 15 is a hair over 3 in floating point.
    return math.ceil(round(count, 9))


def _is_coder(reviewer: str, chart: ChartToReview, request: PlanRequest) -> bool:
    return chart.coder_id is not None and (
        same_person(reviewer, chart.coder_id) or chart.coder_id in request.coder_ids.get(reviewer, ())
    )


def _ticket(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def current_plan(events: Iterable[Event]) -> ReviewPlan | None:
    """Return the plan of an audit by its latest 'review planned' event; None if no review was planned.

    Raises
    ------
    StoreError
        If it cannot be read, because another version wrote it.
    """
    event = next((one for one in reversed(list(events)) if one.kind == REVIEW_PLANNED), None)
    if event is None:
        return None
    values = event.payload
    try:
        rounds, blind, reviewers = values["rounds"], values["blind"], values["reviewers"]
        if not isinstance(rounds, dict) or not isinstance(blind, list) or not isinstance(reviewers, list):
            raise TypeError  # noqa: TRY301 - one message for whatever cannot be read
        return ReviewPlan(
            tuple(map(str, reviewers)),
            str(values["rule"]),
            float(str(values["share"])),
            str(values["seed"]),
            Blindness.of(blind),
            {str(chart): tuple(map(str, names)) for chart, names in rounds.items()},
            SuggestionPlan.from_payload(values.get("suggestions")),
        )
    except (KeyError, TypeError, ValueError, UsageError) as error:
        message = (
            f"Event {event.event_number} of the ledger holds no review plan that this auditlib can read."
        )
        raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error


def blindness_of(events: Sequence[Event], reviewer: str, encounter_id: str | None = None) -> Blindness:
    """Return what is hidden from a person by the plans of the audits that the events are of.

    Parameters
    ----------
    events
        Of one audit or several.
    reviewer
        The person; nothing is hidden from who reviews nothing.
    encounter_id
        Of this chart, where the person reviews it; None for the audits as wholes.
    """
    hidden: set[str] = set()
    for audit in dict.fromkeys(event.audit for event in events if event.kind == REVIEW_PLANNED):
        own = [event for event in events if event.audit == audit]
        plan = current_plan(own)
        if plan is None:
            continue
        named = (name for names in plan.rounds.values() for name in names)
        charts = plan.charts_of(next((name for name in named if same_person(name, reviewer)), reviewer))
        if not charts or (encounter_id is not None and encounter_id not in charts):
            continue
        opened = opened_levels(own, reviewer)
        for chart in charts if encounter_id is None else [encounter_id]:
            # Of the audit as a whole is hidden what is hidden of any of its charts.
            of_chart = frozenset() if encounter_id is None else opened.get(chart, frozenset())
            hidden |= plan.blindness_of_chart(chart).opened(opened.get(audit, frozenset()) | of_chart).hidden
    return Blindness(frozenset(hidden))
