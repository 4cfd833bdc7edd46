"""The project's tables: places of service, deleted diagnosis codes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes.systems import ICD10CM, PLACE_OF_SERVICE
from auditlib.codesets.readers.icd10.icd10cm_tabular import Tabular
from auditlib.codesets.readers.release import CodeSetRelease, sha256_of
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE, CODE_NOTE

PLACE_OF_SERVICE_FILE: Final = "place_of_service.csv"
DELETED_ICD10CM_FILE: Final = "icd10cm_deleted_2026.csv"

_EDITION: Final = "own table, 1st edition"
_PUBLISHER: Final = "auditlib"
# First dated change in the national list; nothing is known about earlier dates.
PLACES_KNOWN_FROM: Final = dt.date(2003, 1, 1)
_DELETIONS: Final = "FY2026 deletions"
_SEVENTH: Final = 6


def read_place_of_service(folder: Path) -> CodeSetRelease:
    """Return the places of service with the project's labels.

    A place without a date was in the list before its first dated change.
    """
    path = folder / PLACE_OF_SERVICE_FILE
    places = _read(path, "code", "label", "effective_from", "effective_to").select(
        "code",
        code_system=pl.lit(PLACE_OF_SERVICE),
        is_billable=pl.lit(value=True),
        short_description="label",
        long_description="label",
        effective_from=pl.col("effective_from").fill_null(PLACES_KNOWN_FROM),
        effective_to="effective_to",
        release=pl.lit(_EDITION),
    )
    return CodeSetRelease(
        code_system=PLACE_OF_SERVICE,
        release=_EDITION,
        publisher=_PUBLISHER,
        effective_from=PLACES_KNOWN_FROM,
        effective_to=None,
        file_name=path.name,
        sha256=sha256_of(path),
        row_count=places.height,
        frames={CODE: CODE.conform(places)},
    )


def deleted_icd10cm(folder: Path, tabular: Tabular) -> dict[str, pl.DataFrame]:
    """Return the diagnosis codes deleted on 2025-10-01.

    Returns
    -------
    dict
        ``code`` and ``code_note``: the codes with their last day, and one note of kind ``replaced by`` per
        replacement. They are not a separate release, since they say nothing about other codes.
    """
    deleted = _read(folder / DELETED_ICD10CM_FILE, "code", "effective_from", "effective_to", "replacements")
    common = {"code_system": pl.lit(ICD10CM), "release": pl.lit(_DELETIONS)}
    titles = dict(tabular.codes.select("code", "long_description").iter_rows())
    parents = dict(tabular.codes.select("code", "parent_code").iter_rows())
    characters = {(code, char): meaning for code, char, meaning in tabular.seventh_characters.iter_rows()}
    described = []
    for code in deleted["code"].to_list():
        header_code = code if code in titles else code[:_SEVENTH].rstrip("X")
        above = [header_code[:length] for length in range(len(header_code), 2, -1)]
        meaning = next(
            (characters[place, code[_SEVENTH:]] for place in above if (place, code[_SEVENTH:]) in characters),
            None,
        )
        title = titles.get(header_code, "Deleted code")
        described.append(
            {
                "code": code,
                "long_description": title
                if header_code == code or meaning is None
                else f"{title}, {meaning}",
                "parent_code": parents.get(code) if header_code == code else header_code,
            }
        )
    codes = deleted.drop("replacements").with_columns(
        pl.DataFrame(described), **common, is_billable=pl.lit(value=True)
    )
    notes = (
        deleted.with_columns(note_text=pl.col("replacements").str.split(" "))
        .explode("note_text")
        .select(
            "code",
            "note_text",
            "effective_from",
            "effective_to",
            **common,
            note_kind=pl.lit("replaced by"),
            note_number=pl.int_range(1, pl.len() + 1).over("code"),
        )
    )
    return {"code": CODE.conform(codes), "code_note": CODE_NOTE.conform(notes)}


def _read(path: Path, *names: str) -> pl.DataFrame:
    """Return one of the project's CSV files as text, except for the two dates."""
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"The embedded table {path.name} cannot be read."
        raise BadInputError(message, hint="Install auditlib again.") from error
    if set(frame.columns) != set(names):
        message = f"The embedded table {path.name} has the columns {', '.join(frame.columns)}."
        raise BadInputError(message, hint=f"Expected {', '.join(names)}.")
    return frame.with_columns(pl.col("effective_from", "effective_to").str.to_date("%Y-%m-%d"))
