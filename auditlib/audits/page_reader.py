"""Pages of PDFs and scans for the review screen, drawn when they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from auditlib.errors import UsageError
from auditlib.review import PageImage
from auditlib.sources.documents.document_pages import draw_page
from auditlib.warehouse import Warehouse

WIDTH_PIXELS: Final = 1_400
"""Width of a drawn page: sharp across half of a wide screen."""

MOST_BYTES: Final = 1_000_000
"""Greatest size of a drawn page, which travels to the browser in one message."""

_PAGES_AT_HAND: Final = 16


def page_source(warehouse: Warehouse) -> Callable[[str, int, int], PageImage]:
    """Return a function that draws a page by encounter, number of the document, and number of the page.

    The pages that were drawn last are kept at hand, so that going back to one does not draw it again.
    """

    @lru_cache(maxsize=_PAGES_AT_HAND)
    def draw(encounter_id: str, document_number: int, page_number: int) -> PageImage:
        return read_page(warehouse, encounter_id, document_number, page_number)

    return draw


def read_page(warehouse: Warehouse, encounter_id: str, document_number: int, page_number: int) -> PageImage:
    """Return one page of a document as a picture, with the places of its words.

    Raises
    ------
    UsageError
        If the document has no such page.
    BadInputError
        If the page cannot be drawn.
    MissingExtraError
        If the extra 'documents' is not installed.
    """
    params = {"encounter_id": encounter_id, "document_number": document_number}
    originals = warehouse.query("queries/encounters/document_original", params)
    if originals.is_empty() or not 1 <= page_number <= originals["page_count"].item():
        message = f"Document {document_number} of {encounter_id} has no page {page_number} to show."
        raise UsageError(message, hint="PDFs and scans have pages; load the file again if it is one.")
    image = draw_page(originals["content"].item(), page_number, width=WIDTH_PIXELS, most_bytes=MOST_BYTES)
    words = warehouse.query("queries/encounters/document_page_word", {**params, "page_number": page_number})
    return PageImage(image, tuple(words.iter_rows()))
