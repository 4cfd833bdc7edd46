"""A pack that is not as described is refused: what, where, what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.practice.pack import CasePack, read_pack

CASE = "cases/C01/case.toml"
KEY = "cases/C01/key.toml"
PACK = "pack.toml"

# ruff: noqa: E501 - a table of what is spoiled
# File, what is replaced, by what, and words of the error.
SPOILED = {
    "no TOML": (CASE, 'title = "', "title = ", r"cases/C01/case.toml is no TOML: .*line 1"),
    "format of another version": (PACK, "format = 1", "format = 2", "format"),
    "no title": (PACK, 'title = "', 'licence2 = "', "licence2.*not known"),
    "walk case unknown": (PACK, '"C01"', '"C77"', "walk_case"),
    "minutes beyond a day": (PACK, "minutes = 90", "minutes = 90000", "minutes"),
    "share beyond one": (PACK, "passing_share = 0.7", "passing_share = 70", "passing_share"),
    "misspelt field": (CASE, "difficulty", "dificulty", "'dificulty' is not known"),
    "difficulty beyond four": (CASE, "difficulty = 1", "difficulty = 9", "difficulty"),
    "no such day": (CASE, '2026-02-10"\ndischarge', '2026-02-30"\ndischarge', "admit_date"),
    "days out of order": (CASE, 'birth_date = "1957', 'birth_date = "2057', "order"),
    "unknown class": (CASE, '"office"', '"spa"', "encounter_class"),
    "unknown type of document": (CASE, '"physician note"', '"poem"', "documents 1.*document_type"),
    "path out of the folder": (CASE, '"1_note.txt"', '"../C01/1_note.txt"', "leads out"),
    "absolute path": (CASE, '"1_note.txt"', '"/etc/passwd"', "leads out"),
    "path of another system": (CASE, '"1_note.txt"', '"..\\\\note.txt"', "leads out"),
    "absent document": (CASE, '"1_note.txt"', '"9_note.txt"', "no file 9_note.txt"),
    "control character": (CASE, "knee", "kn\\u001bee", "'title' is not text"),
    "unknown system": (KEY, 'code_system = "CPT"', 'code_system = "SNOMED"', "items 2.*code system"),
    "code of no shape": (KEY, '"M17.11"', '"17"', "items 1.*does not look like"),
    "unknown role": (KEY, '"principal"', '"chief"', "items 1.*role"),
    "modifier of no shape": (KEY, '["RT"]', '["RIGHT"]', "items 2.*modifiers"),
    "no units": (KEY, "unit_count = 4", "unit_count = 0", "items 3.*units"),
    "credit beyond one": (KEY, "credit = 0.5", "credit = 5", "alternatives 1.*credit"),
    "support that is not in the record": (KEY, "Primary osteoarthritis of", "Secondary osteoarthritis of", "does not stand"),
    "item without a rationale": (KEY, 'rationale = "Primary', 'rational = "Primary', "not known"),
    "a right code as a trap": (KEY, '"99213"', '"20610"', "an item and a trap"),
    "orders that are no pairs": (KEY, "[[items]]", 'orders = [["CPT 20610"]]\n\n[[items]]', "no list of pairs"),
    "order of a code that is no item": (KEY, "[[items]]", 'orders = [["CPT 1", "CPT 20610"]]\n\n[[items]]', "no item"),
    "items that are no tables": (KEY, "[[items]]", "items = 3\n[[other]]", "not known|no TOML|list of tables"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_wrong_where_and_what_was_expected(name: str, small_pack: Callable[..., Path]) -> None:
    file, before, after, words = SPOILED[name]
    folder = small_pack()
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadInputError, match=words) as caught:
        read_pack(folder)
    assert caught.value.hint


def test_a_case_without_a_key_is_refused(small_pack: Callable[..., Path]) -> None:
    folder = small_pack()
    (folder / KEY).unlink()
    with pytest.raises(BadInputError, match=r"cases/C01: there is no file key.toml"):
        read_pack(folder)


def test_a_key_of_nothing_is_refused(small_pack: Callable[..., Path]) -> None:
    folder = small_pack()
    (folder / KEY).write_text("", encoding="utf-8")
    with pytest.raises(BadInputError, match="no item is required"):
        read_pack(folder)


def test_huge_files_and_too_many_entries_are_refused(small_pack: Callable[..., Path]) -> None:
    folder = small_pack()
    key = (folder / KEY).read_text(encoding="utf-8")
    (folder / KEY).write_text(
        key + '\n[[traps]]\ncode_system = "CPT"\ncode = "99211"\nrationale = "x"' * 200, encoding="utf-8"
    )
    with pytest.raises(BadInputError, match="there are 201 'traps'"):
        read_pack(folder)
    (folder / "cases/C01/1_note.txt").write_text("x" * 600_000, encoding="utf-8")
    with pytest.raises(BadInputError, match="too large"):
        read_pack(folder)
    (folder / "cases/C01/1_note.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInputError, match="no UTF-8"):
        read_pack(folder)
    (folder / CASE).write_text("a = " + "[" * 50_000, encoding="utf-8")
    with pytest.raises(BadInputError, match="is no TOML"):
        read_pack(folder)


def test_links_are_not_followed(small_pack: Callable[..., Path], tmp_path: Path) -> None:
    folder = small_pack()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    note = folder / "cases/C01/1_note.txt"
    note.unlink()
    try:
        note.symlink_to(tmp_path / "secret.txt")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(BadInputError, match="leads out"):
        read_pack(folder)
    (folder / "cases" / "C02").symlink_to(tmp_path)
    with pytest.raises(BadInputError, match=r"C02 is not a folder|leads out"):
        read_pack(folder)


def test_an_open_key_beside_sealed_ones_is_refused(small_pack: Callable[..., Path]) -> None:
    folder = small_pack()
    (folder / "keys.sealed").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInputError, match="lies open beside"):
        read_pack(folder)


def test_a_folder_that_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no case pack"):
        read_pack(tmp_path)
    (tmp_path / PACK).write_text("format = 1\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="0 cases"):
        read_pack(tmp_path)


def test_an_unknown_case_is_named_with_its_neighbours(casebook: CasePack) -> None:
    with pytest.raises(UsageError, match="C99"):
        casebook.case("C99")


def test_what_the_learner_sees_decides_the_digest(small_pack: Callable[..., Path]) -> None:
    folder = small_pack()
    before = read_pack(folder).digest
    key = folder / KEY
    key.write_text(key.read_text(encoding="utf-8").replace("credit = 0.5", "credit = 0.4"), encoding="utf-8")
    assert read_pack(folder).digest == before
    note = folder / "cases/C01/1_note.txt"
    note.write_text(note.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    assert read_pack(folder).digest != before
