"""A workbook of answers that came back: which row is which finding, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import BadInputError
from auditlib.nearest import nearest_names
from auditlib.review.rebuttal import AGREES, ANSWERS, LONGEST_WORDS
from auditlib.review.rebuttal_entry import AnswerGiven
from auditlib.sources.workbook_cells import SheetCells, WorkbookCell, read_cells
from auditlib.text import is_plain

FINDINGS_SHEET: Final = "Findings"
FINDING_HEAD: Final = "Finding"
CHART_HEAD: Final = "Chart"
BILLED_HEAD: Final = "Billed"
AUDITED_HEAD: Final = "Audited"
ANSWER_HEAD: Final = "Your answer"
EVIDENCE_HEAD: Final = "Your evidence"
_HEADS: Final = (FINDING_HEAD, CHART_HEAD, BILLED_HEAD, AUDITED_HEAD, ANSWER_HEAD, EVIDENCE_HEAD)
_HEAD_WITHIN: Final = 20
_MOST_ROWS: Final = 100_000

ENTERED: Final = "entered"
SAME: Final = "the same as recorded"
UNANSWERED: Final = "no answer"
DECIDED: Final = "decided before: not entered"
CHANGED: Final = "the finding was changed since: not entered"
ABSENT: Final = "not in the file"
REFUSED: Final = "refused"
WAITS: Final = "not entered, because other rows are refused"

FATE_COLUMNS: Final = {
    "row_number": pl.Int64(),
    "finding_id": pl.String(),
    "encounter_id": pl.String(),
    "answer": pl.String(),
    "fate": pl.String(),
    "problem": pl.String(),
}
"""Columns of `RebuttalFile.fates`."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row of the workbook: its number, and its cells under the headings that matter."""

    row_number: int
    cells: Mapping[str, WorkbookCell]

    def text(self, head: str) -> str:
        """Return the text of a cell; empty if there is none."""
        cell = self.cells.get(head)
        return "" if cell is None else cell.text


@dataclass(frozen=True, slots=True)
class RebuttalFile:
    """What a workbook of answers comes to.

    Parameters
    ----------
    answers
        The answers to enter, by the ids of the findings as they are now; empty if a row is refused.
    fates
        One row for each row of the file, and for each finding sent that is not in it.
    """

    answers: tuple[AnswerGiven, ...]
    fates: pl.DataFrame

    @property
    def is_refused(self) -> bool:
        """Whether a row is refused, so that nothing is entered."""
        return not self.fates.filter(fate=REFUSED).is_empty()


def read_answer_rows(path: Path, *, audit: str, coder: str) -> list[AnswerRow]:
    """Return the rows of a workbook of answers.

    Parameters
    ----------
    path
        The .xlsx file.
    audit, coder
        Whose answers it must hold.

    Raises
    ------
    BadInputError
        If it is damaged, is no such workbook, lacks a column, or is of another audit or coder.
    """
    sheets = read_cells(path)
    cells = sheets.get(FINDINGS_SHEET)
    head = None if cells is None else _head_row(cells)
    if cells is None or head is None:
        message = (
            f"{path.name} is no workbook of answers: there is no sheet '{FINDINGS_SHEET}' with its headings."
        )
        raise BadInputError(
            message, hint=f"Expected the headings {', '.join(_HEADS)}, as they were sent out."
        )
    for what, expected in (("Audit", audit), ("Coder", coder)):
        stated = _stated(cells, what, head)
        if stated is not None and stated != expected:
            message = f"{path.name} is of {what.lower()} '{stated}', not of '{expected}'."
            raise BadInputError(message, hint="Load it where it belongs; nothing was entered.")
    places = {cell.text: column for (row, column), cell in cells.items() if row == head}
    last = max(row for row, _ in cells)
    if last - head > _MOST_ROWS:
        message = f"{path.name} has cells far below its findings."
        raise BadInputError(message, hint="Delete what is below the table.")
    rows = []
    for number in range(head + 1, last + 1):
        own = {name: cells[number, places[name]] for name in _HEADS if (number, places[name]) in cells}
        if own:
            rows.append(AnswerRow(number, own))
    return rows


def _head_row(cells: SheetCells) -> int | None:
    by_row: dict[int, set[str]] = {}
    for (row, _), cell in cells.items():
        if row <= _HEAD_WITHIN:
            by_row.setdefault(row, set()).add(cell.text)
    return next((row for row, texts in sorted(by_row.items()) if texts.issuperset(_HEADS)), None)


def _stated(cells: SheetCells, what: str, head: int) -> str | None:
    place = next(
        ((row, column) for (row, column), cell in cells.items() if row < head and cell.text == what), None
    )
    beside = None if place is None else cells.get((place[0], place[1] + 1))
    return None if beside is None else beside.text


