from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from auditlib.codesets.fetching import fetch_file
from auditlib.codesets.manifest import code_set_named, known_code_sets
from auditlib.errors import BadInputError, UsageError

CONTENT = bytes(range(256)) * 2000
BY_HAND = "Open the page and download it."


@dataclass
class Publisher:
    """A server on this machine that can break off, refuse, or give a page."""

    url: str = ""
    content: bytes = CONTENT
    etag: str = '"one"'
    status: int = 200
    breaks: list[int] = field(default_factory=list)
    ranges: list[str | None] = field(default_factory=list)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    told = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            told.ranges.append(wanted)
            if told.status != 200:
                self.send_error(told.status)
                return
            first = 0
            if wanted and self.headers.get("If-Range") == told.etag:
                first = int(wanted.removeprefix("bytes=").rstrip("-"))
            if first >= len(told.content):
                self.send_error(416)
                return
            rest = told.content[first:]
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(rest)))
            self.send_header("ETag", told.etag)
            if first:
                self.send_header(
                    "Content-Range", f"bytes {first}-{len(told.content) - 1}/{len(told.content)}"
                )
            self.end_headers()
            self.wfile.write(rest[: told.breaks.pop(0)] if told.breaks else rest)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/files/zip/2027-codes.zip"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


class Counted:
    def __init__(self) -> None:
        self.done = self.total = 0

    def start(self, step: str, *, total: int) -> None:
        assert step
        self.done, self.total = 0, total

    def advance(self, parts: int = 1) -> None:
        self.done += parts


def test_a_file_arrives_whole_and_is_told(publisher: Publisher, tmp_path: Path) -> None:
    progress = Counted()
    path = fetch_file(publisher.url, tmp_path, by_hand=BY_HAND, progress=progress)
    assert path.read_bytes() == CONTENT
    assert progress.total == progress.done == len(CONTENT) // 1024
    assert [file.name for file in tmp_path.iterdir()] == ["2027-codes.zip"]


def test_a_broken_download_goes_on_where_it_stopped(publisher: Publisher, tmp_path: Path) -> None:
    publisher.breaks = [100_000, 50_000]
    assert fetch_file(publisher.url, tmp_path, by_hand=BY_HAND).read_bytes() == CONTENT
    assert publisher.ranges == [None, "bytes=100000-", "bytes=150000-"]


def test_one_that_keeps_breaking_is_told_and_resumed_by_the_next_command(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.breaks = [1000, 1000, 1000]
    with pytest.raises(BadInputError, match="broke off after 3,000 bytes") as raised:
        fetch_file(publisher.url, tmp_path, by_hand=BY_HAND)
    assert "goes on from there" in str(raised.value)
    assert not (tmp_path / "2027-codes.zip").exists()
    publisher.ranges.clear()
    assert fetch_file(publisher.url, tmp_path, by_hand=BY_HAND).read_bytes() == CONTENT
    assert publisher.ranges == ["bytes=3000-"]


def test_a_file_that_changed_meanwhile_is_begun_anew(publisher: Publisher, tmp_path: Path) -> None:
    publisher.breaks = [1000, 0, 0]
    with pytest.raises(BadInputError):
        fetch_file(publisher.url, tmp_path, by_hand=BY_HAND)
    publisher.breaks = []
    publisher.content, publisher.etag = b"corrected" * 1000, '"two"'
    assert fetch_file(publisher.url, tmp_path, by_hand=BY_HAND).read_bytes() == publisher.content


def test_what_is_whole_already_is_asked_for_anew(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "2027-codes.zip.part").write_bytes(CONTENT)
    (tmp_path / "2027-codes.zip.etag").write_text(publisher.etag)
    assert fetch_file(publisher.url, tmp_path, by_hand=BY_HAND).read_bytes() == CONTENT


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_says_what_to_do_by_hand(publisher: Publisher, tmp_path: Path, status: int) -> None:
    publisher.status = status
    with pytest.raises(BadInputError, match=f"answered {status}") as raised:
        fetch_file(publisher.url, tmp_path, by_hand=BY_HAND)
    assert raised.value.hint == BY_HAND


def test_a_page_of_terms_is_not_taken_for_the_file(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = b"\n<!DOCTYPE html><html>I accept</html>"
    with pytest.raises(BadInputError, match="the terms have to be accepted") as raised:
        fetch_file(publisher.url, tmp_path, by_hand=BY_HAND)
    assert raised.value.hint == BY_HAND
    assert list(tmp_path.iterdir()) == []


def test_only_the_web_is_asked(tmp_path: Path) -> None:
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/x.zip", "http://127.0.0.1/"):
        with pytest.raises(UsageError, match="no address of a file"):
            fetch_file(url, tmp_path, by_hand=BY_HAND)


def test_addresses_follow_the_publishers_patterns() -> None:
    assert (
        code_set_named("icd10cm").address(2027)
        == "https://www.cms.gov/files/zip/2027-code-descriptions-tabular-order.zip"
    )
    assert (
        code_set_named("hcpcs").address(2026, "October").endswith("october-2026-alpha-numeric-hcpcs-file.zip")
    )
    with pytest.raises(UsageError, match="which one"):
        code_set_named("hcpcs").address(2026)
    with pytest.raises(UsageError, match="no year"):
        code_set_named("icd10cm").address(26)
    with pytest.raises(UsageError, match="no code set 'nonesuch'"):
        code_set_named("nonesuch")


def test_what_cannot_be_fetched_says_how_to_get_it() -> None:
    for code_set in known_code_sets():
        if code_set.how != "embedded" and code_set.url is None:
            with pytest.raises(UsageError) as raised:
                code_set.address(2026)
            assert code_set.page in str(raised.value)
            assert "auditlib codesets WORKSPACE load" in str(raised.value)
    with pytest.raises(UsageError, match="Accept the terms there"):
        code_set_named("ncci-ptp").address(2026)
