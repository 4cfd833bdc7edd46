"""A demand letter checked: its critique as a notebook shows it and as a file; no workspace is needed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.estimation.demand_letter import FORM, Critique, check_letter, read_letter
from auditlib.estimation.demand_letter.form import FILE_NAME
from auditlib.report.contents import ReportContents
from auditlib.report.packs.letter_critique import findings_frame, letter_critique
from auditlib.report.result import Result
from auditlib.version import __version__
from auditlib.workspace.clock import utc_now


class LetterCritique:
    """What follows from the numbers of a demand letter, and what does not.

    Parameters
    ----------
    critique
        The critique.
    made_at, made_by
        What its files say of themselves.
    """

    def __init__(self, critique: Critique, *, made_at: dt.datetime, made_by: str) -> None:
        self.critique = critique
        self._made_at = made_at
        self._made_by = made_by

    @property
    def contents(self) -> ReportContents:
        """The critique as a report."""
        return letter_critique(
            self.critique, made_at=self._made_at, made_by=self._made_by, software_version=__version__
        )

    @property
    def result(self) -> Result:
        """The mistakes as rows, and below them what follows and what does not."""
        one = self.critique
        said = [
            *one.follows,
            *one.does_not_follow,
            *one.notes,
            *(f"Not checked: {s}" for s in one.not_checked),
        ]
        title = f"Mistakes of the demand of {one.letter.title}: {len(one.findings)}"
        return Result(findings_frame(one), title, note=" ".join(said))

    def write(self, path: Path | str) -> Path:
        """Write the critique as .html, .pdf, .docx or .xlsx; a file that is there is not replaced.

        Raises
        ------
        UsageError
            If the name ends otherwise, or the file is there already.
        """
        from auditlib.report.write_files import write_report  # noqa: PLC0415 - writers are slow to import

        return write_report(self.contents, path)

    def __repr__(self) -> str:
        return repr(self.result)

    def _repr_html_(self) -> str:
        return self.result._repr_html_()


def check_demand_letter(
    folder: Path | str, *, made_by: str = "auditlib", made_at: dt.datetime | None = None
) -> LetterCritique:
    """Return the critique of the demand letter whose form and lists a folder holds.

    Parameters
    ----------
    folder
        With letter.toml and the lists that it names; see docs/demand_letters.md.
    made_by, made_at
        What its files say of themselves; now by default.

    Raises
    ------
    BadInputError
        If the form or a list cannot be read; the message names the place.
    UsageError
        If nothing can be estimated from the list.
    """
    critique = check_letter(read_letter(Path(folder).expanduser()))
    return LetterCritique(critique, made_at=made_at or utc_now(), made_by=made_by)


def write_form(folder: Path) -> Path:
    """Write an empty form into a folder, which is made; a form that is there is not replaced.

    Raises
    ------
    UsageError
        If there is one, or the folder cannot be written.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(FORM)
    except FileExistsError as error:
        message = f"{path} is there already."
        raise UsageError(message, hint="Fill it in, or name another folder.") from error
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise UsageError(message, hint="Name a folder that you may write to.") from error
    return path
