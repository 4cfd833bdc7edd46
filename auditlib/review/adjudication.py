"""Adjudication: what reviewers of one chart judge differently, and the decisions on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

import polars as pl

from auditlib.codes.systems import CPT, HCPCS, ICD10CM
from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.frames import VERDICT_COLUMNS, verdict_row
from auditlib.review.record_statement import MISSING
from auditlib.review.stay_verdict import FACT_OF_SYSTEM, STAY_FACTS, StayVerdict, stay_verdict_row
from auditlib.review.verdict import LONGEST_COMMENT, Verdict
from auditlib.text import is_plain

ADJUDICATED: Final = "adjudicated"
ADJUDICATION_WITHDRAWN: Final = "adjudication withdrawn"
RECORD: Final = "record"
"""The item of a chart of which one reviewer says that its record is missing, and another judged it."""
AGREE: Final = "agree"
NOT_ADDED: Final = "not added"
NOT_MISSING: Final = "not missing"

_CHART: Final = ("audit", "encounter_id")
_REVIEW: Final = (*_CHART, "reviewer")
_ITEM: Final = (*_CHART, "item")
# What a verdict makes of the codes; kind, cause and comment are the reviewer's words about it.
RESULT: Final = (
    "action",
    "code_number",
    "corrected_code_system",
    "corrected_code",
    "corrected_code_role",
    "corrected_poa_indicator",
    "corrected_modifiers",
    "corrected_unit_count",
)
DECISION_COLUMNS: Final = {
    **VERDICT_COLUMNS,
    "item": pl.String(),
    "follows": pl.String(),
    "is_third": pl.Boolean(),
    "reason": pl.String(),
    "seen": pl.String(),
}
DISAGREEMENT_COLUMNS: Final = {
    "audit": pl.String(),
    "encounter_id": pl.String(),
    "item": pl.String(),
    "reviewer": pl.String(),
    "result": pl.String(),
    "seen": pl.String(),
    "adjudicator": pl.String(),
    "follows": pl.String(),
    "final_result": pl.String(),
    "reason": pl.String(),
    "decided_at": pl.Datetime("us"),
    "decided_event_number": pl.Int64(),
}
"""Columns of the items that reviewers judge differently: one row an item and reviewer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An adjudicator's decision on one item of a chart.

    Parameters
    ----------
    item
        Position of the coder's code, the key of an addition, `RECORD`, or a fact of the stay: see `item_of`.
    follows
        The reviewer whose verdict is final, or None for a verdict of the adjudicator's own.
    verdict
        The final verdict; None where the reviewer followed added nothing, only the record is decided, or a
        reviewer's verdict on a fact of the stay is followed.
    reason
        Why.
    seen
        What each reviewer's verdict made of the item when it was decided. If it is another one later, the
        decision does not count any more.
    """

    item: str
    follows: str | None
    verdict: Verdict | StayVerdict | None
    reason: str
    seen: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        require_reason(self.reason, "A decision")
        if self.follows is None and self.verdict is None:
            message = "A decision follows a reviewer, or gives a verdict of its own."
            raise UsageError(message)

    def to_payload(self) -> dict[str, object]:
        """Return the decision as the payload of its event."""
        return {
            "item": self.item,
            "follows": self.follows,
            "verdict": None if self.verdict is None else self.verdict.to_payload(),
            "reason": self.reason,
            "seen": [list(pair) for pair in self.seen],
        }


def require_reason(reason: str, what: str) -> None:
    """Raise if a reason is blank, too long or no plain text."""
    if not reason.strip() or len(reason) > LONGEST_COMMENT or not is_plain(reason, allowed="\n\t"):
        message = f"{what} needs its reason in words."
        raise UsageError(message, hint=f"Plain text of at most {LONGEST_COMMENT} characters.")


def decision_of(event: Event) -> Decision:
    """Return the decision of an event of kind 'adjudicated'.

    Raises
    ------
    StoreError
        If it cannot be read, because another version wrote it.
    """
    values = event.payload
    try:
        verdict, follows, seen = values["verdict"], values["follows"], values["seen"]
        if not isinstance(seen, list) or not (follows is None or isinstance(follows, str)):
            raise TypeError  # noqa: TRY301 - one message for whatever cannot be read
        item = str(values["item"])
        kind = StayVerdict if item in STAY_FACTS else Verdict
        return Decision(
            item,
            follows,
            kind.from_payload(event.subject, verdict) if isinstance(verdict, Mapping) else None,
            str(values["reason"]),
            tuple((str(reviewer), str(result)) for reviewer, result in seen),
        )
    except (KeyError, TypeError, ValueError, UsageError) as error:
        message = f"Event {event.event_number} of the ledger holds no decision that this auditlib can read."
        raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error


def item_of(verdict: Verdict | StayVerdict) -> str:
    """Return what a verdict is about, as one text: position of the code, key of the addition, or the fact."""
    if isinstance(verdict, StayVerdict):
        return verdict.fact
    if verdict.code_number is not None:
        return str(verdict.code_number)
    return "+" + "/".join(map(str, verdict.key))


def current_decisions(events: Iterable[Event]) -> dict[tuple[str, str, str], tuple[Decision, Event]]:
    """Return the latest decision on each item by audit, encounter and item; withdrawn ones are left out."""
    current: dict[tuple[str, str, str], tuple[Decision, Event]] = {}
    for event in events:
        if event.kind == ADJUDICATED:
            decision = decision_of(event)
            current[event.audit, event.subject, decision.item] = (decision, event)
        elif event.kind == ADJUDICATION_WITHDRAWN:
            current.pop((event.audit, event.subject, str(event.payload.get("item"))), None)
    return current


def decision_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per decision that is current: `DECISION_COLUMNS`, where reviewer is the adjudicator."""
    rows = []
    for (audit, encounter_id, item), (decision, event) in current_decisions(events).items():
        verdict = decision.verdict if decision.follows is None else None
        row = (
            {"action": None, "recorded_at": event.recorded_at.astimezone(UTC).replace(tzinfo=None)}
            if verdict is None
            else stay_verdict_row(verdict, event)
            if isinstance(verdict, StayVerdict)
            else verdict_row(verdict, event)
        )
        rows.append(
            {
                **row,
                "audit": audit,
                "reviewer": event.actor,
                "encounter_id": encounter_id,
                "event_number": event.event_number,
                "item": item,
                "follows": decision.follows,
                "is_third": decision.follows is None,
                "reason": decision.reason,
                "seen": seen_text(decision.seen),
            }
        )
    return pl.DataFrame(rows, schema=DECISION_COLUMNS).sort(_ITEM)


