"""Backups of a workspace: made while others write, dated, verified; brought back only where nothing is."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from auditlib.audits.audit import SAMPLE_DRAWN
from auditlib.audits.integrity import verify_ledger
from auditlib.errors import BadInputError, StoreError, UsageError
from auditlib.ledger import Ledger, LedgerCheck
from auditlib.progress import Progress, SilentProgress
from auditlib.same_place import is_within
from auditlib.sampling.manifest import MANIFEST_ENDING
from auditlib.scratch import remove_left, scratch_folder
from auditlib.version import __version__
from auditlib.workspace.folder import CONFIG_NAME, Workspace

LIST_NAME: Final = "backup.json"
_CHUNK_BYTES: Final = 1 << 20
_LEDGER_NAME: Final = "ledger.db"
_WAREHOUSE_NAME: Final = "warehouse.duckdb"
# The stores are copied by their own means, and a lake is written again; locks, queues and unfinished files
# belong to whoever works now.
_LEFT_OUT: Final = re.compile(
    r"ledger\.db(-wal|-shm|-journal)?|\.?warehouse(\.unfinished)?\.duckdb.*|\..*\.(lock|unfinished)|\..*\.turn-.*"
    r"|\.(init|load)\.lock|\.staging|\.scratch-.*|\.spill|\.ipynb_checkpoints|__pycache__"
)
_SQLITE_ENDING: Final = ".attempt"
_MADE_AGAIN: Final = ("releases",)
# An audit's name may have dots: "q1" is not drawn with the files of "q1.b".
_OF_DRAW: Final = re.compile(
    rf"(?P<audit>.+)(?:{re.escape(MANIFEST_ENDING)}|\.(?:frame|sample)(?:\.to-open)?\.csv|\.memo\.md)"
)
_LEDGER_URL: Final = re.compile(r"^(?=\s*ledger_url\s*=)", re.MULTILINE)
_LAKE: Final = re.compile(r"^(?=\s*lake\s*=)", re.MULTILINE)
_ANCHORS: Final = re.compile(r"^[ \t]*\[\s*anchors\s*\][^\n]*(?:\n(?![ \t]*\[)[^\n]*)*", re.MULTILINE)
_BEFORE: Final = "# before the backup: "


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made, or that was brought back.

    Parameters
    ----------
    path
        Its folder; of one that was brought back, the workspace.
    made_at
        When it was made.
    file_count
        How many files it holds.
    byte_count
        How large they are together.
    check
        What its ledger holds.
    has_warehouse
        Whether the warehouse is in it.
    anchors_elsewhere
        Of one that was brought back: files of anchors that it no longer writes to.
    is_on_record
        Whether the access log holds that it was made.
    """

    path: Path
    made_at: dt.datetime
    file_count: int
    byte_count: int
    check: LedgerCheck
    has_warehouse: bool
    anchors_elsewhere: tuple[Path, ...] = ()
    is_on_record: bool = True


def back_up(
    workspace: Workspace,
    to: Path,
    *,
    made_at: dt.datetime,
    ledger_only: bool = False,
    progress: Progress | None = None,
) -> Backup:
    """Copy a workspace into a new dated folder, while others read and write it, and verify the copy.

    Until it is whole and verified its folder bears another name, so that an interrupted one is none. What
    killed backups left there is removed.

    Parameters
    ----------
    workspace
        What is copied: the ledger, every file beside it, and the warehouse.
    to
        The folder that holds backups, outside of the workspace.
    made_at
        The time, which names the backup.
    ledger_only
        Leave out what can be loaded again: the warehouse and the releases of code sets.
    progress
        Advances with every file.

    Raises
    ------
    UsageError
        If the folder lies in the workspace, or a backup of that second exists.
    LedgerBrokenError
        If the ledger, as copied, does not verify.
    StoreError
        If a store cannot be read.
    """
    progress = progress or SilentProgress()
    root = workspace.root.resolve()
    if is_within(to, root):
        message = f"{to} lies in the workspace: a backup is lost with what it lies in."
        raise UsageError(message, hint="Name a folder elsewhere, best on another disk.")
    target = to / f"{root.name}-{made_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    if target.exists():
        message = f"There is a backup {target} already."
        raise UsageError(message, hint="Try again in a second.")
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_left(to)
    with scratch_folder(to, "backup") as unfinished:
        left_out = _MADE_AGAIN if ledger_only else ()
        lake = workspace.lake_path.resolve()
        paths = [
            path
            for path in _files(root)
            if path.parts[0] not in left_out and not is_within(root / path, lake)
        ]
        progress.start("Copying files", total=len(paths) + 2)
        for path in paths:
            _copy(root / path, unfinished / path)
            progress.advance()
        _copy_ledger(workspace, unfinished / _LEDGER_NAME)
        progress.advance()
        _agree_with_ledger(root, unfinished)
        has_warehouse = not ledger_only and workspace.warehouse_path.exists()
        if has_warehouse:
            workspace.warehouse().copy_to(unfinished / _WAREHOUSE_NAME)
        progress.advance()
        check = verify_ledger(_opened(unfinished), progress=progress)
        files = _listed(unfinished, progress)
        content = {
            "format": 1,
            "made_at": made_at.isoformat(),
            "auditlib": __version__,
            "workspace": str(root),
            "has_warehouse": has_warehouse,
            "anchor": check.anchor,
            "files": files,
        }
        list_path = unfinished / LIST_NAME
        list_path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        list_path.chmod(0o600)
        _sync(list_path)
        unfinished.replace(target)
    byte_count = sum(int(each["bytes"]) for each in files.values())
    return Backup(target, made_at, len(files), byte_count, check, has_warehouse)


