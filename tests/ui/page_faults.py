"""Whether a page is sound: its markup by html-validate, its accessibility by axe-core.

Both come with `npm ci --prefix tools/bundle`; a test that needs one skips without it, and fails where the run
demands a browser.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

MODULES = Path(__file__).parents[2] / "tools" / "bundle" / "node_modules"
_AXE = MODULES / "axe-core" / "axe.min.js"
_VALIDATOR = MODULES / "html-validate" / "bin" / "html-validate.mjs"
# A long title is no fault of markup: it is the name that a user gave.
_RULES = {"extends": ["html-validate:recommended"], "root": True, "rules": {"long-title": "off"}}


def serious_violations(page: Page, *, within: str = "body", but_not: Sequence[str] = ()) -> list[str]:
    """What axe-core finds serious or critical on an open page, a line each: rule, place and what to do.

    Parameters
    ----------
    page
        A page of Playwright; a page with a strict content policy needs a context with ``bypass_csp=True``.
    within
        CSS selector of the part that is ours, as an output of a notebook.
    but_not
        CSS selectors of parts that are not ours.
    """
    if not _AXE.is_file():
        _unavailable("axe-core")
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "scope => axe.run(scope, {resultTypes: ['violations']})",
        {"include": [within], "exclude": list(but_not)},
    )
    return [
        f"{rule['id']} ({rule['impact']}) at {node['target']}: {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def markup_faults(path: Path, into: Path) -> list[str]:
    """What html-validate finds in a file, a line each; ``into`` is a folder for what it writes."""
    node = shutil.which("node")
    if node is None or not _VALIDATOR.is_file():
        _unavailable("html-validate")
    rules, told = into / "htmlvalidate.json", into / "faults.json"
    rules.write_text(json.dumps(_RULES))
    subprocess.run(
        [node, str(_VALIDATOR), "--config", str(rules), "--formatter", f"json={told}", str(path)],
        check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    return [
        f"{fault['ruleId']} at line {fault['line']}: {fault['message']}"
        for file in json.loads(told.read_text(encoding="utf-8"))
        for fault in file["messages"]
    ]


def offline_context(
    browser: Browser, *, theme: str = "light", width: int = 1280
) -> tuple[BrowserContext, list[str]]:
    """A window without network, and the list of all that its pages asked for, files included."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, offline=True, bypass_csp=True
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    return context, asked


def _unavailable(name: str) -> NoReturn:
    reason = f"{name} is not installed: 'npm ci --prefix tools/bundle' brings it"
    if os.environ.get("AUDITLIB_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and AUDITLIB_REQUIRE_BROWSER=1 demands it")
    pytest.skip(reason)
