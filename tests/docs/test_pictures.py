"""Every picture of README and docs is one that the script takes, and the gallery has them all."""

from __future__ import annotations

from tests.docs.markdown_pages import all_pages, pictures
from tools.pictures import GALLERY, PICTURES, TAKEN, THEMES, gallery
from tools.site.navigation import ROOT

MOST_BYTES = 2_000_000


def test_every_picture_that_the_script_takes_is_there_and_no_other() -> None:
    expected = {one.path(theme) for one in TAKEN for theme in THEMES}
    assert set(PICTURES.iterdir()) == expected
    assert sum(path.stat().st_size for path in expected) < MOST_BYTES


def test_the_gallery_is_what_the_script_writes() -> None:
    assert GALLERY.read_text(encoding="utf-8") == gallery()


def test_every_picture_of_a_page_is_made_by_a_script_and_says_what_one_sees() -> None:
    made = {one.path("light") for one in TAKEN} | set((ROOT / "docs" / "figures").iterdir())
    shown = [(page, picture) for page in all_pages() for picture in pictures(page)]
    assert len(shown) > len(TAKEN)
    for page, picture in shown:
        assert ((ROOT / page).parent / str(picture.attrGet("src"))).resolve() in made
        assert picture.content
