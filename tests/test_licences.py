"""What an installation brings is permissive, or explained; the page says what is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.licences import EXPLAINED, PAGE, Brought, brought, locked, not_permitted, page


@pytest.fixture(scope="module")
def packages() -> list[Brought]:
    return brought()


def test_every_licence_is_permissive_or_explained(packages: list[Brought]) -> None:
    assert len(packages) > 100
    assert not_permitted(packages) == []


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems bring some other packages than the page says"
)
def test_the_page_has_every_package_with_its_licence_and_explains_no_other(packages: list[Brought]) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert set(page(packages).splitlines()) - set(lines) == set()
    assert set(EXPLAINED) <= {one.name for one in packages}


@pytest.mark.parametrize(
    ("licence", "by", "is_permitted"),
    [
        ("MIT", "core", True),
        ("Apache-2.0 OR BSD-2-Clause", "core", True),
        ("MIT AND GPL-2.0-only", "core", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", "practice", False),
        ("MPL-2.0", "core", False),
        ("not stated", "core", False),
    ],
)
def test_a_licence_is_judged_by_all_its_parts(licence: str, by: str, *, is_permitted: bool) -> None:
    assert (not_permitted([Brought("new-package", licence, by)]) == []) is is_permitted


def test_a_lock_is_judged_by_what_of_it_is_installed(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("polars==2.1.0 \\\n    --hash=sha256:0\nnever-installed==1.0 ; sys_platform == 'win32'\n")
    assert locked(lock) == [Brought("polars", "MIT License", "some")]


def test_an_explanation_permits_no_gpl_in_the_core() -> None:
    assert not_permitted([Brought("certifi", "GPL-3.0-only", "core")])
