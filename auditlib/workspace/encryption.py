"""Whether a workspace lies on an encrypted volume, as far as the system says it.

Encryption of a volume keeps what is on a disk from whoever takes it away. It keeps nothing from a program
that runs while the volume is open.
"""

from __future__ import annotations

import json
import os
import plistlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Answer = Literal["encrypted", "not encrypted", "cannot be decided"]
Runner = Callable[[Sequence[str]], str]
"""Runs a program and returns what it printed; raises OSError if it is not there or fails."""

# The file of the volume's own encryption, or that it is one of those whose blocks are encrypted below.
_MOST_LAYERS: Final = 8
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_ELSEWHERE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "overlay", "virtiofs"})
_ENCRYPTING: Final = frozenset({"fuse.gocryptfs", "fuse.cryfs", "fuse.encfs", "ecryptfs"})
_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class VolumeEncryption:
    """What is known of the volume on which a folder lies.

    Attributes
    ----------
    answer
        encrypted, not encrypted, or cannot be decided.
    reason
        By what that is known, or why it is not, as a sentence.
    """

    answer: Answer
    reason: str


def volume_encryption(
    folder: Path, *, platform: str = sys.platform, system: Path = Path("/"), run: Runner | None = None
) -> VolumeEncryption:
    """Return whether a folder lies on an encrypted volume.

    Parameters
    ----------
    folder
        The folder.
    platform
        As `sys.platform` names it: linux, darwin or win32.
    system
        Where ``proc`` and ``sys`` are, on Linux.
    run
        Runs diskutil or manage-bde; by default as a program.
    """
    asked = run or _printed_by
    try:
        if platform == "linux":
            return _on_linux(folder, system)
        if platform == "darwin":
            return _on_macos(folder, asked)
        if platform == "win32":
            return _on_windows(folder, asked)
    except (OSError, ValueError, KeyError, IndexError) as error:
        return VolumeEncryption("cannot be decided", f"The system did not say it ({type(error).__name__}).")
    return VolumeEncryption("cannot be decided", f"It is not known how to ask {platform}.")


def _on_linux(folder: Path, system: Path) -> VolumeEncryption:
    """Read the mount of the folder, and whether a layer below its block device is of dm-crypt."""
    mounts: list[tuple[Path, str, str, str]] = []
    for line in (system / "proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, after = line.split(" - ", 1)
        number, mounted_on = before.split()[2], before.split()[4].encode().decode("unicode_escape")
        kind, source = after.split()[:2]
        mounts.append((Path(mounted_on), number, kind, source))
    real = folder.resolve()
    # Of two mounts on one place the later is seen.
    point, device, kind, source = max(
        (mount for mount in mounts if real.is_relative_to(mount[0])),
        key=lambda mount: (len(mount[0].parts), mounts.index(mount)),
    )
    if kind in _ENCRYPTING:
        return VolumeEncryption("encrypted", f"{point} is a file system of {kind}, which encrypts files.")
    if kind in _IN_MEMORY:
        return VolumeEncryption("cannot be decided", f"{point} is in memory, which may be swapped to a disk.")
    if kind in _ELSEWHERE:
        return VolumeEncryption(
            "cannot be decided", f"{point} ({kind}) lies on another machine or on the host of a container."
        )
    blocks = system / "sys/dev/block"
    device = _block_device(device, source, blocks, system)
    if not (blocks / device).exists():
        return VolumeEncryption("cannot be decided", f"The device of {point} ({kind}) is hidden.")
    if _is_crypt(blocks / device, _MOST_LAYERS):
        return VolumeEncryption("encrypted", f"{point} lies on a volume of dm-crypt (LUKS).")
    return VolumeEncryption(
        "not encrypted", f"No layer below {point} is of dm-crypt; a disk that encrypts itself is not seen."
    )


def _block_device(device: str, source: str, blocks: Path, system: Path) -> str:
    """Return the number of the block device; file systems as btrfs have one of their own."""
    if (blocks / device).exists() or not source.startswith("/dev/"):
        return device
    name = Path(os.path.realpath(system / source.lstrip("/"))).name
    number = system / "sys/class/block" / name / "dev"
    return number.read_text(encoding="ascii").strip() if number.exists() else device


def _is_crypt(block: Path, layers: int) -> bool:
    identity = block / "dm/uuid"
    if identity.exists() and identity.read_text(encoding="ascii").startswith("CRYPT-"):
        return True
    below = block / "slaves"
    if not layers or not below.is_dir():
        return False
    found = sorted(below.iterdir())
    # A volume of several disks is encrypted if all of them are.
    return bool(found) and all(_is_crypt(one, layers - 1) for one in found)


def _on_macos(folder: Path, run: Runner) -> VolumeEncryption:
    said = plistlib.loads(run(["diskutil", "info", "-plist", str(folder)]).encode())
    name = said.get("VolumeName") or said.get("MountPoint") or "The volume"
    if said.get("FileVault") or said.get("Encryption"):
        return VolumeEncryption("encrypted", f"{name} is encrypted (FileVault or an encrypted APFS volume).")
    if "FileVault" in said or "Encryption" in said:
        return VolumeEncryption("not encrypted", f"diskutil says that {name} is not encrypted.")
    return VolumeEncryption("cannot be decided", f"diskutil does not say whether {name} is encrypted.")


def _on_windows(folder: Path, run: Runner) -> VolumeEncryption:
    drive = folder.drive or str(folder)[:2]
    words = (
        f"Get-BitLockerVolume -MountPoint '{drive}' | Select-Object VolumeStatus, ProtectionStatus "
        "| ConvertTo-Json"
    )
    said = json.loads(run(["powershell", "-NoProfile", "-Command", words]))
    status, protection = str(said["VolumeStatus"]), str(said["ProtectionStatus"])
    if status in {"FullyEncrypted", "1"} and protection in {"On", "1"}:
        return VolumeEncryption("encrypted", f"BitLocker protects {drive}.")
    if status in {"FullyDecrypted", "0"}:
        return VolumeEncryption("not encrypted", f"BitLocker says that {drive} is not encrypted.")
    return VolumeEncryption(
        "not encrypted", f"BitLocker of {drive} is not whole or suspended ({status}, {protection})."
    )


def _printed_by(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            list(command), capture_output=True, text=True, check=True, timeout=_SECONDS
        )
    except subprocess.SubprocessError as error:
        message = f"{command[0]} failed"
        raise OSError(message) from error
    return done.stdout
