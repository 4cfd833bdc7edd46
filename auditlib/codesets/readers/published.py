"""Publishers' files: a file, a ZIP, or a folder of either, opened without trusting them."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

import polars as pl

from auditlib.errors import BadInputError, UsageError

MOST_BYTES: Final = 1 << 30
_MOST_RATIO: Final = 200
# Below this size a ratio means nothing: a short file of blanks compresses very well.
_RATIO_MATTERS_FROM: Final = 10 << 20
_ZIP_START: Final = b"PK\x03\x04"
_XLS_START: Final = b"\xd0\xcf\x11\xe0"
_GZIP_START: Final = b"\x1f\x8b"
_PAGE_START: Final = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)", re.IGNORECASE | re.DOTALL
)
_WORKBOOK_PART: Final = "xl/workbook.xml"
# Blank lines, and the mark with which DOS ended a text.
_END_OF_TEXT: Final = " \t\r\n\x0b\x0c\x1a"
# Empty lines, or the separator character itself: such files are split line by line.
_ODD: Final = (b"\n\n", b"\n\r\n", b"\x01")
# UTF-8 bytes of accented letters, quotation marks and trademark signs.
_UTF8_LETTER: Final = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x80-\xbf]")


@dataclass(frozen=True)
class PublishedFile:
    """One file, alone or from a ZIP.

    Parameters
    ----------
    name
        File name.
    path
        The file on disk: the file itself, or the ZIP that contains it.
    data
        Its bytes.
    is_archive
        True if it is a ZIP inside a ZIP, which is not opened.
    """

    name: str
    path: Path
    data: bytes
    is_archive: bool = False

    @property
    def is_member(self) -> bool:
        """True if it is from a ZIP."""
        return self.name != self.path.name

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and the name of its ZIP; either may identify the release."""
        return (self.name, self.path.name) if self.is_member else (self.name,)

    @property
    def is_workbook(self) -> bool:
        """True if it is a workbook, by its first bytes."""
        return self.data.startswith((_ZIP_START, _XLS_START))

    @property
    def is_page(self) -> bool:
        """True if it is a web page, by its first bytes."""
        return is_web_page(self.data[: 1 << 12])

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def text(self) -> str:
        """Its text, with Unix line ends.

        Raises
        ------
        BadInputError
            If it mixes two encodings.
        """
        return decoded(self.data, self.name).replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without blank ones at the end."""
        return self.text.rstrip(_END_OF_TEXT).split("\n")

    @cached_property
    def line_column(self) -> pl.DataFrame:
        """Its lines as the column ``line``, without blank ones at the end."""
        if self._is_plain:
            # Plain ASCII: the CSV reader splits ten times faster than Python.
            lines = pl.read_csv(
                self.data.rstrip(_END_OF_TEXT.encode()),
                has_header=False,
                separator="\x01",
                quote_char=None,
                schema={"line": pl.String()},
            )
            return lines.select(pl.col("line").str.strip_suffix("\r"))
        return pl.DataFrame({"line": self.lines}, schema={"line": pl.String()})

    @property
    def _is_plain(self) -> bool:
        data = self.data
        return (
            data.isascii()
            and not data[:1].isspace()
            and data.count(b"\r") == data.count(b"\r\n")
            and not any(sign in data for sign in _ODD)
        )

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The cells of a workbook's first sheet, as text.

        Raises
        ------
        BadInputError
            If it cannot be read as a workbook.
        """
        try:
            return pl.read_excel(
                io.BytesIO(self.data),
                engine="calamine",
                has_header=False,
                drop_empty_rows=False,
                read_options={"dtypes": "string"},
            )
        except Exception as error:  # the workbook reader's exceptions have no common base
            message = f"{self.name} cannot be read as a workbook."
            raise BadInputError(message, hint="Download it again; it may be truncated.") from error


def is_web_page(head: bytes) -> bool:
    """Return True if the first bytes are those of a web page."""
    return _PAGE_START.match(head) is not None


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or Windows-1252.

    Raises
    ------
    BadInputError
        If parts of it are UTF-8 and others are not.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _UTF8_LETTER.search(data):
            message = f"{name} mixes two encodings: some of its letters are UTF-8, others are not."
            raise BadInputError(message, hint="Take the publisher's file as downloaded.") from None
    # Latin-1 decodes the bytes that Windows-1252 does not define.
    return data.decode("cp1252", errors="replace")


def published_files(path: Path) -> Iterator[PublishedFile]:
    """Yield the files at a path: the file itself, or the members of a ZIP.

    Raises
    ------
    UsageError
        If there is no such file.
    BadInputError
        If it is empty, too large, or a ZIP that is damaged or a decompression bomb.
    """
    if not path.is_file():
        message = f"There is no file {path}."
        raise UsageError(message)
    if path.stat().st_size > MOST_BYTES:
        message = f"{path.name} is larger than {MOST_BYTES >> 20} MB."
        raise BadInputError(message, hint="No published code set is that large.")
    data = path.read_bytes()
    if not data:
        message = f"{path.name} is empty."
        raise BadInputError(message, hint="Download it again.")
    if data.startswith(_GZIP_START):
        message = f"{path.name} is packed with gzip, which no publisher of code sets uses."
        raise BadInputError(message, hint="Unpack it, or take the publisher's own file.")
    if not data.startswith(_ZIP_START):
        yield PublishedFile(path.name, path, data)
        return
    with _archive(path.name, data) as archive:
        if _WORKBOOK_PART in archive.namelist():
            _check_size(path.name, archive)
            yield PublishedFile(path.name, path, data)
            return
        yield from _members(path, archive)


def _archive(name: str, data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        message = f"{name} is a ZIP that is truncated or damaged."
        raise BadInputError(message, hint="Download it again, and compare its size.") from error


def _check_size(name: str, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    whole = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if whole > MOST_BYTES or (whole > _RATIO_MATTERS_FROM and whole / packed > _MOST_RATIO):
        message = (
            f"{name} would unpack to {whole >> 20:,} MB from {packed / (1 << 20):,.1f} MB: it was not opened."
        )
        raise BadInputError(message, hint="No published code set compresses like that.")


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[PublishedFile]:
    _check_size(path.name, archive)
    for member in archive.infolist():
        # Nothing is unpacked to disk, but a ZIP with a path outside of it is suspicious.
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in member.filename:
            message = f"{path.name} contains a path that leads out of it: {member.filename[:60]!r}."
            raise BadInputError(message, hint="Download it from the publisher.")
        name = place.name
        if member.is_dir() or name.startswith((".", "~")):
            continue
        try:
            with archive.open(member) as opened:
                # At most the stated size, which was checked.
                data = opened.read(member.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            message = f"{path.name}: {name} inside it is damaged or locked."
            raise BadInputError(message, hint="Download the ZIP again.") from error
        if len(data) > member.file_size:
            message = f"{path.name}: {name} inside it is larger than the ZIP says."
            raise BadInputError(message, hint="Download the ZIP again.")
        is_archive = False
        if data.startswith(_ZIP_START):
            with _archive(name, data) as inner:
                is_archive = _WORKBOOK_PART not in inner.namelist()
                _check_size(name, inner)
        yield PublishedFile(name, path, data, is_archive)
