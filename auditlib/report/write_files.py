"""Reports as files: all of them written, or none, and each replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.nearest import unknown_name
from auditlib.progress import Progress
from auditlib.report.contents import ReportContents
from auditlib.report.formats import WRITERS, require_installed
from auditlib.scratch import scratch_folder, written_aside


def require_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return the formats, each once.

    Raises
    ------
    UsageError
        If there is none, or one that does not exist.
    MissingExtraError
        If what writes one of them is not installed: before anything is computed.
    """
    named = tuple(dict.fromkeys(text.strip().lower().removeprefix(".") for text in formats if text.strip()))
    for name in named:
        if name not in WRITERS:
            unknown = unknown_name("format", name, WRITERS)
            raise unknown
        require_installed(name)
    if not named:
        message = "No format is named."
        raise UsageError(message, hint=f"Formats are {', '.join(WRITERS)}.")
    return named


def require_new_report(path: Path | str) -> Path:
    """Return the path of a report that is to be written, which is that of no file yet.

    Raises
    ------
    UsageError
        If the name does not end as a format, or the file is there already.
    MissingExtraError
        If what writes the format is not installed.
    """
    target = Path(path)
    if _ending(target) not in WRITERS or target.exists():
        message = f"{target.name} is no new file of a format of reports."
        hint = f"Name a file that is not there yet, ending in .{', .'.join(WRITERS)}."
        raise UsageError(message, hint=hint)
    require_installed(_ending(target))
    return target


def write_report(contents: ReportContents, path: Path | str) -> Path:
    """Write one report as the ending of its name says; a file that is there is not replaced.

    Raises
    ------
    UsageError, MissingExtraError
        As `require_new_report` does.
    """
    target = require_new_report(path)
    with written_aside(target) as aside:
        WRITERS[_ending(target)](aside, contents)
    return target


def _ending(target: Path) -> str:
    return target.suffix.lower().removeprefix(".")


def write_reports(
    reports: Mapping[str, ReportContents],
    folder: Path,
    formats: Sequence[str],
    *,
    suppress_below: int | None = None,
    deidentified: bool = False,
    progress: Progress,
) -> list[Path]:
    """Write reports into a folder, all or none, and return the paths.

    Parameters
    ----------
    reports
        File name without ending to the report.
    folder
        Where they are written; what lies there under their names is replaced.
    formats
        Of `WRITERS`.
    suppress_below
        Withhold counts below this; None shows all.
    deidentified
        Leave out what names a patient, a chart or a person; see `auditlib.report.deidentify`.
    progress
        Advances with every file.
    """
    # All are written aside first, so that the files that lie there are of one report, whatever happens.
    with scratch_folder(folder, "report") as aside:
        written = []
        for stem, contents in reports.items():
            for name in formats:
                path = aside / f"{stem}.{name}"
                written.append(
                    WRITERS[name](path, contents, suppress_below=suppress_below, deidentified=deidentified)
                )
                progress.advance()
        return _put_in_place(written, folder, aside)


def _put_in_place(written: Sequence[Path], folder: Path, aside: Path) -> list[Path]:
    """Replace the earlier files by the new ones; where one cannot be, put the earlier ones back."""
    earlier = aside / "earlier"
    earlier.mkdir()
    placed: list[Path] = []
    target_in_work = folder
    try:
        for path in written:
            target_in_work = folder / path.name
            if target_in_work.exists():
                target_in_work.replace(earlier / path.name)
            placed.append(target_in_work)
            path.replace(target_in_work)
    except OSError as failure:
        for target in placed:
            kept = earlier / target.name
            if kept.exists():
                kept.replace(target)
            else:
                target.unlink(missing_ok=True)
        if isinstance(failure, PermissionError):
            # Windows replaces no file that another program has open, as Excel has a workbook.
            name = target_in_work.name
            message = f"{name} cannot be replaced: it is open elsewhere, or may not be written."
            hint = "Close it and try again. Nothing was written; the earlier files are as they were."
            raise UsageError(message, hint=hint) from failure
        raise
    return placed
