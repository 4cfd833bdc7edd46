from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditlib.checks import Check, all_checks

PAGES = Path(__file__).parents[2] / "docs" / "checks"
SECTIONS = (
    *("Denominator", "Numerator", "How it is judged", "Authority", "What it means", "Limits"),
    "Known false alarms",
)


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_a_check_has_a_page_that_says_what_its_header_says(check: Check) -> None:
    page = (PAGES / f"{check.id}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {check.id}: {check.title}\n")
    for section in SECTIONS:
        body = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        assert body.strip(), section
    for reader in ("Coder", "Auditor", "Biller"):
        assert f"- **{reader}**: " in page
    last_day = f" to {check.effective_to}" if check.effective_to else ""
    for fact in (
        f"| Severity | {check.severity}, ",
        f"| Unit | {check.unit} |",
        f"| Settings | {', '.join(check.settings)} |",
        f"| Needs | {check.needs} |",
        f"| Dates of service | from {check.effective_from}{last_day} |",
        f"| Version of the rule | {check.version} |",
        f"In the check's header: {check.authority}.",
    ):
        assert fact in page


def test_the_index_lists_every_check_and_no_other_page_is_left() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for check in all_checks():
        assert f"| [{check.id}]({check.id}.md) | {check.title} | {check.severity} | {check.unit} |" in index
    assert {page.stem for page in PAGES.glob("*.md")} == {"README", *(check.id for check in all_checks())}


def test_the_index_says_of_every_check_once_when_it_is_checked() -> None:
    table = (PAGES / "README.md").read_text(encoding="utf-8").partition("## What is checked when")[2]
    rows = [row.split("|") for row in table.splitlines() if row.count("|") == 4]
    named = [check_id for row in rows for check_id in re.findall(r"\b(?!ICD)[A-Z]{2,4}-[0-9]{2}\b", row[2])]
    assert sorted(named) == [check.id for check in all_checks()]
