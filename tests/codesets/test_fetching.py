from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from auditlib.codesets.readers.fetching import fetch_file, fetch_first
from auditlib.codesets.readers.manifest import code_set_named, known_code_sets
from auditlib.errors import BadInputError, UsageError
from auditlib.workbench import Workbench
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import order_lines, write_zip

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
            if "moved" in self.path:
                self.send_response(302)
                self.send_header("Location", "/license/terms.zip")
                self.end_headers()
                return
            if "gone" in self.path:
                self.send_error(404)
                return
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
    assert "to continue" in str(raised.value)
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
    with pytest.raises(BadInputError, match="accept the terms") as raised:
        fetch_file(publisher.url, tmp_path, by_hand=BY_HAND)
    assert raised.value.hint == BY_HAND
    assert list(tmp_path.iterdir()) == []


def test_only_the_web_is_asked(tmp_path: Path) -> None:
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/x.zip", "http://127.0.0.1/"):
        with pytest.raises(UsageError, match="not the address of a file"):
            fetch_file(url, tmp_path, by_hand=BY_HAND)


def test_addresses_follow_the_publishers_patterns() -> None:
    def first(name: str, year: int, month: str | None = None) -> str:
        return code_set_named(name).addresses(year, month)[0].rpartition("/")[2]

    assert first("icd10cm", 2027) == "2027-code-descriptions-tabular-order.zip"
    # The year begins in October: that is no update of it.
    assert first("icd10cm", 2027, "October") == "2027-code-descriptions-tabular-order.zip"
    assert first("icd10cm-notes", 2026, "april") == "april-1-2026-code-tables-tabular-index.zip"
    assert first("icd10pcs-tables", 2027) == "2027-icd-10-pcs-code-tables-index.zip"
    assert first("hcpcs", 2026, "October") == "october-2026-alpha-numeric-hcpcs-file.zip"
    assert first("mce", 2027) == "fy2027-fr-definition-mce-v44.zip"
    assert first("mce", 2024, "april") == "definition-medicare-code-edits-v411.zip"
    assert first("ms-drg", 2026) == "fy2026-ipps-fr-table-5.zip"
    assert first("ccsr-diagnoses", 2026) == "DXCCSR-v2026-1.zip"
    assert first("taxonomy", 2026, "july") == "nucc_taxonomy_261.csv"
    with pytest.raises(UsageError, match="which quarter"):
        code_set_named("hcpcs").addresses(2026)
    with pytest.raises(UsageError, match="'march' is not a month in which releases begin"):
        code_set_named("hcpcs").addresses(2026, "march")
    with pytest.raises(UsageError, match="not the year of a release"):
        code_set_named("icd10cm").addresses(26)
    with pytest.raises(UsageError, match="no code set 'nonesuch'"):
        code_set_named("nonesuch")


def test_every_set_can_be_fetched_or_says_how_to_get_it() -> None:
    by_hand = set()
    for code_set in known_code_sets():
        if code_set.how in {"embedded", "optional"}:
            continue
        if code_set.can_be_fetched:
            assert all(url.startswith("https://") for url in code_set.addresses(2026, "april"))
            assert all("{" not in url for url in code_set.addresses(2026, "april"))
            continue
        by_hand.add(code_set.id)
        for month in (None, "july"):
            with pytest.raises(UsageError) as raised:
                code_set.addresses(2026, month)
            assert code_set.page in str(raised.value)
            assert "auditlib codesets load" in str(raised.value)
            assert "{" not in str(raised.value)
    # What holds CPT numbers stands behind the terms of their owner; the rest is licensed, or a page.
    terms = {"ncci-ptp", "mue", "add-on-codes", "physician-fee-schedule", "outpatient-rates"}
    terms |= {"telehealth-services", "outpatient-editor"}
    own = {"own-denial-reasons", "contract-fees", "provider-rates", "timed-services", "single-dose-drugs"}
    assert by_hand == terms | own | {"cpt", "carc-rarc", "ub04", "place-of-service-list"}
    for name in terms:
        assert "at the AMA's terms 'Accept'" in code_set_named(name).by_hand(2026, "july")
    assert "ccipra-v322r0-f1.zip" in code_set_named("ncci-ptp").by_hand(2026, "july")
    assert "AOC_V2026Q3-MCR.txt" in code_set_named("add-on-codes").by_hand(2026, "july")
    assert "rvu26c.zip" in code_set_named("physician-fee-schedule").by_hand(2026, "july")
    assert "PractitionerServices_Eff_07-01-2026.csv" in code_set_named("mue").by_hand(2026, "july")


