"""The Medicare Code Editor (MCE): its lists as a table, or as the text of its definitions.

In the text, a list is below a numbered section or a lettered part of one: a code, a tab or blanks, and a
title. The table of contents has the same headings with page numbers. Lists have the same names in both
formats; a list that only some versions have is named by its heading.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codes import form_of, normalised
from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated, fiscal_days
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows
from auditlib.codesets.readers.lists.rule_lists import dated, list_release
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import CODE_LIST

EDITOR: Final = "Medicare Code Editor"
_HEADINGS: Final = ("mce version", "mce section", "mce edit type", "icd code type", "icd code")
_SYSTEMS: Final = {"D": ICD10CM, "P": ICD10PCS}
_FIRST: Final = 33
_FIRST_YEAR: Final = 2016
_TITLE: Final = re.compile(rb"medicare\s+code\s+edit", re.IGNORECASE)
_TITLE_WITHIN: Final = 1 << 14
_VERSION: Final = re.compile(
    r"(?<![a-z])v(?:ersion)?[ .]*(?P<version>[3-6][0-9])\.?(?P<update>[0-9])?(?![0-9])", re.IGNORECASE
)
_VERSION_WITHIN: Final = 200
_UPDATE_MONTH: Final = 4
_SECTION: Final = r"^\s*[0-9]{1,2}\.\s+([A-Za-z].*?)\s*$"
_PART: Final = r"^\s*([A-Z]\.\s+[A-Za-z].*?)\s*$"
# The table of contents repeats every heading with its page number.
_CONTENTS: Final = r"(?:\t|\.{2,}|\s{2,})\s*[0-9]+\s*$"
_ENTRY: Final = r"^\s*([0-9A-Z]{3,7})(?:\t|\s+)\S"
_UNLESS: Final = r"(?i)acceptable.*when a secondary diagnosis"
_RESUMED: Final = r"(?i)^\s*the following"
_NEEDS_SECONDARY: Final = "principal requires secondary"
# Words of a heading to the name of its list; a part takes precedence over its section.
_PART_NAMES: Final = (
    ("newborn", "newborn only"),
    ("pediatric", "pediatric only"),
    ("maternity", "maternity only"),
    ("adult", "adult only"),
    ("females only", "female only"),
    ("males only", "male only"),
)
_WRONG: Final = "wrong performed"
_SECTION_NAMES: Final = (
    ("manifestation", "principal manifestation"),
    ("questionable", "principal questionable admit"),
    ("unacceptable principal", "principal unacceptable"),
    ("external cause", "principal external cause"),
    ("limited coverage", "limited coverage"),
    ("wrong procedure", _WRONG),
    ("length of stay", "noncovered los 96hr"),
    ("unspecified code", "unspecified laterality"),
)
_NONCOVERED: Final = re.compile(r"non-?covered")
_OF_PROCEDURES: Final = ("noncovered", "limited coverage")
_EVERY_VERSION_HAS: Final = (
    *("newborn only", "pediatric only", "maternity only", "adult only"),
    *("principal manifestation", "principal unacceptable"),
)


def is_editor_table(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is a table of lists of the Medicare Code Editor."""
    return header_number(top_rows(file), *_HEADINGS) is not None


def is_editor_text(file: PublishedFile) -> bool:
    """Return True if a file, by its title and headings, is the definitions as running text."""
    if file.is_workbook or _TITLE.search(file.data[:_TITLE_WITHIN]) is None:
        return False
    lines = file.line_column["line"]
    return bool(lines.str.contains(_SECTION).any() and lines.str.contains(_ENTRY).any())