def seen_text(seen: Iterable[tuple[str, str]]) -> str:
    """Return what each reviewer makes of an item as one text, the same for the same results."""
    return "\n".join(sorted(f"{reviewer}\t{result}" for reviewer, result in seen))


def label_order(audit: str, encounter_id: str, reviewers: Iterable[str]) -> tuple[str, ...]:
    """Return the reviewers of a chart in the order of their letters A, B and so on.

    The order differs from chart to chart, so that a letter does not name anybody, and stays the same for a
    chart.
    """

    def ticket(reviewer: str) -> str:
        return hashlib.sha256(f"{audit}\n{encounter_id}\n{reviewer}".encode()).hexdigest()

    return tuple(sorted(reviewers, key=ticket))


def with_items(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts with ``item``, what each is about (see `item_of`), and ``result``, what it makes of it.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame`, or of `auditlib.review.stay_verdict.stay_verdict_frame`.
    """
    system, code, role = (pl.col(f"corrected_code{part}").fill_null("") for part in ("_system", "", "_role"))
    listed_role = pl.when(role.is_in(["principal", "secondary"])).then(pl.lit("secondary")).otherwise(role)
    modifiers = pl.col("corrected_modifiers").fill_null("").str.split(",").list.sort().list.join("/")
    shown_modifiers = pl.when(modifiers == "").then(pl.lit("")).otherwise(pl.format("/{}", modifiers))
    rest = (
        pl.when(system == ICD10CM)
        .then(pl.format("/{}", listed_role))
        .when(system.is_in([CPT, HCPCS]))
        .then(shown_modifiers)
        .otherwise(pl.lit(""))
    )
    addition = pl.format("+{}/{}{}", system, code, rest)
    result = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in RESULT], separator="|")
    return verdicts.with_columns(
        item=pl.when(pl.col("code_system").is_in(list(FACT_OF_SYSTEM)))
        .then(pl.col("code_system").replace(dict(FACT_OF_SYSTEM)))
        .when(pl.col("code_number").is_null())
        .then(addition)
        .otherwise(pl.col("code_number").cast(pl.String)),
        result=pl.when(pl.col("action") == AGREE).then(pl.lit(AGREE)).otherwise(result),
    )


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """What the decisions make of the charts whose reviews differ.

    Parameters
    ----------
    disagreements
        `DISAGREEMENT_COLUMNS` of every item that reviewers judge differently, decided or open.
    verdicts, charts
        Of the charts that are decided in full, as one review by who decided last.
    """

    disagreements: pl.DataFrame
    verdicts: pl.DataFrame
    charts: pl.DataFrame


def adjudicate(judged: pl.DataFrame, charts: pl.DataFrame, decisions: pl.DataFrame) -> Adjudicated:
    """Return what is open and what is decided of charts whose reviews differ.

    Items on which all reviewers of a chart agree close themselves. If one of them says that the record is
    missing and another judged it, this is decided first; then only reviews of that kind are compared.

    Parameters
    ----------
    judged
        Verdicts of these charts, with a row for each code that no record supports.
    charts
        Their completed reviews: rows of `auditlib.review.chart_frame`.
    decisions
        Rows of `decision_frame`.
    """
    judged = with_items(judged.join(charts, on=_REVIEW, how="semi"))
    reviews = charts.with_columns(is_missing=pl.col("record_status").eq_missing(MISSING))
    about_record = _with_decisions(_about_record(reviews), decisions)
    is_open = about_record.filter(pl.col("adjudicator").is_null()).select(_CHART).unique()
    followed = about_record.filter(pl.col("reviewer") == pl.col("follows")).select(
        *_CHART, followed_result="result"
    )
    compared = (
        reviews.join(is_open, on=_CHART, how="anti")
        .join(followed, on=_CHART, how="left")
        .filter(
            pl.col("followed_result").is_null()
            | ((pl.col("followed_result") == MISSING) == pl.col("is_missing"))
        )
        .select(charts.columns)
    )
    about_codes = _with_decisions(_about_codes(judged, compared), decisions)
    disagreements = pl.concat([about_record, about_codes]).sort(*_ITEM, "reviewer")
    still_open = disagreements.filter(pl.col("adjudicator").is_null()).select(_CHART).unique()
    decided = compared.join(still_open, on=_CHART, how="anti")
    closed = disagreements.join(still_open, on=_CHART, how="anti")
    verdicts, final_charts = _as_one_review(judged, decided, closed, decisions)
    return Adjudicated(disagreements, verdicts, final_charts)


def _about_record(reviews: pl.DataFrame) -> pl.DataFrame:
    """Return the charts whose record is missing by some reviews and not by others."""
    return (
        reviews.filter(pl.col("is_missing").n_unique().over(_CHART) > 1)
        .select(
            *_CHART,
            "reviewer",
            item=pl.lit(RECORD),
            result=pl.when("is_missing").then(pl.lit(MISSING)).otherwise(pl.lit(NOT_MISSING)),
        )
        .select(*_ITEM, "reviewer", "result")
    )


def _about_codes(judged: pl.DataFrame, compared: pl.DataFrame) -> pl.DataFrame:
    """Return the codes that reviews of one chart judge differently, each with what every reviewer made."""
    reviews = compared.select(_REVIEW)
    results = (
        judged.join(reviews, on=_REVIEW, how="semi")
        .group_by(*_REVIEW, "item")
        .agg(result=pl.col("result").sort().str.join("\n"))
    )
    absent = pl.when(pl.col("item").str.starts_with("+")).then(pl.lit(NOT_ADDED)).otherwise(pl.lit(AGREE))
    return (
        results.select(_ITEM)
        .unique()
        .join(reviews, on=_CHART, how="inner")
        .join(results, on=[*_REVIEW, "item"], how="left")
        .with_columns(result=pl.coalesce("result", absent))
        .filter(pl.col("result").n_unique().over(_ITEM) > 1)
        .select(*_ITEM, "reviewer", "result")
    )


def _with_decisions(items: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return items with the decision on each, as far as it was made on what the reviewers now say."""
    seen = items.group_by(_ITEM).agg(seen=pl.format("{}\t{}", "reviewer", "result").sort().str.join("\n"))
    third = with_items(decisions.drop("item")).select("result").to_series()
    made = decisions.select(
        *_ITEM,
        "seen",
        "follows",
        "reason",
        adjudicator="reviewer",
        third_result=pl.when("is_third").then(third),
        decided_at="recorded_at",
        decided_event_number="event_number",
    )
    followed = pl.col("result").filter(pl.col("reviewer") == pl.col("follows")).first().over(_ITEM)
    return (
        items.join(seen, on=_ITEM, how="left")
        .join(made, on=[*_ITEM, "seen"], how="left")
        .with_columns(final_result=pl.coalesce("third_result", followed))
        .match_to_schema(DISAGREEMENT_COLUMNS, extra_columns="ignore")
    )


def _as_one_review(
    judged: pl.DataFrame, decided: pl.DataFrame, disagreements: pl.DataFrame, decisions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return verdicts and charts in which each disagreement is as decided and the rest as all agree."""
    last = disagreements.group_by(_CHART).agg(
        pl.col("adjudicator").sort_by("decided_event_number").last(),
        pl.col("decided_at").max(),
    )
    basis = decided.sort("completed_at", "reviewer").unique(_CHART, keep="last", maintain_order=True)
    items = disagreements.filter(pl.col("item") != RECORD)
    agreed = judged.join(basis, on=_REVIEW, how="semi").join(items, on=_ITEM, how="anti")
    followed = items.filter(pl.col("reviewer") == pl.col("follows")).select(*_ITEM, "reviewer")
    own = items.filter(pl.col("follows").is_null()).select(_ITEM).unique()
    third = decisions.join(own, on=_ITEM, how="semi")
    rows = pl.concat(
        [
            frame.select(*VERDICT_COLUMNS)
            for frame in (agreed, judged.join(followed, on=[*_ITEM, "reviewer"], how="semi"), third)
        ]
    )
    verdicts = (
        rows.join(last, on=_CHART, how="inner")
        .with_columns(reviewer="adjudicator")
        .select(*VERDICT_COLUMNS)
        .sort(*_CHART, "code_number", "event_number", nulls_last=True)
    )
    charts = (
        basis.join(last, on=_CHART, how="inner")
        .with_columns(reviewer="adjudicator", completed_at=pl.max_horizontal("completed_at", "decided_at"))
        .select(decided.columns)
    )
    return verdicts, charts


def resolve_item(items: Sequence[str], code: str | int, codes_of_items: Mapping[str, str]) -> str:
    """Return which of a chart's disagreements a code, its position or its key names.

    Parameters
    ----------
    items
        Items of the chart that reviewers judge differently.
    code
        What was named, a code with or without its dot.
    codes_of_items
        The code of each item.

    Raises
    ------
    UsageError
        If none or several are named so.
    """
    named = str(code).strip()
    if named in items:
        return named
    plain = named.replace(".", "").upper()
    found = [item for item in items if codes_of_items.get(item, "").replace(".", "").upper() == plain]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(items) or "none"
    if found:
        message = f"'{named}' names several disagreements of this chart."
        raise UsageError(message, hint=f"Name one by its item: {', '.join(found)}.")
    message = f"The reviewers do not differ on '{named}' of this chart."
    raise UsageError(message, hint=f"Items on which they differ: {listed}.")
