"""Adjudication of an audit: the disagreements as people read them, and decisions that go on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from auditlib.audits.audit import Reviewed, reviewed, verdicts_before_and_after
from auditlib.errors import LedgerMovedOnError, UsageError
from auditlib.ledger import Event
from auditlib.review import NO_RECORD, Decision, Verdict
from auditlib.review.adjudication import (
    ADJUDICATED,
    ADJUDICATION_WITHDRAWN,
    AGREE,
    NOT_ADDED,
    RECORD,
    current_decisions,
    item_of,
    label_order,
    require_reason,
    resolve_item,
    with_items,
)
from auditlib.review.fold import fold
from auditlib.review.person import is_one_of, same_person
from auditlib.review.stay_verdict import STAY_FACTS, StayVerdict, fold_stay_verdicts
from auditlib.workspace.folder import Workspace

_CHART: Final = ("audit", "encounter_id")
_ITEM: Final = (*_CHART, "item")
_OF_REVIEWER: Final = ("verdict", "evidence", "comment", "minutes")
_OPEN: Final = "open"
_DECIDED: Final = "decided"


def disagreement_frame(workspace: Workspace, found: Reviewed, *, with_names: bool) -> pl.DataFrame:
    """Return what the reviewers of charts judge differently, one row an item, decided or open.

    Parameters
    ----------
    workspace
        The workspace with the coder's codes and the documents.
    found
        The reviews of an audit.
    with_names
        Whether the reviewers are named; else they are A, B and so on, which say nothing across charts.

    Returns
    -------
    polars.DataFrame
        encounter_id, item, code (as the coder has it), verdict, evidence, comment and minutes of each
        reviewer (``verdict_A``, ``verdict_B``, ...), with names also ``reviewer_A`` ..., and of the decision
        state (open or decided), final_verdict, adjudicator and reason.
    """
    rows = found.disagreements
    texts = _as_people_read(workspace, rows, found)
    labels = pl.DataFrame(
        [
            (audit, chart, reviewer, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number])
            for (audit, chart), own in rows.group_by(_CHART, maintain_order=True)
            for number, reviewer in enumerate(
                label_order(str(audit), str(chart), own["reviewer"].unique().to_list())
            )
        ],
        schema={**dict.fromkeys((*_CHART, "reviewer"), pl.String()), "label": pl.String()},
        orient="row",
    )
    long = texts.join(labels, on=[*_CHART, "reviewer"], how="left")
    shown = (*_OF_REVIEWER, *(("reviewer",) if with_names else ()))
    per_item = ("encounter_id", "item", "code", "state", "final_verdict", "adjudicator", "reason")
    if long.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(per_item, pl.String()))
    wide = long.pivot("label", index=list(per_item), values=list(shown), sort_columns=True)
    ordered = [
        f"{name}_{label}"
        for label in sorted(long["label"].unique())
        for name in (*(("reviewer",) if with_names else ()), *_OF_REVIEWER)
    ]
    return wide.select(*per_item[:3], *ordered, *per_item[3:]).sort(
        "encounter_id", pl.col("item").cast(pl.Int64, strict=False), "item", nulls_last=True
    )


def _as_people_read(workspace: Workspace, rows: pl.DataFrame, found: Reviewed) -> pl.DataFrame:
    """Return the disagreements with what each reviewer and the adjudicator decided, in words."""
    keys = rows.select(*_ITEM, "reviewer").unique()
    judged = with_items(pl.concat([found.verdicts, found.stays])).join(
        keys, on=[*_ITEM, "reviewer"], how="semi"
    )
    own = found.decisions.filter("is_third").join(rows.select(_ITEM).unique(), on=_ITEM, how="semi")
    minutes = found.charts.select(
        *_CHART,
        "reviewer",
        minutes=((pl.col("completed_at") - pl.col("opened_at")).dt.total_seconds() / 60).round(1),
    )
    of_reviewers = _in_words(workspace, judged).select(
        *_ITEM, "reviewer", "code", "words", "evidence", "comment"
    )
    of_adjudicator = _in_words(workspace, own).select(*_ITEM, third_words="words")
    absent = (
        pl.when(pl.col("item") == RECORD)
        .then(pl.format("the record is {}", "result"))
        .when(pl.col("result").is_in([AGREE, NOT_ADDED]))
        .then("result")
        .when(pl.col("result").str.starts_with(f"{NO_RECORD}|"))
        .then(pl.lit(NO_RECORD))
    )
    followed = pl.col("verdict").filter(pl.col("reviewer") == pl.col("follows")).first().over(_ITEM)
    code = (
        pl.when(pl.col("item") == RECORD)
        .then(pl.lit("the record"))
        .otherwise(pl.col("code").drop_nulls().first().over(_ITEM))
    )
    return (
        rows.join(of_reviewers, on=[*_ITEM, "reviewer"], how="left")
        .join(of_adjudicator, on=_ITEM, how="left")
        .join(minutes, on=[*_CHART, "reviewer"], how="left")
        .with_columns(verdict=pl.coalesce("words", absent), code=code)
        .with_columns(
            state=pl.when(pl.col("adjudicator").is_null()).then(pl.lit(_OPEN)).otherwise(pl.lit(_DECIDED)),
            final_verdict=pl.when(pl.col("adjudicator").is_not_null()).then(
                pl.when(pl.col("follows").is_null()).then("third_words").otherwise(followed)
            ),
        )
    )


def _in_words(workspace: Workspace, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts with the coder's code and the verdict in words."""
    readable = verdicts_before_and_after(workspace, verdicts)
    kind = pl.concat_str("error_kind", "cause", separator=", ", ignore_nulls=True)
    because = pl.when(kind == "").then(pl.lit("")).otherwise(pl.format(": {}", kind))
    words = (
        pl.when(pl.col("action") == "change")
        .then(pl.format("change to {}{}", "after", because))
        .when(pl.col("action") == "add")
        .then(pl.format("add {}{}", "after", because))
        .otherwise(pl.format("{}{}", "action", because))
    )
    return verdicts.drop("code", "comment").with_columns(
        code=readable["before"],
        words=readable.select(words).to_series(),
        evidence=readable["evidence"],
        comment=readable["comment"],
    )