def restore(
    backup: Path,
    to: Path | None = None,
    *,
    since: LedgerCheck | None = None,
    ledger_url: str | None = None,
    progress: Progress | None = None,
) -> Backup:
    """Bring a backup back as a workspace, where nothing is yet, and verify it.

    Parameters
    ----------
    backup
        The dated folder.
    to
        The folder that the workspace is to be; by default that of which the backup was made.
    since
        An anchor kept elsewhere. Whoever can write to the backup can write all of its hashes anew: only such
        an anchor shows that.
    ledger_url
        An empty PostgreSQL database for the ledger; by default it is the file ``ledger.db`` of the workspace,
        whatever it was before.
    progress
        Advances with every file.

    Raises
    ------
    UsageError
        If the folder holds anything, or this is no finished backup.
    BadInputError
        If a file of the backup was changed, added or removed.
    LedgerBrokenError
        If its ledger does not verify.
    """
    progress = progress or SilentProgress()
    content = _list_of(backup)
    to = to or Path(str(content["workspace"]))
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        message = f"{to} exists, and nothing is written over."
        raise UsageError(message, hint="Name a folder that does not exist: auditlib restore FROM TO.")
    listed = content["files"]
    _require_same(backup, listed, _listed(backup, progress))
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_left(to.parent)
    with scratch_folder(to.parent, "restore") as unfinished:
        progress.start("Copying files", total=len(listed))
        for name in listed:
            _copy(backup / name, unfinished / name)
            progress.advance()
        _require_same(backup, listed, _listed(unfinished, progress))
        elsewhere = Workspace.open(unfinished).anchors_elsewhere
        _name_ledger(unfinished / CONFIG_NAME, ledger_url)
        check = verify_ledger(_opened(unfinished), since=since, progress=progress)
        if check.anchor != content["anchor"]:
            message = f"The ledger in {backup} is not the one that was backed up."
            raise BadInputError(message, hint="Somebody changed the backup: use another one.")
        if ledger_url is not None:
            Ledger(unfinished / _LEDGER_NAME, make_if_absent=False).copy_into(Ledger(ledger_url))
        if to.exists():
            to.rmdir()
        unfinished.replace(to)
    byte_count = sum(int(each["bytes"]) for each in listed.values())
    made_at = dt.datetime.fromisoformat(str(content["made_at"]))
    has_warehouse = bool(content["has_warehouse"])
    return Backup(to, made_at, len(listed), byte_count, check, has_warehouse, elsewhere)


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of a folder, named from it, without those of whoever works in it now.

    A folder that lies elsewhere and is linked is copied as if it were here; one that leads back is not.
    """
    seen = {root.resolve()}
    for folder, folders, names in os.walk(root, followlinks=True):
        within = [name for name in sorted(folders) if not _LEFT_OUT.fullmatch(name)]
        places = {name: (Path(folder) / name).resolve() for name in within}
        folders[:] = [name for name in within if places[name] not in seen]
        seen |= set(places.values())
        for name in sorted(names):
            if not _LEFT_OUT.fullmatch(name):
                yield (Path(folder) / name).relative_to(root)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if source.suffix == _SQLITE_ENDING:
        _copy_sqlite(source, target)
        return
    # Gone or replaced meanwhile, as a file is that is written under another name first.
    with suppress(FileNotFoundError):
        shutil.copyfile(source, target)
        target.chmod(0o600)
        _sync(target)


def _copy_ledger(workspace: Workspace, target: Path) -> None:
    if workspace.ledger_url is None:
        workspace.ledger()
        _copy_sqlite(workspace.ledger_path, target)
    else:
        workspace.ledger().copy_into(Ledger(target))
        target.chmod(0o600)


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file as it is at one moment, whoever writes it."""
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
    except sqlite3.Error as error:
        message = f"{source} could not be copied: {error}."
        raise StoreError(
            message, hint="The file is as it was. Look at the disk that the backup goes to."
        ) from error
    target.chmod(0o600)
    _sync(target)