def read_editor_table(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the MCE lists; the version determines the fiscal year (37 is 2020).

    Raises
    ------
    BadInputError
        If versions are mixed, or a code is of no known kind.
    """
    table = table_below(file, header_number(top_rows(file), *_HEADINGS) or 0)
    versions = table["mce version"].drop_nulls().unique().to_list()
    if len(versions) != 1 or not versions[0].isdigit() or int(versions[0]) < _FIRST:
        message = f"{file.name} should have one version, {_FIRST} or later."
        raise BadInputError(message, hint=f"It names {', '.join(sorted(versions)) or 'none'}.")
    days = _days(int(versions[0]), update=False, stated=stated)
    frame = table.select(
        normalised("icd code").alias("code"),
        list_name="MCE " + pl.col("mce edit type").str.to_lowercase().str.replace_all("_", " "),
        code_system=pl.col("icd code type").replace_strict(_SYSTEMS, default=None, return_dtype=pl.String),
        **dated(days),
    )
    if frame["code_system"].null_count() or frame["code"].null_count():
        message = f"{file.name}: a row has no code, or its type is neither D nor P."
        raise BadInputError(message, hint="It may be truncated: download it again.")
    return list_release(file, days, EDITOR, CODE_LIST, frame.unique(maintain_order=True))


def read_editor_text(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the MCE lists in the text; the version determines the fiscal year, .1 is the April update.

    Raises
    ------
    BadInputError
        If the version is not known, or a list that every version has is missing.
    """
    lines = file.line_column
    line = pl.col("line")
    in_contents = line.str.contains(_CONTENTS)
    marked = lines.select(
        line,
        section=pl.when(~in_contents).then(line.str.extract(_SECTION)).str.to_lowercase(),
        part=pl.when(~in_contents).then(line.str.extract(_PART)).str.to_lowercase(),
    ).with_columns(
        # A part ends with its section, an exception with its list.
        part=pl.when(pl.col("section").is_not_null()).then(pl.lit("")).otherwise("part"),
        unless=pl.when(line.str.contains(_UNLESS))
        .then(pl.lit(value=True))
        .when(pl.col("section").is_not_null() | line.str.contains(_RESUMED))
        .then(pl.lit(value=False)),
    )
    entries = (
        marked.with_columns(pl.col("section", "part", "unless").forward_fill())
        .filter(pl.col("section").is_not_null())
        .with_columns(code=line.str.extract(_ENTRY))
        .filter(
            (form_of(ICD10CM).shaped("code") | form_of(ICD10PCS).shaped("code"))
            & pl.col("code").str.contains("[0-9]")
        )
    )
    kinds = entries.select("section", "part").unique()
    names = kinds.with_columns(
        list_name=pl.Series([_list_name(*row) for row in kinds.rows()], dtype=pl.String),
        of_procedures=pl.Series([_is_of_procedures(*row) for row in kinds.rows()], dtype=pl.Boolean),
    )
    version, update = _version(file)
    days = _days(version, update=update, stated=stated)
    starts_with_digit = pl.col("code").str.contains("^[0-9]")
    frame = entries.join(names, on=["section", "part"]).select(
        "code",
        list_name="MCE "
        + pl.when(pl.col("unless").fill_null(value=False))
        .then(pl.lit(_NEEDS_SECONDARY))
        .otherwise("list_name"),
        # A diagnosis begins with a letter; for other codes of seven characters, the list decides.
        code_system=pl.when(form_of(ICD10PCS).shaped("code") & (pl.col("of_procedures") | starts_with_digit))
        .then(pl.lit(ICD10PCS))
        .otherwise(pl.lit(ICD10CM)),
        **dated(days),
    )
    there = set(frame["list_name"])
    for name in _EVERY_VERSION_HAS:
        if f"MCE {name}" not in there:
            message = f"{file.name} does not have the list '{name}', which every version has."
            raise BadInputError(
                message, hint="It is truncated, or its headings have changed: download it again."
            )
    return list_release(file, days, EDITOR, CODE_LIST, frame.unique(maintain_order=True))


def _list_name(section: str, part: str) -> str:
    for sign, name in _PART_NAMES:
        if re.search(rf"\b{sign}", part):
            return name
    if _NONCOVERED.search(section):
        if "60" in part:
            return "noncovered over60"
        return "noncovered always" if part[:2] in {"", "a."} else f"noncovered {part[3:]}"
    return next((name for sign, name in _SECTION_NAMES if sign in section), section)


def _is_of_procedures(section: str, part: str) -> bool:
    name = _list_name(section, part)
    return name.startswith(_OF_PROCEDURES) or ("procedure" in (part or section) and name != _WRONG)


def _version(file: PublishedFile) -> tuple[int, bool]:
    texts = (*file.names, "\n".join(file.line_column["line"].head(_VERSION_WITHIN)))
    named_versions = {
        (int(match["version"]), match["update"] not in {None, "0"})
        for text in texts
        if (match := _VERSION.search(text.replace("_", " ").replace("-", " ")))
    }
    if len(named_versions) != 1:
        versions = (
            " and ".join(f"{version}.{int(update)}" for version, update in sorted(named_versions)) or "none"
        )
        message = f"{' in '.join(file.names)} does not state its version: it names {versions}."
        raise BadInputError(message, hint="Expected one version, as v43 or v43.1, in its name or its title.")
    return named_versions.pop()


def _days(version: int, *, update: bool, stated: Stated) -> ReleaseDays:
    year = _FIRST_YEAR + version - _FIRST
    days = fiscal_days(EDITOR, (f"april-1-{year}" if update else str(year),), stated)
    name = f"v{version}.1" if update else f"v{version}"
    return ReleaseDays(stated.release or name, days.effective_from, days.effective_to)