def adjudicate(
    workspace: Workspace,
    audit: str,
    *,
    encounter_id: str,
    code: str | int,
    follow: str | Verdict | StayVerdict,
    reason: str,
    adjudicator: str,
    recorded_at: dt.datetime,
    replace: bool = False,
    own_review_reason: str | None = None,
) -> Event:
    """Record an adjudicator's decision on one item of a chart whose reviewers differ.

    Parameters
    ----------
    workspace, audit
        The workspace and the audit.
    encounter_id, code
        The chart, and the code, its position, or the item as `disagreement_frame` lists it.
    follow
        The letter or the name of the reviewer whose verdict is final, or a verdict of the adjudicator's own,
        of a fact of the stay a `StayVerdict`.
    reason
        Why.
    adjudicator, recorded_at
        Who decides, and when.
    replace
        Whether an earlier decision on the item, of whomever, is replaced.
    own_review_reason
        Why a reviewer of the chart may decide it; without it that is refused.

    Raises
    ------
    UsageError
        If the reviewers do not differ on it, it is decided already, or the adjudicator reviewed or coded the
        chart.
    """
    require_reason(reason, "A decision")
    _require_not_coder(workspace, encounter_id, adjudicator)
    while True:
        events = workspace.ledger().events(audit=audit)
        found = reviewed(workspace, audit)
        rows = found.disagreements.filter(encounter_id=encounter_id)
        item = _item(rows, encounter_id, code, found)
        of_item = rows.filter(item=item)
        reviewers = found.charts.filter(encounter_id=encounter_id)["reviewer"].to_list()
        _require_other(adjudicator, reviewers, own_review_reason)
        decided = of_item.row(0, named=True)
        if decided["adjudicator"] is not None and not replace:
            message = f"{decided['adjudicator']} decided this already, following {_whom(decided)}."
            raise UsageError(message, hint="To put your decision in its place, say that you replace it.")
        decision = _decision(events, audit, encounter_id, of_item, found, follow=follow, reason=reason)
        own = {} if own_review_reason is None else {"own_review_reason": own_review_reason}
        try:
            return workspace.ledger().append(
                kind=ADJUDICATED,
                audit=audit,
                subject=encounter_id,
                actor=adjudicator,
                payload={**decision.to_payload(), **own},
                recorded_at=recorded_at,
                seen=events[-1].event_number,
                seen_of_all=True,
            )
        except LedgerMovedOnError:
            continue


def withdraw_adjudication(
    workspace: Workspace,
    audit: str,
    *,
    encounter_id: str,
    code: str | int,
    reason: str,
    adjudicator: str,
    recorded_at: dt.datetime,
) -> Event:
    """Withdraw the decision on an item, which is open again.

    Raises
    ------
    UsageError
        If there is no decision on it, or who withdraws it coded the chart, or reviewed it without having
        decided.
    """
    require_reason(reason, "A withdrawal")
    _require_not_coder(workspace, encounter_id, adjudicator)
    while True:
        events = workspace.ledger().events(audit=audit)
        found = reviewed(workspace, audit)
        rows = found.disagreements.filter(encounter_id=encounter_id)
        item = _item(rows, encounter_id, code, found)
        decisions = current_decisions(events)
        if (audit, encounter_id, item) not in decisions:
            message = f"There is no decision on '{code}' of {encounter_id} to withdraw."
            raise UsageError(message, hint="It may have been withdrawn by someone else.")
        if not same_person(adjudicator, decisions[audit, encounter_id, item][1].actor):
            reviewers = found.charts.filter(encounter_id=encounter_id)["reviewer"].to_list()
            _require_other(adjudicator, reviewers, None)
        try:
            return workspace.ledger().append(
                kind=ADJUDICATION_WITHDRAWN,
                audit=audit,
                subject=encounter_id,
                actor=adjudicator,
                payload={"item": item, "reason": reason},
                recorded_at=recorded_at,
                seen=events[-1].event_number,
                seen_of_all=True,
            )
        except LedgerMovedOnError:
            continue


