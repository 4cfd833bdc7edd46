"""The codes of one chart as its reviewers judged them, side by side, for who adjudicates it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import polars as pl

from auditlib.audits.audit import Reviewed, verdicts_before_and_after
from auditlib.codes import shown_code
from auditlib.review import AssignedCode, EvidencePassage
from auditlib.review.adjudication import AGREE, NOT_ADDED, RECORD, label_order, with_items
from auditlib.review.code_entry import plain_number
from auditlib.review.stay_verdict import STAY_FACTS
from auditlib.workspace.folder import Workspace

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
AGREED: Final = "agreed"
OPEN: Final = "open"
DECIDED: Final = "decided"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reviewer, or the adjudicator, makes of an item.

    Parameters
    ----------
    label
        The reviewer's letter; empty for the adjudicator's own verdict.
    reviewer
        The reviewer's name; None while it is hidden.
    action
        agree, change, delete, add, not added, no record, missing, not missing.
    after
        The code as it would be, as on a claim; None where there is none.
    error_kind, cause, comment, evidence
        The reviewer's reasons.
    minute_count
        Minutes that the reviewer had the chart open; None for the adjudicator.
    corrected
        System and code that would be, as stored; None where there is none.
    """

    label: str
    reviewer: str | None
    action: str
    after: str | None = None
    error_kind: str | None = None
    cause: str | None = None
    comment: str | None = None
    evidence: EvidencePassage | None = None
    minute_count: float | None = None
    corrected: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """A code of a chart, an addition, its record or a fact of the stay, with what every reviewer makes of it.

    Parameters
    ----------
    item
        Its key: see `auditlib.review.adjudication.item_of`.
    code_number
        Position of the coder's code; None for an addition, the record and a fact of the stay.
    billed
        The code as billed; '(nothing)' for an addition, 'the record' for the record, 'DRG 194' of a stay.
    judgements
        Of each reviewer, in the order of their letters.
    state
        agreed, open or decided.
    final
        What counts, where that is decided.
    follows
        The letter that the decision follows; None for a verdict of the adjudicator's own.
    adjudicator, reason
        Who decided, and why.
    """

    item: str
    code_number: int | None
    billed: str
    judgements: tuple[Judgement, ...]
    state: str
    final: Judgement | None = None
    follows: str | None = None
    adjudicator: str | None = None
    reason: str | None = None