def test_the_documentation_lists_every_set_and_how_to_get_it() -> None:
    text = (Path(__file__).parents[2] / "docs" / "code_sets.md").read_text(encoding="utf-8")
    table = text.partition("## Every set")[2]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    told = {row[0].strip("`"): (row[1], row[-1]) for row in rows}
    assert set(told) == {code_set.id for code_set in known_code_sets()}
    for code_set in known_code_sets():
        publisher, how = told[code_set.id]
        assert publisher == code_set.publisher
        assert how.startswith("fetch") == code_set.can_be_fetched
        for sign, kind in (("licensed", "licensed"), ("comes with", "embedded"), ("extra", "optional")):
            assert (sign in how) == (code_set.how == kind)


def test_the_next_address_is_tried_where_there_is_no_file(publisher: Publisher, tmp_path: Path) -> None:
    gone = publisher.url.replace("2027-codes", "gone")
    path = fetch_first([gone, publisher.url], tmp_path, by_hand=BY_HAND)
    assert (path.name, path.read_bytes()) == ("2027-codes.zip", CONTENT)
    with pytest.raises(BadInputError, match="no file at any usual address") as raised:
        fetch_first([gone, f"{gone}x"], tmp_path, by_hand=BY_HAND)
    assert f"{gone}x" in raised.value.message
    assert "--url" in str(raised.value.hint)
    assert BY_HAND in str(raised.value.hint)


def test_a_refusal_is_not_taken_for_a_file_that_moved(publisher: Publisher, tmp_path: Path) -> None:
    publisher.status = 403
    with pytest.raises(BadInputError, match="answered 403"):
        fetch_first([publisher.url, publisher.url], tmp_path, by_hand=BY_HAND)
    assert len(publisher.ranges) == 1


def test_a_redirect_to_the_terms_is_told_as_a_page(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = b"\xef\xbb\xbf<!-- terms --><html><body>I accept</body></html>"
    with pytest.raises(BadInputError, match="accept the terms"):
        fetch_file(publisher.url.replace("2027-codes", "moved"), tmp_path, by_hand=BY_HAND)


# The whole way


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    Workspace.create(tmp_path / "w")
    return Workbench.open(tmp_path / "w")


def order_zip(tmp_path: Path) -> bytes:
    members = {"Code Descriptions/icd10cm_order_2027.txt": "\r\n".join(order_lines(2027))}
    return write_zip(tmp_path / "made.zip", members).read_bytes()


def test_what_was_fetched_is_loaded_and_kept(
    publisher: Publisher, workbench: Workbench, tmp_path: Path
) -> None:
    publisher.content = order_zip(tmp_path)
    publisher.breaks = [300]
    progress = Counted()
    report = workbench.codesets.fetch("icd10cm", 2027, url=publisher.url, progress=progress)
    assert report.rows["load_status"].to_list() == ["loaded"]
    assert workbench.codesets.list().frame["release"].to_list() == ["FY2027 official"]
    releases = workbench.workspace.releases
    assert [path.name[13:] for path in releases.iterdir() if path.is_file()] == ["2027-codes.zip"]
    assert list((releases / ".downloads").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"Access denied", b"{}", b"PK\x03\x04 cut off", b"%PDF-1.7"],
    ids=["text", "json", "zip", "pdf"],
)
def test_what_is_not_the_file_is_refused_and_nothing_changes(
    publisher: Publisher, workbench: Workbench, content: bytes
) -> None:
    publisher.content = content
    report = workbench.codesets.fetch("icd10cm", 2027, url=publisher.url)
    assert report.rows["load_status"].to_list() == ["refused"]
    assert report.refused["hint"][0]
    assert workbench.codesets.list().frame.is_empty()
    assert [path for path in workbench.workspace.releases.rglob("*") if path.is_file()] == []


def test_a_file_of_another_year_under_the_address_is_refused(
    publisher: Publisher, workbench: Workbench, tmp_path: Path
) -> None:
    publisher.content = order_zip(tmp_path)
    report = workbench.codesets.fetch("icd10cm", 2026, url=publisher.url.replace("2027", "2026"))
    assert "2026 and 2027" in report.refused["reason"][0]
    assert workbench.codesets.list().frame.is_empty()