def _item(rows: pl.DataFrame, encounter_id: str, code: str | int, found: Reviewed) -> str:
    if rows.is_empty():
        message = f"No completed reviews of {encounter_id} differ: there is nothing to decide."
        raise UsageError(message, hint="Agreed items close themselves.")
    items = rows["item"].unique(maintain_order=True).to_list()
    verdicts = with_items(found.verdicts.filter(encounter_id=encounter_id))
    named = verdicts.select("item", code=pl.coalesce("code", "corrected_code")).unique("item")
    codes: Mapping[str, str] = dict(named.iter_rows())
    return resolve_item(items, code, codes)


def _require_other(adjudicator: str, reviewers: list[str], own_review_reason: str | None) -> None:
    if not is_one_of(adjudicator, reviewers):
        return
    if own_review_reason is None:
        message = f"{adjudicator} reviewed this chart and cannot adjudicate it."
        raise UsageError(message, hint="Let somebody else decide, or give the reason why a reviewer may.")
    require_reason(own_review_reason, "A decision on one's own review")


def _require_not_coder(workspace: Workspace, encounter_id: str, adjudicator: str) -> None:
    params = {"encounter_ids": [encounter_id]}
    people = workspace.warehouse().query("queries/audits/people_of_encounters", params)
    if is_one_of(adjudicator, people["coder_id"].drop_nulls()):
        message = f"{adjudicator} coded this chart and cannot adjudicate it."
        raise UsageError(message, hint="Let somebody decide who neither coded nor reviewed it.")


def _whom(decided: Mapping[str, object]) -> str:
    return "a verdict of their own" if decided["follows"] is None else "one of the reviewers"


def _decision(
    events: list[Event],
    audit: str,
    encounter_id: str,
    of_item: pl.DataFrame,
    found: Reviewed,
    *,
    follow: str | Verdict | StayVerdict,
    reason: str,
) -> Decision:
    item = of_item["item"][0]
    seen = tuple(of_item.sort("reviewer").select("reviewer", "result").iter_rows())
    if not isinstance(follow, str):
        _require_about(follow, encounter_id, item, found)
        return Decision(item, None, follow, reason, seen)
    reviewers = of_item["reviewer"].to_list()
    # Letters are given to all reviewers of the chart whom its disagreements name.
    all_of_chart = found.disagreements.filter(encounter_id=encounter_id)["reviewer"].unique().to_list()
    letters = dict(
        zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", label_order(audit, encounter_id, all_of_chart), strict=False)
    )
    reviewer = follow if follow in reviewers else letters.get(follow.strip().upper())
    if reviewer is None or reviewer not in reviewers:
        message = f"'{follow}' is none of the reviewers of this item."
        listed = ", ".join(letter for letter, name in letters.items() if name in reviewers)
        raise UsageError(message, hint=f"Follow one of: {listed}; or give a verdict of your own.")
    review = fold({}, events)[audit, reviewer, encounter_id]
    verdict: Verdict | StayVerdict | None = next(
        (one.verdict for one in review.current.values() if item_of(one.verdict) == item), None
    )
    if item in STAY_FACTS:
        verdict = fold_stay_verdicts(events)[audit, reviewer, encounter_id, item][0]
    return Decision(item, reviewer, verdict, reason, seen)


def _require_about(verdict: Verdict | StayVerdict, encounter_id: str, item: str, found: Reviewed) -> None:
    """Raise if an adjudicator's own verdict is not about the item."""
    if isinstance(verdict, StayVerdict):
        billed = found.stays.filter(encounter_id=encounter_id)["code"].to_list()
        if (verdict.encounter_id, verdict.fact) != (encounter_id, item) or verdict.billed not in billed:
            message = f"The verdict is about another fact of a stay than '{item}' of this chart as billed."
            raise UsageError(message, hint="Give its chart, the fact and the billed value as they are.")
        return
    if item in STAY_FACTS:
        message = f"The reviewers differ on the {item}, and the verdict is about a code."
        raise UsageError(message, hint="Give a StayVerdict on it, or follow a reviewer.")
    if item == RECORD:
        message = "Whether the record is missing is decided by following a reviewer."
        raise UsageError(message)
    coded = found.verdicts.filter(
        pl.col("encounter_id") == encounter_id, pl.col("code_number").eq_missing(verdict.code_number)
    )
    code = coded.select("code_system", "code").unique().rows()
    is_other = verdict.code_number is not None and (verdict.code_system, verdict.code) not in code
    is_addition = verdict.code_number is None and item.startswith("+")
    if verdict.encounter_id != encounter_id or is_other or not (is_addition or item_of(verdict) == item):
        message = "The verdict is about another code than the reviewers differ on."
        raise UsageError(message, hint="Give its chart, its position and the coder's code as they are.")
