"""How well a coder's sets of codes match the reviewer's: Jaccard, precision, recall, F1, hierarchy."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import same_length

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """Codes that both have, that only the coder has and that only the reviewer has.

    Parameters
    ----------
    correct_count
        In both.
    unsupported_count
        Coder's, not the reviewer's.
    missed_count
        Reviewer's, not the coder's.
    """

    correct_count: int
    unsupported_count: int
    missed_count: int

    def __add__(self, other: MatchCounts) -> MatchCounts:
        return MatchCounts(
            self.correct_count + other.correct_count,
            self.unsupported_count + other.unsupported_count,
            self.missed_count + other.missed_count,
        )

    @property
    def precision(self) -> float | None:
        """Correct codes among the coder's; None if the coder has none."""
        return _share(self.correct_count, self.correct_count + self.unsupported_count)

    @property
    def recall(self) -> float | None:
        """Correct codes among the reviewer's, also called code over code; None if the reviewer has none."""
        return _share(self.correct_count, self.correct_count + self.missed_count)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None if neither has any code."""
        return _share(
            2 * self.correct_count, 2 * self.correct_count + self.unsupported_count + self.missed_count
        )

    @property
    def jaccard(self) -> float | None:
        """Correct codes among all; None if neither has any code."""
        return _share(self.correct_count, self.correct_count + self.unsupported_count + self.missed_count)

    @property
    def net_correct_count(self) -> int:
        """Correct minus unsupported codes; below 0 if over-coding outweighs."""
        return self.correct_count - self.unsupported_count

    @property
    def net_accuracy(self) -> float | None:
        """Net correct codes among the reviewer's, a variant of code over code that punishes over-coding."""
        return _share(self.net_correct_count, self.correct_count + self.missed_count)


def _share(count: int, total: int) -> float | None:
    return count / total if total else None


def match_codes(coder: Iterable[Hashable], reviewer: Iterable[Hashable]) -> MatchCounts:
    """Return the match of two lists of codes; a code that is listed twice counts twice.

    References
    ----------
    AHIMA, Benchmarking to Improve Coding Accuracy and Productivity (2009): code over code.

    Examples
    --------
    >>> match = match_codes(["R05", "R06", "J18.9"], ["J18.9"])
    >>> match.recall, match.net_accuracy
    (1.0, -1.0)
    """
    first, second = Counter(coder), Counter(reviewer)
    correct = (first & second).total()
    return MatchCounts(correct, first.total() - correct, second.total() - correct)


@dataclass(frozen=True, slots=True)
class SetAgreement:
    """Agreement over many charts.

    Parameters
    ----------
    by_chart
        Match of each chart, in order.
    by_code
        Match of each code over the charts.
    pooled
        All charts' codes together.
    empty_pair_count
        Charts on which neither has a code; they count as Jaccard and F1 of 1.
    """

    by_chart: tuple[MatchCounts, ...]
    by_code: dict[Hashable, MatchCounts]
    pooled: MatchCounts
    empty_pair_count: int

    def jaccard_by_chart(self) -> list[float]:
        """Return Jaccard for each chart."""
        return [1.0 if match.jaccard is None else match.jaccard for match in self.by_chart]

    def mean_jaccard(self) -> float:
        """Return the mean of Jaccard over charts."""
        return _mean(self.jaccard_by_chart())

    def macro_jaccard(self) -> float | None:
        """Return the mean of Jaccard over codes; None if there is no code."""
        return _mean_or_none([match.jaccard for match in self.by_code.values()])

    def macro_precision(self) -> float | None:
        """Return the mean of precision over codes the coder used."""
        return _mean_or_none([match.precision for match in self.by_code.values()])

    def macro_recall(self) -> float | None:
        """Return the mean of recall over codes the reviewer used."""
        return _mean_or_none([match.recall for match in self.by_code.values()])

    def macro_f1(self) -> float | None:
        """Return the mean of F1 over codes; None if there is no code."""
        return _mean_or_none([match.f1 for match in self.by_code.values()])

    def mean_f1(self) -> float:
        """Return the mean of F1 over charts."""
        return _mean([1.0 if match.f1 is None else match.f1 for match in self.by_chart])

    def exact_match_count(self) -> int:
        """Return the number of charts without any error (record over record)."""
        return sum(not match.unsupported_count and not match.missed_count for match in self.by_chart)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _mean_or_none(values: Iterable[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return _mean(defined) if defined else None


def compare_code_sets(
    coder: Sequence[AbstractSet[Hashable]], reviewer: Sequence[AbstractSet[Hashable]]
) -> SetAgreement:
    """Return the agreement of two sequences of code sets, chart by chart.

    Raises
    ------
    UsageError
        If the sequences differ in length or are empty.
    """
    same_length(coder, reviewer, ("coder", "reviewer"))
    if not coder:
        message = "Agreement over no charts is undefined."
        raise UsageError(message)
    pairs = list(zip(coder, reviewer, strict=True))
    by_chart = tuple(match_codes(first, second) for first, second in pairs)
    by_code: dict[Hashable, MatchCounts] = {}
    for first, second in pairs:
        for code in first | second:
            one = MatchCounts(
                int(code in first and code in second), int(code not in second), int(code not in first)
            )
            by_code[code] = by_code.get(code, MatchCounts(0, 0, 0)) + one
    pooled = MatchCounts(0, 0, 0)
    for match in by_chart:
        pooled += match
    empty = sum(not first and not second for first, second in pairs)
    return SetAgreement(by_chart, by_code, pooled, empty)


def with_ancestors(
    codes: Iterable[Hashable], ancestors: Callable[[Hashable], Iterable[Hashable]]
) -> frozenset[Hashable]:
    """Return the codes and everything above them, for hierarchical precision, recall and F1.

    Parameters
    ----------
    codes
        Codes of one chart.
    ancestors
        Gives the categories (blocks, chapters) above a code.

    Notes
    -----
    Compare the results by `match_codes` or `compare_code_sets`: a code that is wrong in its last digit then
    keeps the credit for its category.

    References
    ----------
    S. Kiritchenko, S. Matwin and F. Famili, BioLINK (2005); A. Kosmopoulos et al., Data Mining and
    Knowledge Discovery 29 (2015), 820-865.

    Examples
    --------
    >>> above = {"E11.65": ["E11.6", "E11"], "E11.9": ["E11"]}
    >>> first, second = (with_ancestors([code], above.__getitem__) for code in ("E11.9", "E11.65"))
    >>> match_codes(first, second).f1
    0.4
    """
    given = set(codes)
    return frozenset(given.union(*(ancestors(code) for code in given)))
