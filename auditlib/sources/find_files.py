"""The files that paths name: what a folder holds, what is left out, and what cannot be looked into."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.sources.documents.charts import chart_files
from auditlib.sources.documents.document_list import listed_files
from auditlib.sources.documents.named_files import real_path

NO_FILE_HINT = "Give files, or folders of files; a link is followed where it is named itself."
"""What to do about a path that leads to no file."""
_NOTHING_THERE = "There is nothing of this name."

_LIST_SUFFIXES = (".csv", ".tsv", ".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What the paths name.

    Attributes
    ----------
    files
        Each file with the name to show it by: its path below the folder that was given.
    troubles
        Each link that is not followed and folder that cannot be opened, with the reason.
    names
        The name to show a trouble by.
    """

    files: dict[Path, str] = field(default_factory=dict)
    troubles: dict[Path, str] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)


def collect_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that the paths name, in the order in which they are read; see `find_files`.

    Raises
    ------
    UsageError
        If a path does not exist, or is a folder without files.
    """
    return list(find_files(paths).files)


def find_files(paths: Iterable[Path], *, workspace: Path | None = None) -> FoundFiles:
    """Find the files that the paths name; a folder gives all its files, sorted.

    Hidden files, what an ``encounter.json`` or a list of documents names, and the workspace are left out of a
    folder. A link to a folder is followed where it is given itself; below a folder a link that leads out of
    it is not followed, and said to be so.

    Parameters
    ----------
    paths
        Files and folders.
    workspace
        The workspace's folder, which holds no input of its own.

    Raises
    ------
    UsageError
        If a path does not exist, or is a folder without files.
    """
    found = FoundFiles()
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where it may not look
            before = len(found.troubles)
            inside = dict.fromkeys(_inside(path, workspace, found), path)
            if not inside and len(found.troubles) == before:
                message = f"There are no files in {path}."
                hint = "Name the folder that holds the files; hidden files and the workspace are left out."
                raise UsageError(message, hint=hint)
            for file in inside:
                found.files.setdefault(file, file.relative_to(path).as_posix())
        else:
            reason = _why_not_a_file(path)
            if reason == _NOTHING_THERE:
                message = f"There is no file or folder {path}."
                raise UsageError(message, hint="Compare its spelling, and the folder you are in.")
            if reason:
                message = f"{path} cannot be loaded: {reason}"
                raise UsageError(message, hint=NO_FILE_HINT)
            found.files.setdefault(path, path.name)
    _leave_out_chart_parts(found.files)
    return found


def _inside(folder: Path, workspace: Path | None, found: FoundFiles) -> Iterator[Path]:
    top = folder.resolve()
    # A folder inside the workspace that is named is meant; the workspace around or below it is not.
    own = workspace.resolve() if workspace is not None else None
    listed: list[Path] = []

    def note(path: Path, reason: str) -> None:
        found.troubles[path] = reason
        found.names[path] = path.relative_to(folder).as_posix()

    def note_error(error: OSError) -> None:
        note(Path(error.filename), f"The folder cannot be opened: {error.strerror}.")

    for place, folders, names in os.walk(folder, onerror=note_error):
        if own is not None and Path(place).resolve() == own and own.is_relative_to(top):
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(Path(place, name))]  # noqa: PTH114 - see _why_not_a_file
        for path in (Path(place, name) for name in (*links, *names) if not name.startswith(".")):
            if os.path.islink(path) and not real_path(path).is_relative_to(top):  # noqa: PTH114 - see _why_not_a_file
                note(path, "A link that leads out of the folder is not followed.")
            elif path.name in links:
                continue  # its files are found where they lie
            elif reason := _why_not_a_file(path):
                note(path, reason)
            else:
                listed.append(path)
    yield from sorted(listed)


def _why_not_a_file(path: Path) -> str:
    # Path.is_file would raise for a folder that may be listed but not entered; stat says why.
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == errno.ENOENT:
            return "The link leads nowhere." if path.is_symlink() else _NOTHING_THERE
        if error.errno == errno.ELOOP:
            return "The link leads back to itself."
        return f"It cannot be opened: {error.strerror}."
    return "" if stat.S_ISREG(mode) else "It is no file but a pipe, socket or device, which is not read."


def _leave_out_chart_parts(files: dict[Path, str]) -> None:
    # The documents that an encounter.json or a list names are read with it, not as files of their own.
    charts = (chart_files(file) for file in files if file.name == "encounter.json")
    lists = (listed_files(file) for file in files if file.suffix.lower() in _LIST_SUFFIXES)
    parts = frozenset[Path]().union(*charts, *lists)
    for file in [file for file in files if real_path(file) in parts]:
        del files[file]
