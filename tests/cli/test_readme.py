"""Every command of the README runs, in its order, on the files that it names."""

from __future__ import annotations

import re
from pathlib import Path

from auditlib.cli.grammar import NOUNS, SHORT_FORMS
from tests.readme_commands import ROOT, run_readme


def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    done = run_readme(tmp_path)
    assert len(done) > 35
    assert {command.split()[0] for command in done} == {*NOUNS, *SHORT_FORMS}
    assert (tmp_path / "map.yaml").stat().st_size > 0
    assert (tmp_path / "W" / "reports" / "q1.html").is_file()


def test_the_readme_names_no_command_that_there_is_not() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = set(re.findall(r"auditlib (?:-w \w+ )?([a-z]+)", readme)) - {"import"}
    assert typed <= {*NOUNS, *SHORT_FORMS}