def judged_items(
    workspace: Workspace,
    found: Reviewed,
    encounter_id: str,
    *,
    billed: Mapping[int, str],
    with_names: bool,
) -> list[JudgedItem]:
    """Return the items of a chart whose reviewers differ: codes, additions, facts of the stay, or its record.

    Facts of a stay are listed where reviewers differ on them.

    Parameters
    ----------
    workspace
        Whose warehouse has the codes and documents.
    found
        The reviews of the audit.
    encounter_id
        The chart; without a disagreement it has no items.
    billed
        The coder's codes as billed, by position.
    with_names
        Whether the reviewers are named.
    """
    differing = found.disagreements.filter(encounter_id=encounter_id)
    if differing.is_empty():
        return []
    audit = str(differing["audit"][0])
    labels = dict(
        zip(label_order(audit, encounter_id, differing["reviewer"].unique().to_list()), LETTERS, strict=False)
    )
    judged_facts = found.stays.filter(encounter_id=encounter_id)
    values = with_items(judged_facts).select("item", "code").iter_rows()
    named = {RECORD: "the record", **{fact: f"{fact} {value}" for fact, value in values}}
    own_verdicts = pl.concat([found.verdicts.filter(encounter_id=encounter_id), judged_facts])
    rows = _readable(workspace, own_verdicts)
    third = {
        row["item"]: row
        for row in _readable(
            workspace, found.decisions.filter(pl.col("encounter_id") == encounter_id, pl.col("is_third"))
        )
    }
    minutes: dict[str, float | None] = dict(
        found.charts.filter(encounter_id=encounter_id)
        .select("reviewer", ((pl.col("completed_at") - pl.col("opened_at")).dt.total_seconds() / 60).round(0))
        .iter_rows()
    )
    by_reviewer = {(row["reviewer"], row["item"]): row for row in rows}
    results: dict[str, dict[str, Mapping[str, object]]] = {}
    for row in differing.iter_rows(named=True):
        results.setdefault(row["item"], {})[row["reviewer"]] = row

    def judgement(reviewer: str, item: str, result: str) -> Judgement:
        name = reviewer if with_names else None
        row = by_reviewer.get((reviewer, item))
        minute_count = minutes.get(reviewer)
        if row is None or item == RECORD:
            return Judgement(labels[reviewer], name, result.partition("|")[0], minute_count=minute_count)
        return _judgement(row, labels[reviewer], name, minute_count)

    def judged(item: str) -> JudgedItem:
        number = int(item) if item.isdigit() else None
        usual = AGREE if number is not None else NOT_ADDED
        own = results.get(item, {})
        reviewers = sorted(own or compared, key=lambda name: labels[name])
        judgements = tuple(
            judgement(reviewer, item, str(own[reviewer]["result"]) if reviewer in own else usual)
            for reviewer in reviewers
        )
        shown = named.get(item, "(nothing)") if number is None else billed.get(number, "")
        if not own:
            return JudgedItem(item, number, shown, judgements, AGREED)
        decision = next(iter(own.values()))
        if decision["adjudicator"] is None:
            return JudgedItem(item, number, shown, judgements, OPEN)
        follows = decision["follows"]
        final = (
            _judgement(third[item], "", None, None)
            if follows is None
            else next(one for one in judgements if one.label == labels[str(follows)])
        )
        return JudgedItem(
            item,
            number,
            shown,
            judgements,
            DECIDED,
            final,
            None if follows is None else labels[str(follows)],
            str(decision["adjudicator"]),
            str(decision["reason"]),
        )

    about_record = results.get(RECORD)
    record = [] if about_record is None else [judged(RECORD)]
    if record and record[0].state == OPEN:
        return record
    stay = [judged(item) for item in STAY_FACTS if item in results]
    compared = _compared(labels, about_record)
    if not compared:
        return [*record, *stay]
    of_compared = {str(row["item"]) for row in rows if row["reviewer"] in compared}
    added = sorted(item for item in of_compared | set(results) if item.startswith("+"))
    coded = [judged(str(number)) for number in sorted(billed)]
    return [*record, *coded, *(judged(item) for item in added), *stay]


def as_on_claim(code: AssignedCode) -> str:
    """Return a code as it stands on a claim, with its modifiers and units.

    Examples
    --------
    >>> as_on_claim(AssignedCode(1, "CPT", "99214", "procedure", None, ("25",)))
    '99214-25'
    """
    units = "" if code.unit_count in {None, 1} else f" x{plain_number(code.unit_count or Decimal(1))}"
    return "-".join((shown_code(code.code_system, code.code), *code.modifiers)) + units


def _compared(
    labels: Iterable[str], about_record: Mapping[str, Mapping[str, object]] | None
) -> frozenset[str]:
    """Return the reviewers whose verdicts on codes are compared: those of the kind that was followed."""
    if about_record is None:
        return frozenset(labels)
    followed = next(iter(about_record.values()))["follows"]
    result = about_record[str(followed)]["result"]
    alike = frozenset(name for name, row in about_record.items() if row["result"] == result)
    return frozenset() if result == "missing" else alike


def _readable(workspace: Workspace, verdicts: pl.DataFrame) -> list[dict[str, object]]:
    """Return verdicts with their item and the code that would be, as people read it."""
    after = verdicts_before_and_after(workspace, verdicts)["after"]
    with_item = verdicts if "item" in verdicts.columns else with_items(verdicts)
    return with_item.with_columns(after=after).to_dicts()


def _judgement(
    row: Mapping[str, object], label: str, reviewer: str | None, minute_count: float | None
) -> Judgement:
    action = str(row["action"])
    document = row["evidence_document_id"]
    evidence = None
    if document is not None:
        start, end = cast("int", row["evidence_start"]), cast("int", row["evidence_end"])
        evidence = EvidencePassage(str(document), start, end, str(row["evidence_sha256"]))
    corrected = row["corrected_code"]
    return Judgement(
        label,
        reviewer,
        action,
        str(row["after"]) if action in {"change", "add"} else None,
        _text(row["error_kind"]),
        _text(row["cause"]),
        _text(row["comment"]),
        evidence,
        minute_count,
        None if corrected is None else (str(row["corrected_code_system"]), str(corrected)),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
