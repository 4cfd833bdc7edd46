"""A letter to one coder or provider: how the review went, three examples with their rule, what comes next.

A letter is made of `LetterExample`, which has no field for a comment, a quotation, an encounter or a day:
what is not there cannot get into a letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.codesets.library.code_rule import CodeRule
from auditlib.measures.people import PersonFigures, PersonKind
from auditlib.measures.target_rates import CANNOT_BE_TOLD, MET, NOT_MET, TOO_FEW
from auditlib.report.contents import Letter, ReportContents, Section, Signature
from auditlib.report.formatting import format_rate
from auditlib.report.packs.error_lessons import lesson_of
from auditlib.review import NO_RECORD
from auditlib.text import counted, format_dollars, format_share, long_date

MOST_EXAMPLES: Final = 3
AUDITOR_ERROR: Final = "auditor error"
_HOW_CHOSEN: Final = (
    "How the examples were chosen: the error with the most dollars of each error kind, over- or underpaid "
    "alike, "
    "kinds with the most dollars first; errors without dollars follow, the most frequent kind first. Each "
    "kind is "
    "shown once before any is shown twice. Records that were not found, and errors whose cause is the "
    "auditor, "
    "are no examples."
)
_TARGET_WORDS: Final = {
    MET: "The target of {target} is met.",
    NOT_MET: "The target of {target} is not met.",
    CANNOT_BE_TOLD: "Whether the target of {target} is met cannot be told: the interval holds it.",
    TOO_FEW: "Fewer than 30 charts are too few to say whether the target of {target} is met.",
}


@dataclass(frozen=True, slots=True)
class LetterExample:
    """One error as a letter shows it.

    Parameters
    ----------
    before, after
        The code as it was assigned and as the review holds it right.
    code_system
        System of the code.
    error_kind, cause
        Of the verdict.
    payment_difference
        US dollars, plus overpaid, minus underpaid; None if not priced.
    rules
        What loaded code sets say of the codes.
    authorities
        Checks that found the same code, with whose rule each is.
    chart_number
        Number of the chart in the order of the draw, where a reference is wanted.
    note
        A text that the user wrote for this letter.
    """

    before: str
    after: str
    code_system: str
    error_kind: str
    cause: str
    payment_difference: Decimal | None
    rules: tuple[CodeRule, ...] = ()
    authorities: tuple[str, ...] = ()
    chart_number: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LetterFigures:
    """Everything that a letter says, before it is put into words.

    Parameters
    ----------
    audit
        Name of the audit.
    kind, person
        Coder or provider, and the id.
    chart_count
        Charts of the person that were reviewed to the end.
    error_count
        Errors in these charts.
    code_rate
        One row of `auditlib.measures.target_rates.target_rates`.
    kinds
        Error kinds with the number of errors, most frequent first.
    examples
        At most `MOST_EXAMPLES`.
    reaudit_on
        The day of the next review, if it is set.
    """

    audit: str
    kind: PersonKind
    person: str
    chart_count: int
    error_count: int
    code_rate: pl.DataFrame
    kinds: Sequence[tuple[str, int]]
    examples: Sequence[LetterExample]
    reaudit_on: dt.date | None


def example_rows(findings: pl.DataFrame) -> pl.DataFrame:
    """Return the errors that a letter shows, by a rule that always chooses the same.

    Parameters
    ----------
    findings
        One row an error of the person, with encounter_id, code_number, before, after, action, error_kind,
        cause and payment_difference.

    Returns
    -------
    polars.DataFrame
        At most `MOST_EXAMPLES` rows: of each error kind the one with the most dollars, over- or underpaid
        alike, first the kinds with the most dollars, then the most frequent ones; if there are fewer kinds
        than examples, the next of the same order. A record that was not found, and an error whose cause is
        the auditor, is no example.
    """
    dollars = pl.col("payment_difference").abs().fill_null(0)
    order = ("dollars", "kind_count", "error_kind", "encounter_id", "code_number", "before", "after")
    descending = (True, True, *(False for _ in order[2:]))
    ranked = (
        findings.filter((pl.col("action") != NO_RECORD) & (pl.col("cause").ne_missing(AUDITOR_ERROR)))
        .with_columns(dollars=dollars, kind_count=pl.len().over("error_kind"))
        .sort(*order, descending=descending, nulls_last=True)
        .with_columns(place_in_kind=pl.int_range(pl.len()).over("error_kind"))
    )
    return (
        ranked.sort("place_in_kind", maintain_order=True)
        .head(MOST_EXAMPLES)
        .drop("dollars", "kind_count", "place_in_kind")
    )


def letter_figures(
    audit: str,
    figures: PersonFigures,
    examples: Sequence[LetterExample],
    *,
    reaudit_on: dt.date | None,
) -> LetterFigures:
    """Return what a letter says of a person, out of all that the review says."""
    return LetterFigures(
        audit=audit,
        kind=figures.kind,
        person=figures.person,
        chart_count=figures.chart_count,
        error_count=figures.findings.height,
        code_rate=figures.code_rate,
        kinds=list(figures.kinds.select("error_kind", "error_count").iter_rows()),
        examples=tuple(examples),
        reaudit_on=reaudit_on,
    )


def education_letter(
    figures: LetterFigures, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the letter.

    Parameters
    ----------
    figures
        What it says.
    made_at, made_by, software_version
        What it says of itself.
    """
    return ReportContents(
        title="What the coding review found",
        subtitle=f"Audit '{figures.audit}'",
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=(),
        sections=(
            Section("", paragraphs=_opening(figures)),
            *(_example(number, example) for number, example in enumerate(figures.examples, 1)),
            Section("What comes next", paragraphs=_next(figures)),
        ),
        letter=Letter(
            sender=(made_by,),
            address=(f"{figures.kind.capitalize()} {figures.person}",),
            salutation="Dear colleague,",
            closing="Sincerely,",
            signatures=(Signature("Auditor", made_by),),
        ),
    )