def judge_rows(
    rows: Sequence[AnswerRow],
    findings: pl.DataFrame,
    known_ids: Mapping[str, str | None],
    *,
    coder: str,
    late: frozenset[str] = frozenset(),
) -> RebuttalFile:
    """Return what becomes of each row: all answers are entered, or none if one is refused.

    Parameters
    ----------
    rows
        From `read_answer_rows`.
    findings
        Rows of `auditlib.audits.rebuttals.rebuttal_frame` of the audit.
    known_ids
        Every id that the audit's findings have or had: the id of that finding now, or None if it was changed.
    coder
        Who answers.
    late
        Findings whose last day is past, and for which no reason was given.
    """
    current = {row["finding_id"]: row for row in findings.filter("is_current").iter_rows(named=True)}
    fates: list[dict[str, object]] = []
    answers: dict[str, AnswerGiven] = {}
    listed: dict[str, tuple[str, str]] = {}
    for row in rows:
        stated = row.text(FINDING_HEAD).lower()
        given = (_plain(row.text(ANSWER_HEAD)), row.text(EVIDENCE_HEAD))
        now = known_ids.get(stated)
        finding = None if now is None else current.get(now)
        problem = next(_problems(row, finding, is_known=stated in known_ids, coder=coder), None)
        fate = REFUSED
        if problem is None and now is not None and listed.setdefault(now, given) != given:
            problem = "The finding is listed twice, with different answers."
        if problem is None:
            fate = _fate(finding, given)
            if fate == ENTERED and now in late:
                fate, problem = REFUSED, "The answer came after its last day."
        if fate == ENTERED and now is not None:
            answers[now] = AnswerGiven(now, given[0], given[1] or None)
        fates.append(
            {
                "row_number": row.row_number,
                "finding_id": stated if stated in known_ids else None,
                "encounter_id": None if finding is None else finding["encounter_id"],
                "answer": given[0] if given[0] in ANSWERS else None,
                "fate": fate,
                "problem": problem,
            }
        )
    if any(one["fate"] == REFUSED for one in fates):
        answers = {}
        for one in fates:
            one["fate"] = WAITS if one["fate"] == ENTERED else one["fate"]
    in_file = {known_ids.get(str(one["finding_id"])) for one in fates}
    fates += [
        {"finding_id": name, "encounter_id": finding["encounter_id"], "fate": ABSENT}
        for name, finding in current.items()
        if finding["coder_id"] == coder and finding["sent_date"] is not None and name not in in_file
    ]
    return RebuttalFile(tuple(answers.values()), pl.DataFrame(fates, schema=FATE_COLUMNS))


def _problems(
    row: AnswerRow, finding: Mapping[str, object] | None, *, is_known: bool, coder: str
) -> Iterator[str]:
    """Yield why a row cannot be taken, what is most basic first."""
    formulas = [head for head, cell in row.cells.items() if cell.is_formula]
    answer, evidence = _plain(row.text(ANSWER_HEAD)), row.text(EVIDENCE_HEAD)
    if formulas:
        yield f"A formula is in '{formulas[0]}': type the words themselves."
    if not row.text(FINDING_HEAD):
        yield "The row was added: it has no finding of this workbook."
    if not is_known:
        yield "The id is of no finding of this audit: of another audit, or damaged."
    if finding is not None and finding["coder_id"] != coder:
        yield "The finding is on another coder's codes."
    if finding is not None and _is_altered(row, finding):
        yield ("Chart or codes are not those of this finding: cells were changed, or sorted apart.")
    if answer and answer not in ANSWERS:
        nearest = nearest_names(answer, ANSWERS)[0]
        yield f"The answer is none of {', '.join(ANSWERS)}; did you mean '{nearest}'?"
    if evidence and not answer:
        yield "There is evidence but no answer."
    if answer and answer != AGREES and not evidence:
        yield "A dispute needs its evidence in words."
    if evidence and (len(evidence) > LONGEST_WORDS or not is_plain(evidence, allowed="\n\t")):
        yield f"The evidence is no plain text of at most {LONGEST_WORDS:,} characters."


def _is_altered(row: AnswerRow, finding: Mapping[str, object]) -> bool:
    expected = {CHART_HEAD: "encounter_id", BILLED_HEAD: "before", AUDITED_HEAD: "after"}
    return any(row.text(head) != str(finding[name] or "").strip() for head, name in expected.items())


def _fate(finding: Mapping[str, object] | None, given: tuple[str, str]) -> str:
    answer, evidence = given
    if not answer:
        return UNANSWERED
    if finding is None:
        return CHANGED
    if (finding["answer"], finding["coder_evidence"] or "") == (answer, evidence):
        return SAME
    return ENTERED if finding["decision"] is None else DECIDED


def _plain(answer: str) -> str:
    return " ".join(answer.split()).casefold()
