"""README and walk name commands that there are; `tests/test_installed.py` runs those of the walk."""

from __future__ import annotations

import re

from auditlib.cli.grammar import NOUNS, SHORT_FORMS
from tests.readme_commands import README, WALK, commands_of


def test_the_readme_and_the_walk_name_no_command_that_there_is_not() -> None:
    for page in (README, WALK):
        typed = set(re.findall(r"auditlib (?:-w \w+ )?([a-z]+)", page.read_text(encoding="utf-8"))) - {
            "import"
        }
        assert typed <= {*NOUNS, *SHORT_FORMS}


def test_the_commands_of_the_readme_are_those_of_the_walk() -> None:
    of_the_readme, of_the_walk = list(commands_of(README)), list(commands_of(WALK))
    assert len(of_the_readme) > 5
    assert [words for words in of_the_walk if words in of_the_readme] == of_the_readme
