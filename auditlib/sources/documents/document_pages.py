"""The pages of a PDF or a scan: their words, from the file or by OCR, and their pictures."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from auditlib.errors import MissingExtraError
from auditlib.sources.documents import document_worker
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.documents.reading_order import PlacedWord, Word, page_text

LONGEST_READING_SECONDS: Final = 120
"""Time limit for reading a PDF, a scan's pictures or an RTF."""

LONGEST_OCR_SECONDS: Final = 600
"""Time limit for the OCR of one document; pages after it stay without text."""

EXTRA: Final = "documents"
_MODULES: Final = {"PDF": ("pypdfium2", "PIL"), "image": ("PIL",), "RTF": ("striprtf",)}
_PAGE_BREAK: Final = "\n\n"

TextOrigin = Literal["file", "OCR", "none"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document.

    Attributes
    ----------
    number
        Position in the document, from 1.
    start, end
        Its text is that of the document from character ``start`` to before ``end``.
    text_origin
        'file' if the file holds the text, 'OCR' if it was recognised, 'none' if no text was read.
    words
        Its words, with places in the document's text, and boxes as shares of the page's width and height.
    """

    number: int
    start: int
    end: int
    text_origin: TextOrigin
    words: tuple[PlacedWord, ...]


def ocr_program() -> str | None:
    """Return the path of tesseract, or None if it is not installed."""
    return shutil.which("tesseract")


def read_pages(data: bytes, kind: str) -> tuple[str, tuple[Page, ...]]:
    """Return the text of a PDF or scan, and its pages.

    Parameters
    ----------
    data
        The file.
    kind
        'PDF' or 'image'.

    Notes
    -----
    A page that holds no text is recognised by tesseract if that is installed. What stays without text has a
    line in brackets in its place, so that nobody takes the text for the whole document.

    Raises
    ------
    UnreadableError
        If it is damaged, encrypted, too large, or takes too long.
    MissingExtraError
        If the extra 'documents' is not installed.
    """
    output = run_worker(data, kind, [kind.lower()])
    pages = [json.loads(line) for line in output.splitlines()]
    scans = [number for number, page in enumerate(pages, start=1) if page["is_scan"]]
    recognised = _recognised(data, scans)
    texts: list[str] = []
    placed: list[Page] = []
    at = 0
    for number, page in enumerate(pages, start=1):
        words = recognised.get(number) or page["words"]
        origin: TextOrigin = "OCR" if number in recognised else "file" if page["words"] else "none"
        width, height = page["width"], page["height"]
        if origin == "OCR" and page["turn_degrees"] % 180:
            width, height = height, width
        content = page_text(_sized(words, width, height))
        text = content.text
        if not any(character.isalnum() for character in text):
            text, content, origin = f"[page {number} of {len(pages)} holds no text]", page_text([]), "none"
        texts.append(text)
        shares = tuple(
            PlacedWord(
                _shares(word.word, width, height, 0 if origin == "OCR" else page["turn_degrees"]),
                at + word.start,
                at + word.end,
            )
            for word in content.words
        )
        placed.append(Page(number, at, at + len(text), origin, shares))
        at += len(text) + len(_PAGE_BREAK)
    return _PAGE_BREAK.join(texts), tuple(placed)


def draw_page(data: bytes, number: int, *, width: int, most_bytes: int) -> bytes:
    """Return a page of a PDF or scan as a JPEG.

    Parameters
    ----------
    data
        The file.
    number
        Number of the page, from 1.
    width
        Greatest width, in pixels.
    most_bytes
        Greatest size; a page that is larger is drawn more coarsely.

    Raises
    ------
    UnreadableError
        If the page cannot be drawn.
    """
    kind = "PDF" if b"%PDF-" in data[:1024] else "image"
    arguments = ["page", str(number), str(width), str(most_bytes)]
    return run_worker(data, kind, arguments)


def run_worker(data: bytes, kind: str, arguments: Sequence[str]) -> bytes:
    """Return what the worker writes about a document; another process reads it, since it may be hostile.

    Raises
    ------
    UnreadableError
        If it cannot be read; with the reason.
    MissingExtraError
        If the extra 'documents' is not installed.
    """
    if any(find_spec(module) is None for module in _MODULES[kind]):
        purpose = f"Reading {_NAMES.get(kind, kind)} documents"
        raise MissingExtraError(purpose, EXTRA)
    code, output = _run(data, arguments, seconds=LONGEST_READING_SECONDS)
    name = _NAMES.get(kind, kind)
    if code is None:
        reason = f"the {name} takes longer than {LONGEST_READING_SECONDS} seconds to read"
        raise UnreadableError(reason, f"a plain {name}, or the document as text")
    if code == document_worker.DONE:
        return output
    raise _REFUSALS.get(code, _broken)(name)


def _run(data: bytes, arguments: Sequence[str], *, seconds: float) -> tuple[int | None, bytes]:
    """Return exit code and output of the worker; without a code, and the output so far, if time is up."""
    command = [sys.executable, "-P", str(Path(document_worker.__file__)), *arguments]
    is_posix = os.name == "posix"
    with subprocess.Popen(  # noqa: S603 - our own script; the document comes by standard input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=is_posix,
    ) as process:
        try:
            output, _ = process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            # The OCR program that it may have started ends with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if is_posix else process.kill()
            output, _ = process.communicate()
            return None, output
        except BaseException:
            process.kill()
            raise
    return process.returncode, output


def _recognised(data: bytes, numbers: Sequence[int]) -> dict[int, list[list[Any]]]:
    """Return the words of pages by OCR, as far as it came in its time; none without the program."""
    program = ocr_program()
    if program is None or not numbers or find_spec("PIL") is None:
        return {}
    arguments = ["ocr", program, ",".join(map(str, numbers))]
    _, output = _run(data, arguments, seconds=LONGEST_OCR_SECONDS)
    pages: Mapping[int, list[list[Any]]] = {
        page["page"]: page["words"]
        for page in map(json.loads, output.splitlines(keepends=True)[: _whole(output)])
    }
    return {number: words for number, words in pages.items() if words}


def _whole(output: bytes) -> int:
    """Return the number of whole lines; the last one may be cut off where time was up."""
    return output.count(b"\n")


def _sized(words: Sequence[Sequence[Any]], width: float, height: float) -> list[Word]:
    """Return words with boxes in the page's unit, for widths and heights are compared."""
    return [
        Word(str(text), left * width, top * height, right * width, bottom * height, *confidence)
        for text, left, top, right, bottom, *confidence in words
    ]


def _shares(word: Word, width: float, height: float, turn_degrees: int) -> Word:
    """Return a word with its box as shares of the page as it is shown, cut where it goes beyond."""

    def share(value: float, side: float) -> float:
        return round(min(max(value / side, 0.0), 1.0), 5)

    box = (
        share(word.left, width),
        share(word.top, height),
        share(word.right, width),
        share(word.bottom, height),
    )
    for _ in range(turn_degrees // 90):
        left, top, right, bottom = box
        box = (1 - bottom, left, 1 - top, right)
    return word._replace(left=box[0], top=box[1], right=box[2], bottom=box[3])


_NAMES: Final = {"image": "scan"}


def _broken(name: str) -> UnreadableError:
    return UnreadableError(f"the {name} is damaged or cut off", f"a whole {name} that a viewer can open")


def _encrypted(name: str) -> UnreadableError:
    return UnreadableError(
        f"the {name} is encrypted: it needs a password", "one without a password: print or export it again"
    )


def _without_text(name: str) -> UnreadableError:
    return UnreadableError(f"the {name} holds no text", "a document with text")


def _too_large(name: str) -> UnreadableError:
    return UnreadableError(f"the {name} is too large to read", "fewer pages, or the document as text")


_REFUSALS: Final = {
    document_worker.ENCRYPTED: _encrypted,
    document_worker.NO_TEXT: _without_text,
    document_worker.TOO_LARGE: _too_large,
}
