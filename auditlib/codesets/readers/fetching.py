"""Download a publisher's file, resuming where an earlier attempt stopped, and check it.

A partial download is stored beside its target as ``NAME.part``; the next attempt requests only the rest, and
starts again if the publisher has changed the file in the meantime.
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from auditlib.codesets.readers.published import is_web_page
from auditlib.errors import BadInputError, UsageError
from auditlib.progress import Progress, SilentProgress

_CHUNK: Final = 64 << 10
_KILOBYTE: Final = 1 << 10
_TIMEOUT_SECONDS: Final = 60
_ATTEMPTS: Final = 3
_MOST_BYTES: Final = 1 << 30
_PARTIAL: Final = 206
_RANGE_REFUSED: Final = 416
_RANGE: Final = re.compile(r"bytes (?P<first>[0-9]+)-[0-9]+/(?P<total>[0-9]+)")
_NOT_THERE: Final = (404, 410)


class NotThereError(BadInputError):
    """The publisher has no file at an address."""


def fetch_first(urls: Sequence[str], folder: Path, *, by_hand: str, progress: Progress | None = None) -> Path:
    """Download from the first of several addresses that has a file; see `fetch_file`.

    Raises
    ------
    BadInputError
        If none has one, or the download of one fails.
    """
    for url in urls:
        try:
            return fetch_file(url, folder, by_hand=by_hand, progress=progress)
        except NotThereError:
            continue
    tried = "\n  ".join(urls)
    message = f"The publisher has no file at any usual address:\n  {tried}"
    raise NotThereError(message, hint=f"State its new address with --url, or:\n  {by_hand}")


def fetch_file(url: str, folder: Path, *, by_hand: str, progress: Progress | None = None) -> Path:
    """Download a file into a folder and return its path.

    Parameters
    ----------
    url
        Its address, http or https.
    folder
        The folder, created if needed.
    by_hand
        Instructions for a download by hand, if the publisher refuses programs.
    progress
        Advanced for each kilobyte.

    Raises
    ------
    UsageError
        If the address is not that of a file on the web.
    BadInputError
        If the download fails, the publisher refuses it, or what was downloaded is not the file.
    """
    name = PurePosixPath(urlsplit(url).path).name
    if urlsplit(url).scheme not in {"http", "https"} or not name:
        message = f"{url} is not the address of a file on the web."
        raise UsageError(message)
    folder.mkdir(parents=True, exist_ok=True)
    target, part = folder / name, folder / f"{name}.part"
    progress = progress or SilentProgress()
    problem: Exception | None = None
    for _ in range(_ATTEMPTS):
        before = _size(part)
        try:
            _download(url, part, progress)
        except urllib.error.HTTPError as error:
            error.close()
            message = f"The publisher answered {error.code} for {url}."
            kind = NotThereError if error.code in _NOT_THERE else BadInputError
            raise kind(message, hint=by_hand) from error
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            problem = error
            if _size(part) == before:
                # The server answered with an error: retrying at once would not help.
                break
            continue
        _refuse_page(part, url, by_hand)
        part.replace(target)
        _validator(part).unlink(missing_ok=True)
        return target
    message = f"The download of {name} broke off after {_size(part):,} bytes."
    raise BadInputError(
        message, hint=f"Run the same command again to continue. Or:\n  {by_hand}"
    ) from problem


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _validator(part: Path) -> Path:
    return part.with_suffix(".etag")


def _download(url: str, part: Path, progress: Progress) -> None:
    have = _size(part)
    headers = {"User-Agent": "auditlib"}
    validator = _validator(part).read_text(encoding="utf-8") if _validator(part).exists() else ""
    if have and validator:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    else:
        # Without a validator the rest might belong to another version.
        have = 0
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme was judged
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)  # noqa: S310 - the scheme was judged
    except urllib.error.HTTPError as error:
        if error.code != _RANGE_REFUSED:
            raise
        # Either the download was complete or the file has shrunk: start again to find out.
        error.close()
        part.unlink()
        _download(url, part, progress)
        return
    with answer:
        match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        is_rest = answer.status == _PARTIAL and match is not None and int(match["first"]) == have
        have = have if is_rest else 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else None
        if total is not None and total > _MOST_BYTES:
            message = f"{url} is {total >> 20:,} MB, larger than any published code set."
            raise BadInputError(message)
        _validator(part).write_text(
            answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "", encoding="utf-8"
        )
        progress.start("Downloading, kB", total=(total or 0) // _KILOBYTE)
        progress.advance(have // _KILOBYTE)
        with part.open("ab" if is_rest else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                progress.advance(len(chunk) // _KILOBYTE)
                if file.tell() > _MOST_BYTES:
                    message = f"{url} does not end: it was stopped after {_MOST_BYTES >> 20:,} MB."
                    raise BadInputError(message)
    if total is not None and _size(part) != total:
        nothing = b""
        raise http.client.IncompleteRead(nothing, total - _size(part))


def _refuse_page(part: Path, url: str, by_hand: str) -> None:
    with part.open("rb") as file:
        is_page = is_web_page(file.read(_KILOBYTE))
    if is_page:
        part.unlink()
        _validator(part).unlink(missing_ok=True)
        message = (
            f"{url} returned a web page, not a file: accept the terms in a browser, or the file has moved."
        )
        raise BadInputError(message, hint=by_hand)
