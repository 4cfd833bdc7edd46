"""What adjustment reasons mean: the project's list, and a user's own for all payers or for one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes.systems import DENIAL_REASON as DENIAL_REASON_SYSTEM
from auditlib.codes.systems import OWN_DENIAL_REASON
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, sha256_of
from auditlib.errors import BadInputError
from auditlib.schema.ref import DENIAL_REASON

DENIAL_REASON_FILE: Final = "denial_reason.csv"
REASON_KINDS: Final = (
    "refused",
    "reduced",
    "patient share",
    "other payer",
    "contractual",
    "capitation",
    "informational",
    "timing",
)
PAYER_CLASSES: Final = (
    "Medicare fee-for-service",
    "Medicare Advantage",
    "Medicaid",
    "TRICARE or veterans",
    "workers' compensation",
    "liability",
    "commercial",
)

_EDITION: Final = "own table, 3rd edition"
_PUBLISHER: Final = "auditlib"
# The release as a whole needs a first day; its reasons need none.
_FIRST_REMITTANCES: Final = dt.date(1995, 1, 1)
_HEADINGS: Final = ("reason_code", "reason_kind")
_OWN_HEADINGS: Final = ("reason code", "reason kind")
_DATES: Final = ("effective_from", "effective_to")
_WITHOUT_WORD: Final = {
    "label": pl.lit("As the own list of denial reasons says"),
    "denial_category": pl.when(pl.col("reason_kind") == "refused")
    .then(pl.lit("own list"))
    .otherwise(pl.lit("not a denial")),
    "is_coding_related": pl.lit("no"),
    "is_preventable": pl.lit("unknown"),
    "owner": pl.lit("billing"),
}
_GIVEN: Final = tuple(
    name for name in DENIAL_REASON.column_names if name not in {"is_denial", "release", "stated_by"}
)


def read_denial_reasons(folder: Path) -> CodeSetRelease:
    """Return the adjustment reasons with the project's wording and kinds.

    Raises
    ------
    BadInputError
        If the file of the installation does not have the expected contents.
    """
    path = folder / DENIAL_REASON_FILE
    try:
        listed = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"The embedded table {path.name} cannot be read."
        raise BadInputError(message, hint="Install auditlib again.") from error
    reasons = _checked(listed, path.name, "Install auditlib again.")
    return CodeSetRelease(
        code_system=DENIAL_REASON_SYSTEM,
        release=_EDITION,
        publisher=_PUBLISHER,
        effective_from=_FIRST_REMITTANCES,
        effective_to=None,
        file_name=path.name,
        sha256=sha256_of(path),
        row_count=reasons.height,
        frames={DENIAL_REASON: _reasons(reasons, release=_EDITION, stated_by="project")},
    )


def is_own_reasons(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is a user's own list of what reasons mean."""
    return not file.is_page and header_number(top_rows(file), *_OWN_HEADINGS) is not None


def read_own_reasons(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return a user's own list: it comes before the project's, and a row with a payer before one without.

    Only ``reason_code`` and ``reason_kind`` are needed; ``payer`` is a payer's identifier or name.

    Raises
    ------
    BadInputError
        If a column is unknown, a kind, class or date is none, or one reason is stated twice.
    """
    table = table_below(file, header_number(top_rows(file), *_OWN_HEADINGS) or 0)
    table = table.rename(lambda heading: heading.replace(" ", "_"))
    hint = f"Its columns are among {', '.join(_GIVEN)}; a kind is one of {', '.join(REASON_KINDS)}."
    reasons = _checked(table, file.name, hint)
    reasons = reasons.with_columns(
        *(
            pl.coalesce(name, default).alias(name) if name in reasons.columns else default.alias(name)
            for name, default in _WITHOUT_WORD.items()
        )
    )
    release = stated.release or file.name
    return CodeSetRelease(
        code_system=OWN_DENIAL_REASON,
        release=release,
        publisher="the user",
        effective_from=stated.effective_from or _FIRST_REMITTANCES,
        effective_to=stated.effective_to,
        file_name=file.name,
        sha256=file.sha256,
        row_count=reasons.height,
        frames={DENIAL_REASON: _reasons(reasons, release=release, stated_by="user")},
    )


def _checked(listed: pl.DataFrame, file_name: str, hint: str) -> pl.DataFrame:
    """Return the rows with empty cells null and dates read; raise if a value is not of its list."""
    unknown = [name for name in listed.columns if name not in _GIVEN]
    if unknown or not set(_HEADINGS) <= set(listed.columns):
        message = f"{file_name} has the columns {', '.join(listed.columns)}."
        raise BadInputError(message, hint=hint)
    cells = listed.with_columns(pl.all().str.strip_chars().replace("", None)).with_columns(
        pl.col("reason_code").str.to_uppercase(), pl.col("reason_kind").str.to_lowercase()
    )
    row = pl.int_range(1, pl.len() + 1)
    wrong = {
        "reason_code": ~pl.col("reason_code").str.contains(r"^[A-Z]{0,2}[0-9]{1,3}$").fill_null(value=False),
        "reason_kind": ~pl.col("reason_kind").is_in(REASON_KINDS).fill_null(value=False),
        "payer_class": pl.col("payer_class").is_not_null() & ~pl.col("payer_class").is_in(PAYER_CLASSES),
        **{
            name: pl.col(name).is_not_null() & pl.col(name).str.to_date("%Y-%m-%d", strict=False).is_null()
            for name in (*_DATES, "as_of_date")
        },
    }
    for name, fault in wrong.items():
        if name not in cells.columns:
            continue
        faulty = cells.with_columns(row=row).filter(fault)
        if faulty.height:
            line, value = faulty.row(0, named=True)["row"], faulty[name][0]
            message = f"{file_name}, row {line} below the header: {name} is '{value or ''}'."
            raise BadInputError(message, hint=hint)
    same = [
        name for name in (*_HEADINGS[:1], "payer", "payer_class", "effective_from") if name in cells.columns
    ]
    if cells.select(same).is_duplicated().any():
        code = cells.filter(cells.select(same).is_duplicated())["reason_code"][0]
        message = f"{file_name} states reason {code} twice for one payer and first day."
        raise BadInputError(message, hint="Keep one of the rows.")
    dates = [name for name in (*_DATES, "as_of_date") if name in cells.columns]
    return cells.with_columns(pl.col(dates).str.to_date("%Y-%m-%d")) if dates else cells


def _reasons(rows: pl.DataFrame, *, release: str, stated_by: str) -> pl.DataFrame:
    on_remark = (
        pl.col("depends_on_remark") == "yes" if "depends_on_remark" in rows.columns else pl.lit(value=False)
    )
    return DENIAL_REASON.conform(
        rows.with_columns(
            depends_on_remark=on_remark.fill_null(value=False),
            is_denial=pl.col("reason_kind") == "refused",
            release=pl.lit(release),
            stated_by=pl.lit(stated_by),
        )
    )
