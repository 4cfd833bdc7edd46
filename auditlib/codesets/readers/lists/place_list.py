"""The official list of places of service, published as a web page: saved as HTML, or copied into a table.

A place's text states its first day; a place without one was in the list before its first dated change.
Unassigned ranges are skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

import polars as pl

from auditlib.codes import form_of
from auditlib.codes.systems import PLACE_OF_SERVICE
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.header_row import header_number, normalized_heading, table_below, top_rows
from auditlib.codesets.readers.project_tables import PLACES_KNOWN_FROM
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE

_HEADINGS: Final = ("place of service code(s)", "place of service name", "place of service description")
_UNASSIGNED: Final = "unassigned"
_SINCE: Final = r"(?i)\(effective ([a-z]+ [0-9]{1,2}, [0-9]{4})\)"
_FEWEST: Final = 40
_MOST_CELLS: Final = 20_000


class _Cells(HTMLParser):
    """Collects the table rows of a page, as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._count = 0
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        del attrs
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows and self._count < _MOST_CELLS:
            self.rows[-1].append("")
            self._count += 1
            self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th", "tr"}:
            self._is_open = False

    def handle_data(self, data: str) -> None:
        """Add text to the cell that is open."""
        if self._is_open:
            self.rows[-1][-1] += data


def is_place_list(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the list of places of service, as a table or as the page."""
    return header_number(_page_rows(file) if file.is_page else top_rows(file), *_HEADINGS) is not None


def _page_rows(file: PublishedFile) -> list[list[str]]:
    return [[normalized_heading(cell) for cell in row] for row in _page_cells(file)]


def _page_cells(file: PublishedFile) -> Sequence[Sequence[str]]:
    parser = _Cells()
    parser.feed(file.text)
    return parser.rows


def read_place_list(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the list; without a stated first day it is effective from its first dated change.

    Raises
    ------
    BadInputError
        If a code does not have two digits, or the list is not complete.
    """
    places = _page_table(file) if file.is_page else _table(file)
    places = places.filter(~pl.col("name").str.to_lowercase().str.contains(_UNASSIGNED))
    first = stated.effective_from or PLACES_KNOWN_FROM
    release = stated.release or "official list"
    since = pl.col("text").str.extract(_SINCE).str.to_date("%B %d, %Y", strict=False)
    frame = places.select(
        code=form_of(PLACE_OF_SERVICE).normalised("code"),
        code_system=pl.lit(PLACE_OF_SERVICE),
        is_billable=pl.lit(value=True),
        long_description="name",
        effective_from=pl.max_horizontal(since, pl.lit(first)),
        effective_to=pl.lit(stated.effective_to, pl.Date()),
        release=pl.lit(release),
    )
    wrong = frame.filter(~form_of(PLACE_OF_SERVICE).shaped("code").fill_null(value=False))
    if wrong.height or frame.height < _FEWEST or frame["code"].is_duplicated().any():
        fault = f"'{wrong['code'][0]}' is not a place" if wrong.height else f"it lists {frame.height} places"
        message = f"{file.name} is not the complete list of places of service: {fault}."
        raise BadInputError(message, hint="Save the publisher's page again, or copy its whole table.")
    return CodeSetRelease(
        code_system=PLACE_OF_SERVICE,
        release=release,
        publisher="CMS",
        effective_from=first,
        effective_to=stated.effective_to,
        file_name=file.name,
        sha256=file.sha256,
        row_count=frame.height,
        frames={CODE: CODE.conform(frame)},
    )


def _table(file: PublishedFile) -> pl.DataFrame:
    table = table_below(file, header_number(top_rows(file), *_HEADINGS) or 0)
    return table.select(code=_HEADINGS[0], name=_HEADINGS[1], text=_HEADINGS[2])


def _page_table(file: PublishedFile) -> pl.DataFrame:
    rows = _page_cells(file)
    number = header_number(_page_rows(file), *_HEADINGS) or 0
    places = [
        [" ".join(cell.split()) for cell in row[:3]]
        for row in rows[number + 1 :]
        if len(row) >= len(_HEADINGS)
    ]
    return pl.DataFrame(places, schema=["code", "name", "text"], orient="row", infer_schema_length=None)
