"""Read one PDF or RTF in a separate process, so that a hostile file can harm only this process.

Run by path with the type as its argument: reads the file from standard input, writes its text as UTF-8, and
returns the outcome as exit code. It imports nothing of the package.
"""

from __future__ import annotations

import importlib
import sys

DONE, BROKEN, ENCRYPTED, NO_TEXT, TOO_LARGE = 0, 10, 11, 12, 13
_MOST_PAGES = 2_000
_MOST_MEMORY_BYTES = 2_000_000_000
_LARGEST_TEXT = 20 * 1024 * 1024


def _limit_memory() -> None:
    try:
        resource = importlib.import_module("resource")
    except ImportError:  # not on Windows, where only the time is bounded
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))


def _pdf(data: bytes) -> tuple[int, str]:
    import io  # noqa: PLC0415 - only a PDF needs them
    import logging  # noqa: PLC0415

    from pypdf import PdfReader  # noqa: PLC0415 - an optional extra

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        return ENCRYPTED, ""
    count = len(reader.pages)
    if count > _MOST_PAGES:
        return TOO_LARGE, ""
    pages: list[str] = []
    size = 0
    for page in reader.pages:
        pages.append(page.extract_text().strip())
        size += len(pages[-1])
        if size > _LARGEST_TEXT:
            return TOO_LARGE, ""
    if not any(character.isalnum() for page in pages for character in page):
        return NO_TEXT, ""
    page_texts = [
        page or f"[page {number} of {count} holds no text]" for number, page in enumerate(pages, start=1)
    ]
    return DONE, "\n\n".join(page_texts)


def _rtf(data: bytes) -> tuple[int, str]:
    import re  # noqa: PLC0415 - only an RTF needs it

    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - an optional extra

    text = data.decode("cp1252", errors="replace")
    if not _is_balanced(text):
        return BROKEN, ""
    # striprtf would write link addresses into the text, which a reader of the chart does not see.
    plain_text = rtf_to_text(re.sub(r"(?i)\\field\{", r"\\fieldgroup{", text), errors="replace")  # type: ignore[no-untyped-call] # striprtf carries no types
    return (DONE if plain_text.strip() else NO_TEXT), plain_text


def _is_balanced(text: str) -> bool:
    """Return True if every group that opens also closes, as in a file that is not cut off."""
    import re  # noqa: PLC0415 - only an RTF needs it

    depth = 0
    for mark in re.finditer(r"\\[\\{}]|[{}]", text):
        depth += {"{": 1, "}": -1}.get(mark.group(), 0)
        if depth < 0:
            return False
    return depth == 0


def main() -> int:
    """Read standard input, write the text, return the exit code."""
    _limit_memory()
    read = {"pdf": _pdf, "rtf": _rtf}[sys.argv[1]]
    try:
        code, text = read(sys.stdin.buffer.read())
    except MemoryError:
        return TOO_LARGE
    except Exception:  # noqa: BLE001 - the libraries raise what they like on a broken file
        return BROKEN
    sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
    return code


if __name__ == "__main__":
    sys.exit(main())