def _opening(figures: LetterFigures) -> tuple[str, ...]:
    whose = "you coded" if figures.kind == "coder" else "of your visits"
    if not figures.chart_count:
        return (f"None of the charts {whose} in this audit has been reviewed to the end yet.",)
    rate = figures.code_rate.row(0, named=True)
    charts = counted(figures.chart_count, "chart")
    were = "was" if figures.chart_count == 1 else "were"
    count = f"{rate['numerator_count']:,} of {counted(rate['denominator_count'], 'code')}"
    right = format_rate(rate["rate"], rate["lower"], rate["upper"], rate["undefined_reason"])
    sure = "In brackets is the 95 % interval, which takes charts, not codes, as independent."
    parts = [f"{charts} {whose} {were} reviewed to the end. Codes right: {count}, {right}. {sure}"]
    if rate["target_state"] is not None:
        parts.append(_TARGET_WORDS[rate["target_state"]].format(target=format_share(rate["target"])))
    if not figures.error_count:
        agreed = "the one chart" if figures.chart_count == 1 else f"all {figures.chart_count:,} charts"
        parts.append(
            f"The review agreed with every code of {agreed}, and no code was missed. Thank you for this "
            "careful work."
        )
    else:
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in figures.kinds)
        parts.append(f"The review found {counted(figures.error_count, 'error')}: {kinds}.")
        if figures.examples:
            parts.append(
                f"{_number_word(len(figures.examples))} shown below with the rule behind each. {_HOW_CHOSEN}"
            )
        else:
            parts.append(
                "None of them is an example to learn from: the records were not found, or the auditor was "
                "wrong."
            )
    return tuple(parts)


def _number_word(count: int) -> str:
    return {1: "One is", 2: "Two are", 3: "Three are"}.get(count, f"{count} are")


def _example(number: int, example: LetterExample) -> Section:
    lesson = lesson_of(example.error_kind, example.code_system)
    facts = [
        ("Coded", example.before),
        ("By the review", example.after),
        ("Error kind", example.error_kind),
        ("Cause", example.cause),
        ("Payment", _payment(example.payment_difference)),
        ("The rule", f"{lesson.rule} ({lesson.authority})"),
        *(("In the code set", sentence) for rule in example.rules for sentence in _rule_sentences(rule)),
        *(("A check of this code found", authority) for authority in example.authorities),
        ("Next time", lesson.look_for),
    ]
    if example.chart_number is not None:
        facts.append(("Reference", f"chart {example.chart_number:,} of the sample"))
    if example.note:
        facts.append(("Note", example.note))
    return Section(f"Example {number}: {example.error_kind}", facts=tuple(facts))


def _rule_sentences(rule: CodeRule) -> list[str]:
    if rule.title is None:
        return []
    sentences = [f"{rule.shown} {rule.title}."]
    if rule.is_valid is False:
        sentences.append(f"{rule.shown} was not in force on the date of service.")
    if rule.is_billable is False:
        below = f", such as {'; '.join(rule.children)}" if rule.children else ""
        sentences.append(f"{rule.shown} is a header code: a code with more characters is needed{below}.")
    return [*sentences, *rule.notes]


def _payment(difference: Decimal | None) -> str:
    if difference is None:
        return "not priced"
    if difference == 0:
        return "unchanged"
    return f"{'overpaid' if difference > 0 else 'underpaid'} by {format_dollars(abs(difference))}"


def _next(figures: LetterFigures) -> tuple[str, ...]:
    again = (
        "No day is set for the next review."
        if figures.reaudit_on is None
        else f"The next review of your {'coding' if figures.kind == 'coder' else 'visits'} begins on "
        f"{long_date(figures.reaudit_on)}."
    )
    return (
        again,
        (
            "If you see a finding otherwise, say so to the auditor: a finding that does not stand is taken "
            "out of "
            "the rates."
        ),
    )
