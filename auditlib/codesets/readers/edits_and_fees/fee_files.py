"""Fee schedules: relative values (RVU) with payment indicators, locality indices (GPCI), outpatient rates.

The header of the RVU file spans five rows with repeated names, so its columns are addressed by position.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.quarters import quarter_days, year_days
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema import Table
from auditlib.schema.ref_sets import FEE_LOCALITY, FEE_SCHEDULE, OUTPATIENT_RATE

_VALUE_HEADINGS: Final = ("hcpcs", "mod", "description", "code", "rvu")
_LOCALITY_HEADINGS: Final = ("state", "locality number", "locality name")
_OUTPATIENT_CODES: Final = ("hcpcs code", "hcpcs")
_OUTPATIENT_HEADINGS: Final = ("si", "apc", "payment rate")
_OUTPATIENT_QUANTITIES: Final = {
    "relative_weight": ("relative weight", 4),
    "payment_amount": ("payment rate", 2),
    "national_copayment_amount": ("national unadjusted copayment", 2),
    "minimum_copayment_amount": ("minimum unadjusted copayment", 2),
}
# Headings in the last header row of the 32 columns, to detect moved columns. Files before 2026 have no
# pricing indicator, so that what follows the team indicator stands one column to the left.
_PRICING_INDICATOR: Final = (23, "ind")
_COLUMNS: Final = (
    (0, "hcpcs", "code"),
    (1, "mod", "modifier"),
    (3, "code", "status_code"),
    (5, "rvu", "work_rvu"),
    (6, "pe rvu", "nonfacility_practice_rvu"),
    (8, "pe rvu", "facility_practice_rvu"),
    (10, "rvu", "malpractice_rvu"),
    (11, "total", "nonfacility_total_rvu"),
    (12, "total", "facility_total_rvu"),
    (13, "ind", "professional_technical_indicator"),
    (14, "days", "global_days"),
    (15, "op", "preoperative_share"),
    (16, "op", "intraoperative_share"),
    (17, "op", "postoperative_share"),
    (18, "proc", "multiple_procedure_indicator"),
    (19, "surg", "bilateral_indicator"),
    (20, "surg", "assistant_indicator"),
    (21, "surg", "co_surgeon_indicator"),
    (22, "surg", "team_indicator"),
    (24, "base", "endoscopic_base_code"),
    (25, "factor", "conversion_factor"),
    (28, "indicator", "imaging_family_indicator"),
    (29, "amount", "nonfacility_capped_practice_rvu"),
    (30, "amount", "facility_capped_practice_rvu"),
    (31, "amount", "capped_malpractice_rvu"),
)
_QUANTITIES: Final = ("_rvu", "_factor", "_share")


def is_relative_values(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the RVU file."""
    return header_number(top_rows(file), *_VALUE_HEADINGS) is not None


