from __future__ import annotations

from pathlib import Path

from auditlib.schema import CORE_TABLES
from auditlib.schema.dictionary import COMMAND, dictionary_page
from auditlib.schema.vocabulary import WORDS

PAGE = Path(__file__).parents[2] / "docs" / "data_dictionary.md"


def test_the_committed_page_is_what_the_contracts_say() -> None:
    is_current = PAGE.read_text(encoding="utf-8") == dictionary_page()
    assert is_current, f"docs/data_dictionary.md is out of date; run: .venv/bin/{COMMAND}"


def test_every_table_and_column_is_on_the_page() -> None:
    page = dictionary_page()
    for table in CORE_TABLES:
        section = page.split(f"## {table.name}\n")[1].split("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(
            table.column_names
        )


def test_closed_lists_belong_to_columns_that_exist() -> None:
    columns = {(table.name, name) for table in CORE_TABLES for name in table.column_names}
    assert set(WORDS) <= columns
