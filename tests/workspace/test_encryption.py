"""Whether the volume is encrypted: as Linux, macOS and Windows say it, each imitated."""

from __future__ import annotations

import json
import plistlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from auditlib.workspace.encryption import volume_encryption

FOLDER = Path("/srv/work space/audit")
ROOT = "24 1 8:1 / / rw - ext4 /dev/sda1 rw"


def linux(system: Path, mount: str, *, identities: dict[str, str] | None = None) -> Path:
    """Make what Linux shows of mounts and block devices: 253:1 over 253:0 over 8:2."""
    (system / "proc/self").mkdir(parents=True)
    (system / "proc/self/mountinfo").write_text(f"{ROOT}\n{mount}\n")
    blocks = system / "sys/dev/block"
    for number in ("8:1", "8:2", "253:0", "253:1"):
        (blocks / number / "slaves").mkdir(parents=True)
    (blocks / "253:1/slaves/dm-0").symlink_to(blocks / "253:0")
    (blocks / "253:0/slaves/sda2").symlink_to(blocks / "8:2")
    for number, identity in (identities or {}).items():
        (blocks / number / "dm").mkdir()
        (blocks / number / "dm/uuid").write_text(identity)
    return system


MOUNT = "30 24 253:1 / /srv/work\\040space rw - ext4 /dev/mapper/data rw"


@pytest.mark.parametrize(
    ("mount", "identities", "answer"),
    [
        (MOUNT, {"253:0": "CRYPT-LUKS2-abc", "253:1": "LVM-def"}, "encrypted"),
        (MOUNT, {"253:1": "CRYPT-LUKS2-abc"}, "encrypted"),
        (MOUNT, {"253:0": "LVM-abc", "253:1": "LVM-def"}, "not encrypted"),
        ("30 24 0:51 / /other rw - ext4 /dev/sdb rw", {}, "not encrypted"),
        ("30 24 0:51 / /srv/work\\040space rw - tmpfs tmpfs rw", {}, "cannot be decided"),
        ("30 24 0:51 / /srv/work\\040space rw - nfs4 server:/export rw", {}, "cannot be decided"),
        ("30 24 0:51 / /srv/work\\040space rw - overlay overlay rw", {}, "cannot be decided"),
        ("30 24 0:51 / /srv/work\\040space rw - fuse.gocryptfs /c rw", {}, "encrypted"),
        ("30 24 7:7 / /srv/work\\040space rw - ext4 /dev/unseen rw", {}, "cannot be decided"),
        ("broken", {}, "cannot be decided"),
    ],
)
def test_linux_says_by_the_layers_below_the_mount(
    tmp_path: Path, mount: str, identities: dict[str, str], answer: str
) -> None:
    system = linux(tmp_path, mount, identities=identities)
    found = volume_encryption(FOLDER, platform="linux", system=system)
    assert found.answer == answer
    assert found.reason.endswith(".")


def printing(text: str) -> object:
    def run(command: Sequence[str]) -> str:
        assert command[0] in {"diskutil", "powershell"}
        return text

    return run


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"VolumeName": "Data", "FileVault": True}, "encrypted"),
        ({"VolumeName": "Data", "Encryption": True, "FileVault": False}, "encrypted"),
        ({"VolumeName": "Data", "FileVault": False}, "not encrypted"),
        ({"VolumeName": "Data"}, "cannot be decided"),
    ],
)
def test_macos_says_by_diskutil(said: dict[str, object], answer: str) -> None:
    run = printing(plistlib.dumps(said).decode())
    assert volume_encryption(FOLDER, platform="darwin", run=run).answer == answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "protection", "answer"),
    [
        ("FullyEncrypted", "On", "encrypted"),
        (1, 1, "encrypted"),
        ("FullyEncrypted", "Off", "not encrypted"),
        ("EncryptionInProgress", "Off", "not encrypted"),
        (0, 0, "not encrypted"),
    ],
)
def test_windows_says_by_bitlocker(status: object, protection: object, answer: str) -> None:
    run = printing(json.dumps({"VolumeStatus": status, "ProtectionStatus": protection}))
    assert volume_encryption(FOLDER, platform="win32", run=run).answer == answer  # type: ignore[arg-type]


@pytest.mark.parametrize("platform", ["darwin", "win32", "sunos5"])
def test_where_the_system_does_not_say_nothing_is_claimed(platform: str) -> None:
    def absent(_command: Sequence[str]) -> str:
        raise FileNotFoundError

    assert volume_encryption(FOLDER, platform=platform, run=absent).answer == "cannot be decided"