def is_localities(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the GPCI file."""
    rows = top_rows(file)
    number = header_number(rows, *_LOCALITY_HEADINGS)
    return number is not None and any("gpci" in cell for cell in rows[number])


def read_relative_values(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return relative values and payment indicators; code descriptors are not loaded.

    Raises
    ------
    BadInputError
        If the quarter is not known, or the columns have moved.
    """
    # A quarter has two files that differ only in their conversion factor.
    kind = next((kind for kind in ("nonQPP", "QPP") if kind.lower() in file.name.lower()), "")
    days = quarter_days(file, stated, kind)
    number = header_number(top_rows(file), *_VALUE_HEADINGS) or 0
    headings = top_rows(file)[number]
    columns = _columns(headings)
    for position, heading, meaning in columns:
        if position >= len(headings) or headings[position] != heading:
            message = f"{file.name}: column {position + 1} should be headed '{heading.upper()}' ({meaning})."
            raise BadInputError(message, hint="The publisher's layout has changed, or columns were moved.")
    table = table_below(file, number)
    names = table.columns
    cells = table.select(pl.col(names[position]).alias(meaning) for position, _, meaning in columns)
    frame = cells.filter(pl.col("code").str.contains(r"^[A-Z0-9]{5}$")).with_columns(
        pl.col("modifier").fill_null(""),
        *(
            pl.col(name).cast(pl.Decimal(18, 4), strict=False)
            for name in cells.columns
            if name.endswith(_QUANTITIES)
        ),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    return _release(file, days, f"physician fee schedule {kind}".rstrip(), FEE_SCHEDULE, frame)


def _columns(headings: Sequence[str]) -> tuple[tuple[int, str, str], ...]:
    """Return position, heading and meaning of the columns, in the layout of the year."""
    place, heading = _PRICING_INDICATOR
    if place < len(headings) and headings[place] == heading:
        return _COLUMNS
    return tuple((position - (position > place), name, meaning) for position, name, meaning in _COLUMNS)


def read_localities(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the locality indices; the work index is the one with the floor, if both are there.

    Raises
    ------
    BadInputError
        If the year is not known, or an index is missing.
    """
    days = year_days(file, stated)
    table = table_below(file, header_number(top_rows(file), *_LOCALITY_HEADINGS) or 0)

    def index(sign: str) -> str:
        matching = [name for name in table.columns if sign in name and "gpci" in name]
        matching = [name for name in matching if "with 1.0 floor" in name] or matching
        if not matching:
            message = f"{file.name} has no column of the {sign.upper()} index."
            raise BadInputError(message, hint="Expected columns such as '2026 PE GPCI'.")
        return matching[0]

    frame = table.filter(pl.col("locality number").is_not_null()).select(
        contractor=pl.first(),
        state="state",
        locality="locality number",
        locality_name="locality name",
        **{
            name: pl.col(index(sign)).cast(pl.Decimal(18, 4), strict=False)
            for name, sign in (("work_index", "pw"), ("practice_index", "pe"), ("malpractice_index", "mp"))
        },
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    return _release(file, days, "fee localities", FEE_LOCALITY, frame)


def is_outpatient_rates(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is Addendum B: outpatient status and rate by code."""
    return _outpatient_header(file) is not None


def _outpatient_header(file: PublishedFile) -> tuple[int, str] | None:
    rows = top_rows(file)
    headers = ((header_number(rows, code, *_OUTPATIENT_HEADINGS), code) for code in _OUTPATIENT_CODES)
    return next(((number, code) for number, code in headers if number is not None), None)


def read_outpatient_rates(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return Addendum B: status, APC, weight, rate and copayments; code descriptors are not loaded.

    Raises
    ------
    BadInputError
        If the quarter is not known, or a row has no code or no status.
    """
    number, heading = _outpatient_header(file) or (0, _OUTPATIENT_CODES[0])
    days = quarter_days(file, stated)
    table = table_below(file, number)

    def quantity(sign: str, places: int) -> pl.Expr:
        matching = [name for name in table.columns if name.startswith(sign)]
        if not matching:
            return pl.lit(None)
        return pl.col(matching[0]).str.replace_all(r"[$, ]", "").cast(pl.Decimal(18, places), strict=False)

    # There are notes below the last code.
    frame = table.filter(pl.col(heading).str.contains(r"^[A-Z0-9]{5}$")).select(
        code=heading,
        status_indicator="si",
        ambulatory_group="apc",
        **{name: quantity(*sign) for name, sign in _OUTPATIENT_QUANTITIES.items()},
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    unclear = frame.filter(pl.col("status_indicator").is_null())["code"]
    if unclear.len():
        message = f"{file.name}: {unclear[0]} has no status indicator."
        raise BadInputError(message, hint="Columns were moved, or the file is truncated: download it again.")
    return _release(file, days, "outpatient rates", OUTPATIENT_RATE, frame)


def _release(
    file: PublishedFile, days: ReleaseDays, code_system: str, table: Table, frame: pl.DataFrame
) -> CodeSetRelease:
    if frame.is_empty():
        message = f"{file.name} has no rows below its header."
        raise BadInputError(message, hint="It is truncated: download it again.")
    return file_release(
        file,
        days,
        code_system,
        {table: table.conform(frame)},
        publisher="CMS",
        row_count=frame.height,
    )
