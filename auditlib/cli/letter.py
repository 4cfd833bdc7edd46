"""`auditlib letter`: the numbers of a demand letter, computed again; no workspace is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession
from auditlib.cli.values import NewFile
from auditlib.text import format_dollars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditlib.estimation.demand_letter import Critique

app = App(name="letter")


@app.command
def check(
    folder: Annotated[Path, Parameter(name="FOLDER")],
    /,
    *,
    out: NewFile | None = None,
    session: InSession,
) -> Outcome:
    """Say what follows from the numbers of a demand letter, and what does not.

    Parameters
    ----------
    folder
        With letter.toml and the lists that it names; docs/demand_letters.md has the form.
    out
        A .html, .pdf, .docx or .xlsx file to write the critique to besides.
    """
    del session
    from auditlib.workbench.letters import check_demand_letter

    checked = check_demand_letter(folder)
    if out is not None:
        checked.write(out)
    return Outcome(checked.critique.to_values, _lines(checked.critique))


@app.command
def form(folder: Annotated[Path, Parameter(name="FOLDER")], /, *, session: InSession) -> Outcome:
    """Write an empty form of a demand letter, to be filled in.

    Parameters
    ----------
    folder
        Where letter.toml is written; it is made where it is not there.
    """
    del session
    from auditlib.workbench.letters import write_form

    path = write_form(folder)
    return Outcome(lambda: {"form": str(path)}, (f"Written: {path}. Put the lists that it names beside it.",))


def _lines(critique: Critique) -> Iterator[str]:
    letter = critique.letter
    yield f"{letter.title}, {letter.programme.name}: {format_dollars(letter.claimed['demand'])} demanded."
    yield f"Mistakes: {len(critique.findings)}"
    for one in critique.findings:
        worth = "dollars not known" if one.effect is None else f"too much by {format_dollars(one.effect)}"
        yield f"  {one.kind} ({one.where}): {one.what} {worth[0].upper()}{worth[1:]}. {one.authority}."
    yield "It follows"
    yield from (f"  {sentence}" for sentence in critique.follows)
    yield "It does not follow"
    yield from (f"  {sentence}" for sentence in critique.does_not_follow)
    yield from (f"Note: {sentence}" for sentence in critique.notes)
    yield from (f"Not checked: {sentence}" for sentence in critique.not_checked)
