from __future__ import annotations

import builtins
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditlib.errors import BadInputError, MissingExtraError, UsageError
from auditlib.practice.case import CaseKey
from auditlib.practice.pack import read_pack
from auditlib.practice.sealing import open_keys, seal_pack
from tests.practice.examples import CASEBOOK, PASSPHRASE


def test_sealed_keys_open_with_the_passphrase_and_are_the_same(
    sealed_folder: Path, keys: dict[str, CaseKey]
) -> None:
    pack = read_pack(sealed_folder)
    assert (pack.is_sealed, dict(pack.keys)) == (True, {})
    assert open_keys(pack, PASSPHRASE) == keys


def test_nothing_of_a_key_stands_in_the_files_of_a_sealed_pack(
    sealed_folder: Path, keys: dict[str, CaseKey]
) -> None:
    everything = "".join(
        path.read_text(encoding="utf-8") for path in sorted(sealed_folder.rglob("*")) if path.is_file()
    )
    shown = "".join(path.read_text(encoding="utf-8") for path in sorted(CASEBOOK.rglob("case.toml")))
    assert not list(sealed_folder.rglob("key.toml"))
    for key in keys.values():
        for item in key.items:
            assert item.rationale not in everything
            # The codes of a coder who is to be judged are shown on purpose.
            if item.code.code not in shown.replace(".", ""):
                assert f'"{item.code.code}"' not in everything.replace(".", "")
        assert not any(document.text in everything for document in key.afterwards)


def test_another_passphrase_opens_nothing(sealed_folder: Path) -> None:
    pack = read_pack(sealed_folder)
    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(BadInputError, match="do not open"):
            open_keys(pack, wrong)


def test_keys_are_bound_to_their_pack(sealed_folder: Path, tmp_path: Path) -> None:
    changed = tmp_path / "exam"
    shutil.copytree(sealed_folder, changed)
    note = changed / "cases" / "C01" / "1_note.txt"
    note.write_text(note.read_text(encoding="utf-8").replace("right", "left"), encoding="utf-8")
    with pytest.raises(BadInputError, match="do not open"):
        open_keys(read_pack(changed), PASSPHRASE)


def test_two_sealings_of_one_pack_differ(small_pack: Callable[..., Path], tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    folder = small_pack("C01")
    texts = [seal_pack(folder, tmp_path / name, PASSPHRASE).sealed for name in ("one", "two")]
    values = [json.loads(text or "") for text in texts]
    assert all(values[0][name] != values[1][name] for name in ("salt", "nonce", "sealed"))
    with pytest.raises(UsageError, match="sealed already"):
        seal_pack(tmp_path / "one", tmp_path / "three", PASSPHRASE)
    with pytest.raises(UsageError, match="exists already"):
        seal_pack(folder, tmp_path / "one", PASSPHRASE)
    with pytest.raises(UsageError, match="too short"):
        seal_pack(folder, tmp_path / "three", "short")
    assert not (tmp_path / "three").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"n": 1 << 40},
        {"n": 1000},
        {"n": 1},
        {"r": 0},
        {"p": True},
        {"r": "8"},
        {"salt": "!"},
        {"nonce": ""},
        {"sealed": None},
    ],
    ids=str,
)
def test_hostile_sealed_files_are_refused_before_any_work(
    sealed_folder: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    folder = tmp_path / "exam"
    shutil.copytree(sealed_folder, folder)
    file = folder / "keys.sealed"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(BadInputError, match="damaged"):
        open_keys(read_pack(folder), PASSPHRASE)
    file.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(BadInputError, match="damaged"):
        open_keys(read_pack(folder), PASSPHRASE)


def test_without_the_extra_it_is_said_what_to_install(
    sealed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as __import__
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="extra 'practice'"):
        open_keys(read_pack(sealed_folder), PASSPHRASE)
    # Open packs need nothing.
    assert open_keys(read_pack(CASEBOOK), "")
