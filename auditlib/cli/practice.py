"""`auditlib practice`: packs of cases, attempts of learners, sealed keys, scores and item analysis."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table
from auditlib.cli.session import InSession
from auditlib.errors import BadInputError
from auditlib.text import format_share

if TYPE_CHECKING:
    from auditlib.practice.items import ItemAnalysis
    from auditlib.report.result import Result
    from auditlib.workbench.practice import PracticeScores

app = App(name="practice")

_PassphraseFile = Annotated[Path | None, Parameter(name="--passphrase-file")]
_Cases = Annotated[tuple[str, ...], Parameter(name="--case")]


@app.command(name="list")
def list_(pack: str | None = None, *, session: InSession) -> Outcome:
    """List the packs, or the cases of one.

    Parameters
    ----------
    pack
        Name of a pack, or its folder.
    """
    practice = session.workbench().practice
    listed = practice.packs() if pack is None else practice.cases(pack)
    return Outcome(lambda: {"rows": listed.frame}, _rows(listed))


@app.command
def check(pack: str, *, passphrase_file: _PassphraseFile = None, session: InSession) -> Outcome:
    """Validate a pack, and look up every code of its keys for the day of its case.

    Parameters
    ----------
    pack
        Name of a pack, or its folder.
    passphrase_file
        File with the passphrase of sealed keys; without it, it is asked for.
    """
    practice = session.workbench().practice
    is_sealed = practice.pack(pack).is_sealed
    found = practice.check(pack, passphrase=_passphrase(passphrase_file) if is_sealed else "")
    is_bad = "not in force" in found.frame["state"].to_list()
    return Outcome(
        lambda: {"codes": found.frame}, _rows(found), ExitCode.BAD_INPUT if is_bad else ExitCode.DONE
    )


@app.command
def start(
    pack: str,
    *,
    learner: str | None = None,
    mode: str = "practice",
    case: _Cases = (),
    minutes: int | None = None,
    messy: bool = False,
    session: InSession,
) -> Outcome:
    """Start an attempt: one file, which the learner hands in.

    Parameters
    ----------
    pack
        Name of a pack, or its folder.
    learner
        Name or number of the learner; by default that of the account.
    mode
        practice, test or calibration.
    case
        A case; once for each. By default all, the easy ones first.
    minutes
        Time for all of them; by default the pack's in a test.
    messy
        Show the notes in their messy version.
    """
    practice = session.workbench_to_write().practice
    path = practice.start(pack, learner=learner, mode=mode, cases=case, minutes=minutes, messy=messy)
    name = path.name.removesuffix(".attempt")
    next_step = (
        f"Code it on the desk: '{session.command} desk' and 5, notebook 07_practice, "
        f"or wb.practice.open({name!r}) in a notebook."
    )
    return Outcome(lambda: {"attempt": name, "path": str(path)}, (f"Started: {path}", next_step))


@app.command
def seal(pack: str, *, out: Path, passphrase_file: _PassphraseFile = None, session: InSession) -> Outcome:
    """Write a copy of a pack whose keys only your passphrase opens, for a test.

    Parameters
    ----------
    pack
        Name of a pack with open keys, or its folder.
    out
        Folder to make.
    passphrase_file
        File with the passphrase; without it, it is asked for.
    """
    passphrase = _passphrase(passphrase_file)
    sealed = session.workbench().practice.seal(pack, out, passphrase=passphrase)
    return Outcome(
        lambda: {"pack": sealed.name, "case_count": len(sealed.cases), "path": str(out)},
        (
            f"Sealed: {out}, {len(sealed.cases)} cases. Hand out this folder, and keep the open one.",
            "Without the passphrase nobody can open the keys, you neither: keep it.",
        ),
    )


@app.command
def score(
    pack: str,
    *,
    attempts: Path | None = None,
    learner: str | None = None,
    out: Path | None = None,
    passphrase_file: _PassphraseFile = None,
    session: InSession,
) -> Outcome:
    """Score attempts: learners, and with --learner every code with its rationale and changed credits.

    Parameters
    ----------
    pack
        Name of a pack, or its folder.
    attempts
        Folder with the files that a class handed in; by default the workspace's attempts.
    learner
        Only this learner, code by code.
    out
        CSV file for the lines of all learners.
    passphrase_file
        File with the passphrase of sealed keys; without it, it is asked for.
    """
    practice = session.workbench().practice
    is_sealed = practice.pack(pack).is_sealed
    scores = practice.scores(
        pack, attempts=attempts, passphrase=_passphrase(passphrase_file) if is_sealed else ""
    )
    if out is not None:
        from auditlib.spreadsheet_cells import guarded_cells

        guarded_cells(scores.lines.frame).write_csv(out)
    problems = dict(scores.problems)
    return Outcome(
        lambda: {
            "learners": scores.learners.frame,
            "definitions": scores.definitions.frame,
            "skills": scores.skills.frame,
            "agreement": scores.agreement.frame,
            "not_read": problems,
        },
        _score_screen(scores, learner),
        ExitCode.DONE_WITH_RECORDS_NOT_LOADED if problems else ExitCode.DONE,
    )


@app.command
def items(
    pack: str,
    *,
    attempts: Path | None = None,
    passphrase_file: _PassphraseFile = None,
    session: InSession,
) -> Outcome:
    """Analyse the items of a class: difficulty, discrimination, what was coded instead, reliability.

    Parameters
    ----------
    pack
        Name of a pack, or its folder.
    attempts
        Folder with the files that a class handed in; by default the workspace's attempts.
    passphrase_file
        File with the passphrase of sealed keys; without it, it is asked for.
    """
    practice = session.workbench().practice
    is_sealed = practice.pack(pack).is_sealed
    analysis = practice.items(
        pack, attempts=attempts, passphrase=_passphrase(passphrase_file) if is_sealed else ""
    )
    reliability = analysis.reliability
    return Outcome(
        lambda: {
            "learner_count": analysis.learner_count,
            "reliability": None if reliability is None else reliability.alpha,
            "items": analysis.items,
        },
        _item_screen(analysis),
    )


@app.command
def override(
    attempt: str,
    case: str,
    code: str,
    *,
    credit: float,
    reason: str,
    pack: str = "casebook",
    attempts: Path | None = None,
    passphrase_file: _PassphraseFile = None,
    session: InSession,
) -> Outcome:
    """Change the credit of a code in an attempt, with the reason; the old credit stays visible.

    Parameters
    ----------
    attempt
        Name of the attempt, as 'practice score' lists it.
    case
        The case.
    code
        The code with its system, as 'ICD-10-CM E11.22'.
    credit
        From 0 to 1.
    reason
        Why.
    pack
        Name of the pack, or its folder.
    attempts
        Folder with the attempts; by default the workspace's.
    passphrase_file
        File with the passphrase of sealed keys; without it, it is asked for.
    """
    practice = session.workbench_to_write().practice
    is_sealed = practice.pack(pack).is_sealed
    change = practice.override(
        attempt,
        case,
        code,
        credit=credit,
        reason=reason,
        pack=pack,
        attempts=attempts,
        passphrase=_passphrase(passphrase_file) if is_sealed else "",
    )
    return Outcome(
        lambda: {"attempt": attempt, "case_id": case, "credit": change.credit, "reason": change.reason},
        (f"Entered: {code} in {case} of '{attempt}' now earns {format_share(change.credit)}.",),
    )


def _passphrase(file: Path | None) -> str:
    """Return the passphrase from a file or the keyboard; what is typed as an option others can read."""
    if file is None:
        from getpass import getpass

        return getpass("Passphrase: ")
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The passphrase cannot be read from {file.name}."
        raise BadInputError(message, hint="A text file of one line.") from error


def _rows(listed: Result) -> Screen:
    frame = listed.frame
    if not frame.is_empty():
        rows = [tuple(map(_cell, row)) for row in frame.iter_rows()]
        yield Table(tuple(map(_heading, frame.columns)), rows)
    yield from filter(None, (listed.missing, listed.note))


def _heading(column: str) -> str:
    return column.removeprefix("is_").removesuffix("_id").replace("_", " ")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _score_screen(scores: PracticeScores, learner: str | None) -> Screen:
    if scores.learners.missing:
        yield scores.learners.missing
    elif learner is None:
        yield from _rows(scores.learners)
        yield scores.skills.title
        yield from _rows(scores.skills)
        if not scores.agreement.frame.is_empty():
            yield from _rows(scores.agreement)
            yield from _rows(scores.differences)
    else:
        lines = scores.lines.frame.filter(scores.lines.frame["learner"] == learner)
        names = ("case_id", "code_system", "code", "outcome", "credit", "credit_before_override", "reasons")
        rows = [tuple(map(_cell, row)) for row in lines.select(names).iter_rows()]
        yield Table(tuple(map(_heading, names)), rows)
        for row in lines.filter(lines["override_reason"].is_not_null()).iter_rows(named=True):
            who, why = row["overridden_by"], row["override_reason"]
            yield f"{row['code']} in {row['case_id']}: changed by {who}: {why}"
    for name, reason in scores.problems.items():
        print(f"Not read: {name}: {reason}", file=sys.stderr)


def _item_screen(analysis: ItemAnalysis) -> Screen:
    yield Table(
        ("case", "item", "code", "difficulty", "95 %", "discrimination", "95 % ", "instead", "note"),
        [
            (
                row["case_id"],
                str(row["item_number"]),
                f"{row['code_system']} {row['code']}",
                _cell(row["difficulty"]),
                f"{_cell(row['difficulty_lower'])} to {_cell(row['difficulty_upper'])}",
                _cell(row["discrimination"]),
                ""
                if row["discrimination"] is None
                else f"{_cell(row['discrimination_lower'])} to {_cell(row['discrimination_upper'])}",
                row["instead"],
                row["note"],
            )
            for row in analysis.items.iter_rows(named=True)
        ],
    )
    reliability = analysis.reliability
    if reliability is None:
        yield f"{analysis.learner_count} learners, all with the same total: no reliability."
        return
    limits = reliability.interval
    yield (
        f"{analysis.learner_count} learners. {reliability.name} {reliability.alpha:.2f}, "
        f"{limits.lower:.2f} to {limits.upper:.2f} at 95 %."
    )
