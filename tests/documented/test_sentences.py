"""Commands and calls that stand in sentences of the documents: there are such, with these options."""

from __future__ import annotations

import re
import shlex

import pytest
from cyclopts import CycloptsError, MissingArgumentError

from auditlib.errors import UsageError
from tests.documented.blocks import ROOT, pages, spans
from tests.documented.calls import NoSuchCallError, followed
from tests.documented.typed import parsed

FIRST_PAGE = ({"--help"}, {"--version"}, {"--install-completion"})
YOURS = {
    "YEAR": "2027",
    "MONTH": "10",
    "DAY": "2026-01-31",
    "YYYY-MM-DD": "2026-01-31",
    "DOLLARS": "10.00",
    "GROUND": "medical necessity",
}
CALL = re.compile(r"(?:wb|Workbench)\.[a-z_]+[\w.]*(\(.*)?")


def typed(page: str) -> list[list[str]]:
    """Return the words after the program's name of commands in the sentences of a page."""
    texts = [one.text for one in spans() if one.page == page and one.text.startswith("auditlib ")]
    return [shlex.split(text, comments=True)[1:] for text in texts]


@pytest.mark.parametrize("page", [page for page in pages() if typed(page)])
def test_a_command_in_a_sentence_exists_with_its_options(page: str) -> None:
    for words in typed(page):
        if set(words) in FIRST_PAGE:
            continue
        # Every command has its help.
        words = [word for word in words if word != "--help"]  # noqa: PLW2901 - shorter is what is meant
        # What is left open by three dots or stands for the reader's own value has some value here.
        filled = [YOURS.get(word, word) for word in words[: words.index("...") if "..." in words else None]]
        if filled != words and filled[-1].startswith("--"):
            filled.pop()
        try:
            parsed(filled)
        except MissingArgumentError:
            pass  # A command is named, not typed.
        except (CycloptsError, UsageError) as error:
            pytest.fail(f"auditlib {' '.join(words)}: {error}")


def test_a_command_that_is_not_there_is_noticed() -> None:
    with pytest.raises(CycloptsError):
        parsed(["denials", "rates"])
    with pytest.raises(CycloptsError):
        parsed(["denials", "rate", "--bye", "payer"])


def test_a_call_in_a_sentence_exists_with_its_keywords() -> None:
    texts = sorted({one.text for one in spans() if CALL.fullmatch(one.text)})
    assert len(texts) > 80
    faults = []
    for text in texts:
        try:
            followed(text)
        except (NoSuchCallError, SyntaxError) as error:
            faults.append(f"{text}: {error}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "text", ["wb.denial.reasons()", 'wb.audit("q1").rebuttal.score()', "wb.checks.run(quickly=True)"]
)
def test_a_call_that_is_not_there_is_noticed(text: str) -> None:
    with pytest.raises(NoSuchCallError):
        followed(text)


def test_a_program_in_a_sentence_exists() -> None:
    targets = set(
        re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for one in spans():
        words = one.text.split()
        if words[0] == "make" and len(words) > 1:
            assert words[1] in targets, one
        if words[:2] == ["python", "-m"] and words[2].startswith(
            ("auditlib", "benchmarks", "tests", "tools")
        ):
            place = ROOT / words[2].replace(".", "/")
            assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), one


def test_an_extra_that_is_named_exists() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = set(re.findall(r"^(\w+) = \[", project, re.MULTILINE))
    for one in spans():
        for names in re.findall(r"auditlib\[([\w,]+)\]", one.text):
            assert set(names.split(",")) <= extras, one
