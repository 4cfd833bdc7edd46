"""The README names commands that there are; `tests/test_installed.py` runs them all."""

from __future__ import annotations

import re

from auditlib.cli.grammar import NOUNS, SHORT_FORMS
from tests.readme_commands import ROOT


def test_the_readme_names_no_command_that_there_is_not() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = set(re.findall(r"auditlib (?:-w \w+ )?([a-z]+)", readme)) - {"import"}
    assert typed <= {*NOUNS, *SHORT_FORMS}
