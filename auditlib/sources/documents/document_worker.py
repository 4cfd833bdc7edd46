"""Read or draw one document in a separate process, so that a hostile file can harm only this process.

Run by path with a command and its arguments; the file comes by standard input, and the exit code says what
came of it. It imports nothing of the package.

======= ========================= =======================================================================
command arguments                 standard output
======= ========================= =======================================================================
rtf                               the text, UTF-8
pdf                               a line of JSON for each page: width, height, words with boxes, is_scan,
                                  turn_degrees
image                             the same for each page of a TIFF, PNG or JPEG, without words
ocr     program, page numbers     a line of JSON for each page: page, words with boxes and confidence
page    page number, width, bytes one page as a JPEG of at most so many pixels in width, and bytes
======= ========================= =======================================================================

Boxes are left, top, right, bottom as shares of the page's width and height, from its upper left corner, on
the page as its text runs; ``turn_degrees`` turns it clockwise to how it is shown, which is what OCR reads.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import io
import json
import math
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

DONE, BROKEN, ENCRYPTED, NO_TEXT, TOO_LARGE = 0, 10, 11, 12, 13
_MOST_PAGES = 2_000
_MOST_MEMORY_BYTES = 3_000_000_000
_LARGEST_TEXT = 20 * 1024 * 1024
_MOST_PIXELS = 120_000_000
_OCR_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72
_LONGEST_SIDE = 4_200
_SECONDS_OF_A_PAGE = 90
_FEW_WORDS = 15
_LETTERS_TO_LOOK_AT = 200
_MOST_OF_A_PAGE = 0.5
_PASSWORD_NEEDED = 4
_IMAGE_FORMATS = ("TIFF", "PNG", "JPEG")
_QUARTER, _HALF, _THREE_QUARTERS = 90, 180, 270
# Characters as pdfium gives them: it writes 2 for a hyphen at the end of a line.
_BLANK, _LINE_END_HYPHEN, _HYPHEN, _NO_BREAK_BLANK = 32, 2, 45, 160
_FIRST_WITHOUT_TWO_BYTES = 0x10000
_COARSE_PIXELS = 1_000
_OCR_COLUMNS = 12
_SMALLEST_PIXELS = 100
_LOWEST_QUALITY = 50


class TooLargeError(Exception):
    """The document needs more than the limits allow."""


class EncryptedError(Exception):
    """The document needs a password."""


class NoTextError(Exception):
    """The document holds no text."""


def _limit_memory() -> None:
    # Windows has no such limit, and macOS refuses it: there only the time is bounded.
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))


class _Pdf:
    """The pages of a PDF."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2  # noqa: PLC0415 - an optional extra

        raw = self._raw = pypdfium2.raw
        # A file that is cut off lacks its last line; pdfium would show what is left of it as the whole.
        if b"%%EOF" not in data.rstrip(b"\0 \r\n\t")[-2048:]:
            message = "the end of the file is missing"
            raise ValueError(message)
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if raw.FPDF_GetLastError() == _PASSWORD_NEEDED or "assword" in str(error):
                raise EncryptedError from error
            raise
        self.count = len(self._document)
        if self._document.get_formtype():
            self._document.init_forms()

    def text_page(self, number: int) -> dict[str, Any]:
        page = self._document[number - 1]
        # What is filled into forms, and stamps, are then part of the page.
        if self._raw.FPDFPage_GetAnnotCount(page) and (
            self._raw.FPDFPage_Flatten(page, self._raw.FLAT_NORMALDISPLAY) == self._raw.FLATTEN_SUCCESS
        ):
            page.close()
            page = self._document[number - 1]
        left, bottom, right, top = page.get_bbox()
        text_page = page.get_textpage()
        # Words are read as they run, whichever way up the page is shown.
        turned = self._text_direction(text_page)
        wide, high = max(right - left, 1.0), max(top - bottom, 1.0)

        def shown(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
            """Return a box on the page as its text runs, in points from its upper left corner."""
            x0, y0, x1, y1 = box
            if turned == _QUARTER:
                return (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
            if turned == _HALF:
                return (right - x1, y0 - bottom, right - x0, y1 - bottom)
            if turned == _THREE_QUARTERS:
                return (top - y1, right - x1, top - y0, right - x0)
            return (x0 - left, top - y1, x1 - left, top - y0)

        width, height = (high, wide) if turned % _HALF else (wide, high)
        words = list(self._words(text_page, shown, width, height))
        turn_degrees = (page.get_rotation() - turned) % 360
        # Letters may also be drawn as lines, or a stamp may lie over a scan.
        is_scan = not words or (
            len(words) < _FEW_WORDS and self._image_share(page, wide * high) > _MOST_OF_A_PAGE
        )
        page.close()
        return {
            "width": width,
            "height": height,
            "words": [
                [text, x0 / width, y0 / height, x1 / width, y1 / height] for text, x0, y0, x1, y1 in words
            ],
            "is_scan": is_scan,
            "turn_degrees": turn_degrees,
        }

    def _text_direction(self, text_page: Any) -> int:
        """Return the degrees by which most of the text runs counterclockwise: 0, 90, 180 or 270."""
        count = text_page.count_chars()
        step = max(1, count // _LETTERS_TO_LOOK_AT)
        quarters = [0, 0, 0, 0]
        for index in range(0, count, step):
            angle = self._raw.FPDFText_GetCharAngle(text_page.raw, index)
            if self._raw.FPDFText_GetUnicode(text_page.raw, index) > _BLANK and angle >= 0:
                # pdfium measures clockwise.
                quarters[-round(angle * 2 / math.pi) % 4] += 1
        return _QUARTER * quarters.index(max(quarters))

    def _words(self, text_page: Any, shown: Any, width: float, height: float) -> Iterator[list[Any]]:
        """Yield the words of a page with their boxes; what lies outside the page is not read."""
        raw = self._raw
        read_code, read_box, rectangle = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FS_RECTF()
        place, handle = ctypes.byref(rectangle), text_page.raw
        count = text_page.count_chars()
        if count > _LARGEST_TEXT:
            raise TooLargeError

        def box(index: int) -> tuple[float, float, float, float] | None:
            if not read_box(handle, index, place):
                return None
            x0, y0, x1, y1 = shown((rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))
            is_on_page = x1 > 0 and y1 > 0 and x0 < width and y0 < height
            return (x0, y0, x1, y1) if is_on_page else None

        start = 0
        codes = [read_code(handle, index) for index in range(count)]
        for index in range(count + 1):
            if index < count and _is_of_word(codes[index]):
                continue
            if index > start:
                yield from _words_of(codes, [*range(start, index)], box)
            start = index + 1

    def _image_share(self, page: Any, area: float) -> float:
        """Return the share of a page that its images cover, more than one where they lie over each other."""
        images = page.get_objects(filter=[self._raw.FPDF_PAGEOBJ_IMAGE])
        boxes = [image.get_bounds() for image in images]
        share: float = sum(abs((right - left) * (top - bottom)) for left, bottom, right, top in boxes) / area
        return share

    def image(self, number: int, dots_per_inch: float, width: int | None = None) -> Any:
        page = self._document[number - 1]
        points_wide, points_high = page.get_size()
        scale = dots_per_inch / _POINTS_PER_INCH if width is None else width / points_wide
        scale = min(scale, _LONGEST_SIDE / max(points_wide, points_high))
        return page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")


def _is_of_word(code: int) -> bool:
    """Return False for what ends a word: a blank or a control character."""
    return (code > _BLANK or code == _LINE_END_HYPHEN) and code != _NO_BREAK_BLANK


def _words_of(codes: list[int], indexes: list[int], box: Any) -> Iterator[list[Any]]:
    """Yield the characters between two blanks as one word, or as several where they jump on the page."""
    first, last = box(indexes[0]), box(indexes[-1])
    if first and last and _is_beside(first, last, len(indexes)):
        text = _characters([codes[index] for index in indexes])
        yield [text, first[0], min(first[1], last[1]), last[2], max(first[3], last[3])]
        return
    parts: list[tuple[list[int], list[float]]] = []
    for index in indexes:
        character = box(index)
        if character is None:
            continue
        x0, y0, x1, y1 = character
        size = y1 - y0
        if parts:
            part_codes, bounds = parts[-1]
            if abs(y0 - bounds[1]) <= size / 2 and -size < x0 - bounds[2] < size / 2:
                part_codes.append(codes[index])
                bounds[:] = [min(bounds[0], x0), min(bounds[1], y0), max(bounds[2], x1), max(bounds[3], y1)]
                continue
        parts.append(([codes[index]], [x0, y0, x1, y1]))
    for part_codes, bounds in parts:
        yield [_characters(part_codes), *bounds]


def _is_beside(
    first: tuple[float, float, float, float], last: tuple[float, float, float, float], count: int
) -> bool:
    """Return True if the last of so many characters is on the line of the first, and no gap between."""
    size = first[3] - first[1]
    return abs(first[1] - last[1]) <= size / 2 and 0 <= last[0] - first[0] <= 1.2 * size * count


def _characters(codes: list[int]) -> str:
    """Return characters from their codes, of which two may be halves of one."""
    units = b"".join(
        (_HYPHEN if code == _LINE_END_HYPHEN else code).to_bytes(2, "little")
        if code < _FIRST_WITHOUT_TWO_BYTES
        else chr(code).encode("utf-16-le")
        for code in codes
    )
    return units.decode("utf-16-le", errors="replace")


class _Images:
    """The pages of a TIFF, PNG or JPEG."""

    def __init__(self, data: bytes) -> None:
        from PIL import Image, ImageOps  # noqa: PLC0415 - an optional extra

        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
        self._bomb = (Image.DecompressionBombWarning, Image.DecompressionBombError)
        self._upright = ImageOps.exif_transpose
        self._new_picture = Image.new
        try:
            self._picture = Image.open(io.BytesIO(data), formats=_IMAGE_FORMATS)
        except self._bomb as error:
            raise TooLargeError from error
        self.count = getattr(self._picture, "n_frames", 1)

    def text_page(self, number: int) -> dict[str, Any]:
        picture = self._frame(number)
        return {
            "width": picture.width,
            "height": picture.height,
            "words": [],
            "is_scan": True,
            "turn_degrees": 0,
        }

    def _frame(self, number: int) -> Any:
        try:
            self._picture.seek(number - 1)
            # Reads all of it: a picture that is cut off is found here.
            self._picture.load()
            picture = self._upright(self._picture)
        except self._bomb as error:
            raise TooLargeError from error
        if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
            paper = self._new_picture("RGBA", picture.size, "white")
            paper.alpha_composite(picture.convert("RGBA"))
            picture = paper
        elif picture.mode.startswith("I;16"):
            picture = picture.point(lambda value: value / 256).convert("L")
        return picture.convert("RGB")

    def image(self, number: int, dots_per_inch: float, width: int | None = None) -> Any:
        del dots_per_inch
        picture = self._frame(number)
        longest = _LONGEST_SIDE if width is None else max(width, width * picture.height // picture.width)
        picture.thumbnail((width or longest, longest))
        return picture


def _opened(data: bytes) -> _Pdf | _Images:
    pages = _Pdf(data) if b"%PDF-" in data[:1024] else _Images(data)
    if pages.count > _MOST_PAGES:
        raise TooLargeError
    if not pages.count:
        message = "there is no page"
        raise ValueError(message)
    return pages


def _write_line(line: dict[str, Any]) -> None:
    text = json.dumps(line, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode() + b"\n")
    # Whoever waits takes the pages one by one, and may not wait for the last.
    sys.stdout.buffer.flush()


def _read_pages(data: bytes) -> None:
    pages = _opened(data)
    size = 0
    for number in range(1, pages.count + 1):
        page = pages.text_page(number)
        size += sum(len(word[0]) + 1 for word in page["words"])
        if size > _LARGEST_TEXT:
            raise TooLargeError
        _write_line(page)


def _recognise(data: bytes, program: str, numbers: str) -> None:
    pages = _opened(data)
    for number in map(int, numbers.split(",")):
        _write_line({"page": number, "words": _recognised(pages.image(number, _OCR_DOTS_PER_INCH), program)})


def _recognised(picture: Any, program: str) -> list[list[Any]]:
    """Return the words that the OCR program reads on a picture; none where it fails on this page."""
    # A small picture is too coarse for the program's letters.
    if picture.width < _COARSE_PIXELS:
        picture = picture.resize((picture.width * 2, picture.height * 2))
    target = io.BytesIO()
    picture.convert("L").save(target, "PNG", dpi=(_OCR_DOTS_PER_INCH, _OCR_DOTS_PER_INCH))
    try:
        done = subprocess.run(  # noqa: S603 - the program was found by the caller
            [program, "stdin", "stdout", "--psm", "3", "tsv"],
            input=target.getvalue(),
            capture_output=True,
            timeout=_SECONDS_OF_A_PAGE,
            check=True,
            # Pages are read beside each other already.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return []
    words: list[list[Any]] = []
    top = bottom = 0
    for line in done.stdout.decode("utf-8", errors="replace").splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) < _OCR_COLUMNS:
            continue
        left, upper, width, height = map(int, cells[6:10])
        if cells[0] == "4":
            top, bottom = upper, upper + height
        elif cells[0] == "5" and cells[11].strip():
            # The height of the line keeps words without tall letters on it; a crooked line keeps the word's.
            is_straight = bottom - top < 2 * height + 10
            box = (
                (left, top, left + width, bottom)
                if is_straight
                else (left, upper, left + width, upper + height)
            )
            shares = [
                value / side
                for value, side in zip(
                    box, (picture.width, picture.height, picture.width, picture.height), strict=True
                )
            ]
            words.append([cells[11].strip(), *shares, float(cells[10])])
    return words


def _draw(data: bytes, number: str, width: str, most_bytes: str) -> None:
    picture = _opened(data).image(int(number), _OCR_DOTS_PER_INCH, int(width))
    quality = 80
    while True:
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=quality, optimize=True)
        if target.tell() <= int(most_bytes) or picture.width < _SMALLEST_PIXELS:
            break
        # First less quality; noise does not pack, and needs fewer pixels.
        if quality > _LOWEST_QUALITY:
            quality -= 20
        else:
            picture = picture.reduce(2)
    sys.stdout.buffer.write(target.getvalue())


def _rtf(data: bytes) -> None:
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - an optional extra

    text = data.decode("cp1252", errors="replace")
    if not _is_balanced(text):
        message = "the file is cut off"
        raise ValueError(message)
    # striprtf would write link addresses into the text, which a reader of the chart does not see.
    shown = re.sub(r"(?i)\\field\{", r"\\fieldgroup{", shown_rtf(text))
    plain_text = rtf_to_text(shown, errors="replace")  # type: ignore[no-untyped-call] # striprtf carries no types
    if not plain_text.strip():
        raise NoTextError
    sys.stdout.buffer.write(plain_text.encode("utf-8", errors="replace"))


def _is_balanced(text: str) -> bool:
    """Return True if every group that opens also closes, as in a file that is not cut off."""
    depth = 0
    for mark in re.finditer(r"\\[\\{}]|[{}]", text):
        depth += {"{": 1, "}": -1}.get(mark.group(), 0)
        if depth < 0:
            return False
    return depth == 0


def shown_rtf(text: str) -> str:
    r"""Return an RTF without what it does not show: deleted by a revision, hidden, or struck through.

    The properties ``\deleted``, ``\v``, ``\strike`` and ``\striked`` hold to the end of their group, or until
    they are turned off by a zero or by ``\plain``.

    Examples
    --------
    >>> shown_rtf(r"{\rtf1 start {\deleted metformin}insulin\v  no\v0  now}")
    '{\\rtf1 start {\\deleted }insulin\\v \\v0  now}'
    """
    hidden: set[str] = set()
    groups: list[set[str]] = []
    kept: list[str] = []
    for token in _rtf_tokens(text):
        is_kept = True
        if token.startswith("{"):
            groups.append(set(hidden))
        elif token.startswith("}"):
            hidden = groups.pop() if groups else set()
        elif word := _rtf_word(token):
            if word in _RTF_HIDING:
                # A zero turns it off; another number does not.
                is_off = token.strip().removeprefix(f"\\{word}") == "0"
                hidden = hidden - {word} if is_off else hidden | {word}
            elif word == "plain":
                hidden = set()
            is_kept = not (hidden and word in _RTF_CHARACTERS)
        else:
            is_kept = not hidden or token in {"\\*", "\n", "\r\n", "\r"}
        if is_kept:
            kept.append(token)
    return "".join(kept)


def _rtf_tokens(text: str) -> Iterator[str]:
    """Yield control words, control symbols, braces and texts, which together give the file again."""
    token = re.compile(r"\\[a-zA-Z]+-?\d* ?|\\'[0-9a-fA-F]{2}|\\.|[{}]|[\r\n]+|[^\\{}\r\n]+|\\", re.DOTALL)
    at = 0
    while match := token.match(text, at):
        at = match.end()
        yield match.group()
        if _rtf_word(match.group()) == "bin":
            # So many bytes of data follow, in which a brace is none.
            length = int("".join(filter(str.isdigit, match.group())) or 0)
            yield text[at : at + length]
            at += length


def _rtf_word(token: str) -> str:
    """Return the name of a control word; empty for a character, which is text."""
    name = token[1:].rstrip(" -0123456789") if token.startswith("\\") else ""
    return "" if name == "u" or not name.isalpha() or token[1:2] == "'" else name


_RTF_HIDING = frozenset({"deleted", "v", "strike", "striked"})
"""Control words of the properties that take a text off the page."""

_RTF_CHARACTERS = frozenset(
    {"par", "line", "tab", "cell", "row", "sect", "page", "emdash", "endash", "bullet", "lquote", "rquote"}
    | {"ldblquote", "rdblquote", "emspace", "enspace"}
)
"""Control words that stand for a character or a break."""


def main() -> int:
    """Run the command on standard input, and return the exit code."""
    _limit_memory()
    commands: dict[str, Callable[..., None]] = {
        "pdf": _read_pages,
        "image": _read_pages,
        "rtf": _rtf,
        "ocr": _recognise,
        "page": _draw,
    }
    try:
        commands[sys.argv[1]](sys.stdin.buffer.read(), *sys.argv[2:])
    except (MemoryError, TooLargeError):
        return TOO_LARGE
    except EncryptedError:
        return ENCRYPTED
    except NoTextError:
        return NO_TEXT
    except Exception:  # noqa: BLE001 - the libraries raise what they like on a broken file
        return BROKEN
    return DONE


if __name__ == "__main__":
    sys.exit(main())
