"""The page of a report in Chromium: without network, sound, and readable in both themes and in print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pypdf
import pytest

from auditlib.measures.rates import count_rates
from auditlib.report import ReportContents, ReportTable, write_html
from tests.report.reports import EVIL, findings, letter, report
from tests.ui.page_faults import markup_faults, offline_context, serious_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def accuracy() -> ReportTable:
    counts = pl.DataFrame({"coder_id": ["C1", "C2"], "a": [9, 7], "n": [10, 7]})
    rates = count_rates(
        counts, "code over code", by=["coder_id"], numerator="a", denominator="n", empty="none"
    )
    return ReportTable("Accuracy by coder", rates, rows="Each finding")


def wide() -> ReportTable:
    return ReportTable("Wide", pl.DataFrame({f"column_{n}": ["some words here"] for n in range(20)}))


def long_report() -> ReportContents:
    return report(accuracy(), findings(80), wide(), words="plain")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("is_letter", [False, True])
def test_a_report_asks_for_nothing_and_has_no_serious_fault(
    browser: Browser, tmp_path: Path, theme: str, *, is_letter: bool
) -> None:
    contents = report(findings(3), words=EVIL, letter=letter(EVIL)) if is_letter else long_report()
    path = write_html(tmp_path / "report.html", contents)
    context, asked = offline_context(browser, theme=theme)
    page = context.new_page()
    page.goto(path.as_uri())
    assert serious_violations(page) == []
    assert asked == [path.as_uri()]
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("nav").count() == (0 if is_letter else 1)
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator("figure:not([aria-label])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("script, [onerror], [onload]").count() == 0
    context.close()


@pytest.mark.parametrize("is_letter", [False, True])
def test_the_markup_is_valid(tmp_path: Path, *, is_letter: bool) -> None:
    contents = report(findings(3), words=EVIL, letter=letter(EVIL)) if is_letter else long_report()
    assert markup_faults(write_html(tmp_path / "report.html", contents), tmp_path) == []


def test_faults_are_found(browser: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<!DOCTYPE html><html><head></head><body><img src="x.png"><b><p>a</b></p></body></html>')
    assert any("close-order" in fault for fault in markup_faults(bad, tmp_path))
    context, asked = offline_context(browser)
    page = context.new_page()
    page.goto(bad.as_uri())
    assert any("image-alt" in fault for fault in serious_violations(page))
    assert len(asked) == 2
    context.close()


def test_every_link_leads_somewhere_and_figures_lead_to_rows_and_definition(
    browser: Browser, tmp_path: Path
) -> None:
    path = write_html(tmp_path / "report.html", long_report())
    context, _ = offline_context(browser)
    page = context.new_page()
    page.goto(path.as_uri())
    dead = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
        ".filter(to => !to.startsWith('#') || !document.getElementById(to.slice(1)))"
    )
    assert dead == []
    page.get_by_role("link", name="93.4 % plain").click()
    assert page.locator(":target").get_attribute("aria-label") == "Accuracy by coder"
    page.get_by_role("link", name="Code over code", exact=True).first.click()
    assert "agrees" in page.locator(":target").inner_text()
    page.get_by_role("link", name="Each finding", exact=True).click()
    assert page.locator(":target").get_attribute("aria-label") == "Each finding"
    context.close()


def test_print_is_light_in_a_dark_theme_and_numbers_its_pages(browser: Browser, tmp_path: Path) -> None:
    path = write_html(tmp_path / "report.html", long_report())
    context, _ = offline_context(browser, theme="dark")
    page = context.new_page()
    page.goto(path.as_uri())
    colour = "getComputedStyle(document.querySelector('h1')).color"
    on_screen = page.evaluate(colour)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(colour) == "rgb(24, 29, 37)" != on_screen
    assert page.locator("nav").is_hidden()
    printed = tmp_path / "printed.pdf"
    page.pdf(path=str(printed), prefer_css_page_size=True)
    made = pypdf.PdfReader(printed).pages
    texts = [sheet.extract_text() for sheet in made]
    with_rows = [text for text in texts if "20610-LT" in text]
    assert len(with_rows) > 1
    assert all("Billed" in text for text in with_rows)
    assert all(f"of {len(made)}" in text for text in texts)
    assert {sheet.mediabox.width > sheet.mediabox.height for sheet in made} == {False, True}
    context.close()
