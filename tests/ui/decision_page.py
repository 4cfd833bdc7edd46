"""A screen of decisions as its user meets it in JupyterLab and in the app: keys in, words out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as PageTimeoutError

from tests.ui.conftest import use_theme
from tests.ui.page_faults import serious_violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")
# Parts whose content is wider than they are.
_CUT = """screen => [...screen.querySelectorAll('header, .band, .body, .list, .panels, section, td, button')]
    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map(one => `${one.tagName} ${one.className}: ${one.textContent.slice(0, 60)}`)"""
_STATE = r"""name => {
    const active = document.activeElement;
    const value = active?.value === undefined ? '' : `, which holds "${active.value}"`;
    const screens = [...document.querySelectorAll(name)].map(one => one.innerText);
    return `Focus on ${active?.tagName} ${active?.className}${value}\n${screens.join('\n---\n')}`;
}"""
_HAS_FOCUS = "name => document.activeElement?.closest(name) != null"


class DecisionPage:
    """The screen with the class ``name``."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.screen = self.page.locator(f".{name}")
        self.screen.locator("tr.on").wait_for()
        # The screen takes the focus itself; without it no key that follows would come to it.
        self.page.wait_for_function(_HAS_FOCUS, arg=f".{name}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def row(self, key: str) -> Locator:
        return self.screen.locator(f"tr[data-key='{key}']")

    def wait_for_row(self, key: str, words: str) -> None:
        self._wait_for(self.row(key).locator("td", has_text=words).last)

    def wait_for_focus_on(self, key: str) -> None:
        self._wait_for(self.screen.locator(f"tr.on[data-key='{key}']"))

    def wait_for_chart(self, name: str) -> None:
        self._wait_for(self.screen.locator("h1", has_text=name))

    def wait_for_message(self, words: str) -> None:
        self._wait_for(self.screen.locator(".message", has_text=words))

    def wait_for_choice(self, words: str) -> None:
        self._wait_for(self.screen.locator("[aria-pressed=true]", has_text=words))

    def _wait_for(self, part: Locator) -> None:
        """Wait for a part of the screen; a failure shows what the screen said and what had the focus."""
        try:
            part.wait_for()
        except PageTimeoutError as fault:
            pytest.fail(f"{fault}\n{self.page.evaluate(_STATE, f'.{self.name}')}")

    def use_theme(self, theme: str) -> None:
        """Change the theme, and take the focus for the keys that follow: it may have gone in the change."""
        use_theme(self.page, f"JupyterLab {theme}")
        self.screen.focus()

    def assert_sound(self, picture: str) -> None:
        """Nothing is cut, and axe-core finds no serious fault; a picture is kept where one is asked for."""
        if SCREENSHOTS:
            self.screen.evaluate("one => one.scrollIntoView({block: 'center'})")
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{self.name}_{picture}.png")
        assert self.screen.evaluate(_CUT) == []
        assert serious_violations(self.page, within=f".{self.name}") == []

    def assert_left(self) -> None:
        """The keys are the notebook's again."""
        assert self.page.evaluate(f"document.activeElement.closest('.{self.name}') === null")
