"""The walks of new users type commands that there are, and name files that they have."""

from __future__ import annotations

import shlex

import pytest

from tests.documented.desk_walks import DESKS
from tests.documented.new_user_walks import AFTER_THE_DESK, WALKS, lay_out
from tests.documented.typed import parsed


@pytest.mark.parametrize("user", WALKS)
def test_every_command_of_a_walk_is_right(user: str) -> None:
    right = [typed for typed in (*WALKS[user], *AFTER_THE_DESK[user]) if not typed.startswith("? ")]
    assert len(right) >= 6
    assert len(WALKS[user]) > len(right)
    for typed in right:
        words = shlex.split(typed)[1:]
        parsed(words[: words.index(">")] if ">" in words else words)
    # On files of their own and on the demo, by commands and on the desk.
    assert {words.split()[2] for words in right if words.startswith("auditlib -w ")} >= {"W", "demo"}
    assert {workspace for workspace, *_ in DESKS[user]} >= {"demo"}


def test_a_user_has_the_files_that_the_walk_names(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("walks")
    for user in WALKS:
        lay_out(user, folder / user)
    assert (folder / "auditor" / "carrier.txt").is_file()
    assert list((folder / "denial_analyst" / "remittances").glob("835_P08_*"))
