"""What people do on the start screen, in JupyterLab and in the app alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BUTTON_OF_PLAN: Final = "button[data-action=go]"
CUT: Final = """root => [...root.querySelectorAll('button, td, th, p, h2, h3, label, input, select')]
    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .filter(one => one.clientWidth > 1)
    .filter(one => getComputedStyle(one).textOverflow !== 'ellipsis')
    .filter(one => getComputedStyle(one).display !== 'inline')
    .map(one => `${one.tagName} ${one.innerText || one.name} ${one.scrollWidth} > ${one.clientWidth}`)"""


def plan_by_keys(page: Page, screen: Locator, *, name: str, of_count: int, second: str = "") -> None:
    """Plan an audit of five charts without touching the mouse, reviewed by who looks and a second one."""
    press, write = page.keyboard.press, page.keyboard.type
    screen.focus()
    press("2")
    screen.locator("form").wait_for()
    write(name)
    while page.evaluate("document.activeElement.name") != "size":
        press("Tab")
    press("Control+a")
    write("5")
    press("Tab")
    while page.evaluate("document.activeElement.name") != "seed":
        press("Tab")
    write("41352")
    if second:
        press("Tab")
        press("End")
        write(f", {second}")
        press("Tab")
        press("Tab")
        write("100")
    press("Enter")
    screen.get_by_text(f"Draws 5 of {of_count} encounters as audit '{name}', seed 41352.").wait_for()
    # Nothing is written before the button says so: it has the focus now.
    assert page.evaluate("document.activeElement.dataset.action") == "go"
    press("Enter")
