"""Find the files to load: contents of folders, what is skipped, and what cannot be opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.same_place import is_same_place, is_within
from auditlib.sources.documents.charts import chart_files
from auditlib.sources.documents.document_list import listed_files
from auditlib.sources.documents.named_files import real_path

NO_FILE_HINT = "Give files, or folders of files; a link is followed where it is named itself."
"""Hint for a path that leads to no file."""
_NOTHING_THERE = "There is no file or folder of this name."

_LIST_SUFFIXES = (".csv", ".tsv", ".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files found, and the paths that lead to none.

    Attributes
    ----------
    files
        Each file with its display name: its path below the folder named in the call.
    troubles
        Each link that was not followed and each folder that cannot be opened, with the reason.
    names
        Display name of each path in ``troubles``.
    """

    files: dict[Path, str] = field(default_factory=dict)
    troubles: dict[Path, str] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)


def collect_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files to load, in the order in which they are read; see `find_files`.

    Raises
    ------
    UsageError
        If a path does not exist, or is a folder without files.
    """
    return list(find_files(paths).files)


def find_files(
    paths: Iterable[Path], *, workspace: Path | None = None, mark: str | None = None
) -> FoundFiles:
    """Return the files to load; a folder stands for all its files, sorted.

    In a folder, hidden files, files that an ``encounter.json`` or a document list names, and the workspace
    are skipped. A link to a folder is followed if it is named in the call; inside a folder, a link that leads
    out of it is reported and not followed; so is another workspace, as a demo beside one's own.

    Parameters
    ----------
    paths
        Files and folders.
    workspace
        The workspace's folder, which holds no input of its own.
    mark
        Name of the file by which a folder is known as a workspace; None takes none for one.

    Raises
    ------
    UsageError
        If a path does not exist, is a folder without files, or a whole disk or home folder.
    """
    files = FoundFiles()
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where it may not look
            _require_some_files(path)
            before = len(files.troubles)
            inside = dict.fromkeys(_inside(path, workspace, mark, files), path)
            if not inside and len(files.troubles) == before:
                message = f"There are no files in {path}."
                hint = "Name the folder that holds the files; hidden files and the workspace are skipped."
                raise UsageError(message, hint=hint)
            for file in inside:
                files.files.setdefault(file, file.relative_to(path).as_posix())
        else:
            reason = _why_not_a_file(path)
            if reason == _NOTHING_THERE:
                message = f"There is no file or folder {path}."
                raise UsageError(message, hint="Compare its spelling, and the folder you are in.")
            if reason:
                message = f"{path} cannot be loaded: {reason}"
                raise UsageError(message, hint=NO_FILE_HINT)
            files.files.setdefault(path, path.name)
    _leave_out_chart_parts(files.files)
    return files


def _require_some_files(folder: Path) -> None:
    """Refuse a whole disk and a whole home folder, which nobody means."""
    whole = folder.resolve()
    if whole in {Path(whole.anchor), Path.home().resolve()}:
        message = f"{folder} holds everything that is yours, not claims and charts alone."
        raise UsageError(message, hint="Name the folder that holds the files, or the files.")


def _inside(folder: Path, workspace: Path | None, mark: str | None, files: FoundFiles) -> Iterator[Path]:
    top = folder.resolve()
    # A folder inside the workspace is read if it is named itself.
    own = workspace.resolve() if workspace is not None else None
    listed: list[Path] = []

    def note(path: Path, reason: str) -> None:
        files.troubles[path] = reason
        files.names[path] = path.relative_to(folder).as_posix()

    def note_error(error: OSError) -> None:
        note(Path(error.filename), f"The folder cannot be opened: {error.strerror}.")

    for place, folders, names in os.walk(folder, onerror=note_error):
        if own is not None and is_same_place(Path(place), own) and is_within(own, top):
            folders.clear()
            continue
        if mark in names and Path(place) != folder:
            note(Path(place), "It is another workspace: what it has was loaded there.")
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(Path(place, name))]  # noqa: PTH114 - see _why_not_a_file
        for path in (Path(place, name) for name in (*links, *names) if not name.startswith(".")):
            if os.path.islink(path) and not real_path(path).is_relative_to(top):  # noqa: PTH114 - see _why_not_a_file
                note(path, "A link that leads out of the folder is not followed.")
            elif path.name in links:
                continue  # its files are found at their own path
            elif reason := _why_not_a_file(path):
                note(path, reason)
            else:
                listed.append(path)
    yield from sorted(listed)


def _why_not_a_file(path: Path) -> str:
    # Path.is_file would raise for a folder that can be listed but not entered; stat gives the reason.
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == errno.ENOENT:
            return "The link leads nowhere." if path.is_symlink() else _NOTHING_THERE
        if error.errno == errno.ELOOP:
            return "The link leads back to itself."
        return f"It cannot be opened: {error.strerror}."
    return "" if stat.S_ISREG(mode) else "It is a pipe, socket or device, not a file."


def _leave_out_chart_parts(files: dict[Path, str]) -> None:
    # Documents that an encounter.json or a document list names are read with it, not separately.
    charts = (chart_files(file) for file in files if file.name == "encounter.json")
    lists = (listed_files(file) for file in files if file.suffix.lower() in _LIST_SUFFIXES)
    parts = frozenset[Path]().union(*charts, *lists)
    for file in [file for file in files if real_path(file) in parts]:
        del files[file]