def _agree_with_ledger(root: Path, copied: Path) -> None:
    """Bring files that came or went while others were copied to what the copied ledger knows."""
    for path in _files(root):
        if path.parts[0] in {"attachments", "manifests", "universes"} and not (copied / path).exists():
            _copy(root / path, copied / path)
    known = Ledger(copied / _LEDGER_NAME, make_if_absent=False).events(kinds=[SAMPLE_DRAWN])
    drawn_now = {event.audit for event in _opened(root).ledger().events(kinds=[SAMPLE_DRAWN])}
    drawn_later = drawn_now - {event.audit for event in known}
    for path in list((copied / "manifests").glob("*")):
        of_draw = _OF_DRAW.fullmatch(path.name)
        if of_draw is not None and of_draw["audit"] in drawn_later:
            path.unlink()


def _opened(root: Path) -> Workspace:
    """Return the workspace in a copy, whose ledger is the file in it.

    Anchors elsewhere are those of the workspace that goes on: a copy is older, and not broken by that.
    """
    opened = replace(Workspace.open(root), anchors_elsewhere=())
    return opened if not (root / _LEDGER_NAME).exists() else replace(opened, ledger_url=None)


def _listed(root: Path, progress: Progress) -> dict[str, dict[str, str | int]]:
    """Return size and SHA-256 of each file of a backup, read anew."""
    names = sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and path.name != LIST_NAME and not path.name.endswith(("-wal", "-shm"))
    )
    progress.start("Verifying the copies", total=len(names))
    listed: dict[str, dict[str, str | int]] = {}
    for name in names:
        with (root / name).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        listed[name] = {"bytes": (root / name).stat().st_size, "sha256": digest}
        progress.advance()
    return listed


def _list_of(backup: Path) -> Mapping[str, Any]:
    path = backup / LIST_NAME
    if not path.is_file():
        message = f"{backup} is no finished backup: it has no {LIST_NAME}."
        raise UsageError(message, hint="Name the dated folder that 'auditlib backup' printed.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        is_right = content["format"] == 1 and {"made_at", "workspace", "anchor", "files"} <= content.keys()
    except (ValueError, KeyError, TypeError, AttributeError):
        is_right = False
    if not is_right:
        message = f"{path} is not the list of a backup that this auditlib can read."
        raise BadInputError(message, hint="Use another backup, or a newer auditlib.")
    return dict(content)


def _require_same(
    backup: Path, listed: Mapping[str, object], found: Mapping[str, dict[str, str | int]]
) -> None:
    changed = [
        *(f"{name} is missing" for name in listed.keys() - found.keys()),
        *(f"{name} does not belong to it" for name in found.keys() - listed.keys()),
        *(f"{name} was changed" for name in listed.keys() & found.keys() if listed[name] != found[name]),
    ]
    if changed:
        message = f"The backup {backup} is not as it was made: {'; '.join(sorted(changed)[:5])}."
        raise BadInputError(message, hint="Nothing was brought back. Use another backup.")


def _name_ledger(config_path: Path, ledger_url: str | None) -> None:
    """Name the ledger of a workspace that is brought back: the file in it, or the database given.

    Its files of anchors elsewhere hold what came after the backup, and its lake elsewhere is that of the
    workspace which goes on: no copy writes to them.
    """
    config = config_path.read_text(encoding="utf-8")
    config = _LEDGER_URL.sub(_BEFORE, config)
    config = _LAKE.sub(_BEFORE, config)
    config = _ANCHORS.sub(lambda found: re.sub("^", _BEFORE, found[0], flags=re.MULTILINE), config)
    if ledger_url is not None:
        config = f"ledger_url = {json.dumps(ledger_url)}\n{config}"
    config_path.write_text(config, encoding="utf-8")


def _sync(path: Path) -> None:
    with path.open("rb+") as opened:
        os.fsync(opened.fileno())
