from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.practice.case import CaseKey
from auditlib.practice.pack import CasePack, read_pack
from auditlib.practice.sealing import seal_pack
from tests.practice.examples import CASEBOOK, PASSPHRASE


@pytest.fixture(scope="session")
def casebook() -> CasePack:
    return read_pack(CASEBOOK)


@pytest.fixture(scope="session")
def keys(casebook: CasePack) -> dict[str, CaseKey]:
    return dict(casebook.keys)


@pytest.fixture
def small_pack(tmp_path: Path) -> Callable[..., Path]:
    """A copy of some cases, to be spoiled."""

    def copy(*case_ids: str) -> Path:
        folder = tmp_path / "small"
        shutil.copytree(CASEBOOK, folder, ignore=shutil.ignore_patterns("cases"))
        for case_id in case_ids or ("C01",):
            shutil.copytree(CASEBOOK / "cases" / case_id, folder / "cases" / case_id)
        return folder

    return copy


@pytest.fixture(scope="session")
def sealed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("cryptography")
    out = tmp_path_factory.mktemp("sealed") / "exam"
    seal_pack(CASEBOOK, out, PASSPHRASE)
    return out
