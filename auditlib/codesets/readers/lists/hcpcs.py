"""HCPCS Level II: fixed-column text with continuation records, or a table below a notice.

A code is one record of type 3 (a modifier: 7) and as many of type 4 (8) as its long title needs. The file
keeps codes for some time after their last day. A release is effective for its quarter, or for its year if its
name has no month. A record keeps its own days, whatever year's file has it: a code that was added and ended
within 2017 is often in the file of 2018 only.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import polars as pl

from auditlib.codes.systems import HCPCS, MODIFIER
from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows, yyyymmdd
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import HCPCS_DETAIL

_RECORD: Final = re.compile(r"(?:[A-Z][0-9]{4}|   [A-Z0-9]{2})[0-9]{5}[3478]")
_CONTINUATIONS: Final = ("4", "8")
_PROCEDURE: Final = "3"
_YEAR: Final = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_QUARTERS: Final = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}
_QUARTER: Final = re.compile(r"(?<![a-z])(jan|apr|jul|oct)[a-z]*(?![a-z])", re.IGNORECASE)
_HEADINGS: Final = ("hcpc", "seqnum", "recid", "long description", "short description")
_DECEMBER: Final = 12
# Name, first column (from 0) and width of the fields of a record besides its titles.
_FIELDS: Final = {
    "pricing": (119, 8),
    "multiple_pricing_indicator": (127, 1),
    "statute_reference": (170, 10),
    "cross": (204, 25),
    "coverage_code": (229, 1),
    "betos_code": (256, 3),
    "type_of_service": (260, 5),
    "added": (268, 8),
    "action": (276, 8),
    "ended": (284, 8),
    "action_code": (292, 1),
}


def is_hcpcs_text(file: PublishedFile) -> bool:
    """Return True if a file, by its lines, is HCPCS in fixed columns, perhaps below a notice."""
    head = file.data[: 1 << 14].decode("latin-1").split("\n")
    return sum(bool(_RECORD.match(line)) for line in head) > len(head) // 4


def is_hcpcs_table(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is HCPCS as a table."""
    return header_number(top_rows(file), *_HEADINGS) is not None


def read_hcpcs_text(file: PublishedFile, stated: Stated) -> list[CodeSetRelease]:
    """Return the releases of codes and of modifiers in the fixed-column file.

    Raises
    ------
    BadInputError
        If a continuation does not follow its record, or a record has no date.
    """
    records = [line for line in file.lines if _RECORD.match(line)]
    first = next((number for number, line in enumerate(file.lines) if _RECORD.match(line)), 0)
    if not records:
        # Its bytes look like records, but it begins with a byte-order mark of another encoding.
        message = f"{file.name} holds no HCPCS record as text."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    strange = next(
        (n for n, line in enumerate(file.lines[first:], first + 1) if not _RECORD.match(line)), None
    )
    if strange is not None:
        message = f"{file.name}: line {strange} is not a HCPCS record."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    line = pl.col("line")
    cells = pl.DataFrame({"line": records}).select(
        code=line.str.slice(0, 5).str.strip_chars(),
        record=line.str.slice(10, 1),
        piece=line.str.slice(11, 80).str.strip_chars(),
        short_description=line.str.slice(91, 28).str.strip_chars(),
        **{name: line.str.slice(begin, width).str.strip_chars() for name, (begin, width) in _FIELDS.items()},
    )
    return _releases(file, stated, _joined(cells, file.name))


def _joined(cells: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the records with the parts of each long title joined."""
    begins = ~pl.col("record").is_in(_CONTINUATIONS)
    numbered = cells.with_columns(begins.cum_sum().alias("entry"))
    orphans = numbered.filter(
        (pl.col("code") != pl.col("code").first().over("entry")) | (pl.col("entry") == 0)
    )
    if orphans.height:
        message = f"{name}: a continuation of {orphans['code'][0]} follows another code."
        raise BadInputError(message, hint="Take the publisher's file as downloaded; do not sort it.")
    titles = numbered.group_by("entry", maintain_order=True).agg(
        long_description=pl.col("piece").str.join(" ")
    )
    return numbered.filter(begins).join(titles, on="entry")


def read_hcpcs_table(file: PublishedFile, stated: Stated) -> list[CodeSetRelease]:
    """Return the releases of codes and of modifiers in the table.

    Raises
    ------
    BadInputError
        If a column is missing or a record has no date.
    """
    table = table_below(file, header_number(top_rows(file), *_HEADINGS) or 0)
    absent = {"cov", "add dt", "act eff dt", "term dt", "action cd"} - set(table.columns)
    if absent:
        message = f"{file.name}: its header lacks {', '.join(sorted(absent))}."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")

    def together(*stems: str, separator: str = " ") -> pl.Expr:
        names = [name for name in table.columns if name.rstrip("0123456789") in stems]
        return pl.concat_str(names, separator=separator, ignore_nulls=True)

    cells = table.select(
        code="hcpc",
        record="recid",
        piece="long description",
        short_description="short description",
        pricing=together("price"),
        multiple_pricing_indicator="mult pi",
        statute_reference="statute",
        cross=together("xref"),
        coverage_code="cov",
        betos_code="betos",
        type_of_service=together("tos", separator=""),
        added="add dt",
        action="act eff dt",
        ended="term dt",
        action_code="action cd",
    ).with_columns(pl.col("piece").fill_null(""))
    return _releases(file, stated, _joined(cells, file.name))


def _days(file: PublishedFile, stated: Stated) -> ReleaseDays:
    if stated.effective_from:
        first = stated.effective_from
        return ReleaseDays(stated.release or f"{first:%Y %B}", first, stated.effective_to)
    names = file.names
    years = {int(year) for name in names for year in _YEAR.findall(name)}
    if len(years) != 1:
        message = f"{' in '.join(names)} does not say which year it belongs to."
        raise BadInputError(message, hint="State it: --from 2026-10-01.")
    year = years.pop()
    quarter = next((match for name in names if (match := _QUARTER.search(name.replace("_", " ")))), None)
    if quarter is None:
        return ReleaseDays(stated.release or str(year), dt.date(year, 1, 1), dt.date(year, _DECEMBER, 31))
    month = _QUARTERS[quarter[1].lower()]
    after = dt.date(year + 1, 1, 1) if month + 3 > _DECEMBER else dt.date(year, month + 3, 1)
    first = dt.date(year, month, 1)
    return ReleaseDays(
        stated.release or f"{first:%Y %B}", first, stated.effective_to or after - dt.timedelta(days=1)
    )


def _releases(file: PublishedFile, stated: Stated, records: pl.DataFrame) -> list[CodeSetRelease]:
    days = _days(file, stated)
    blank_is_null = [
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)).alias(name) for name in _FIELDS
    ]
    dated = records.with_columns(blank_is_null).with_columns(
        yyyymmdd("added"), yyyymmdd("action"), yyyymmdd("ended")
    )
    undated = dated.filter(pl.col("added").is_null())
    if undated.height:
        message = f"{file.name}: {undated['code'][0]} has no date on which it was added."
        raise BadInputError(message, hint="Its columns are not those of the publisher's file.")
    newest = dated["action"].max()
    if isinstance(newest, dt.date) and days.effective_to is not None:
        _check_year(file, days, newest)
    is_procedure = pl.col("record") == _PROCEDURE
    return [
        _release(file, days, code_system, dated.filter(chosen))
        for code_system, chosen in ((HCPCS, is_procedure), (MODIFIER, ~is_procedure))
    ]


def _check_year(file: PublishedFile, days: ReleaseDays, newest: dt.date) -> None:
    # Every release changes some code on its first day; changes are announced at most a few quarters ahead.
    if newest < days.effective_from or newest > days.effective_from + dt.timedelta(days=731):
        message = f"{file.name} does not belong to {days.release}: its newest action took effect on {newest}."
        raise BadInputError(message, hint="It is another release's file: see its name, or state --from.")


def _release(
    file: PublishedFile, days: ReleaseDays, code_system: str, records: pl.DataFrame
) -> CodeSetRelease:
    first, last = pl.lit(days.effective_from), pl.lit(days.effective_to, pl.Date())
    is_later = pl.col("added") > last
    frame = records.unique("code", keep="last", maintain_order=True).with_columns(
        code_system=pl.lit(code_system),
        release=pl.lit(days.release),
        is_billable=pl.lit(value=True),
        effective_from="added",
        # How long an announced code will hold is for later files, unless its record has its last day.
        effective_to=pl.when(is_later)
        .then(pl.coalesce("ended", "added"))
        .otherwise(pl.min_horizontal("ended", last)),
    )
    is_earlier = pl.col("ended") < first
    details = frame.with_columns(
        pricing_indicator=pl.col("pricing").str.replace_all(r"(\S{2})(\S)", "${1} ${2}"),
        # Fixed columns have no blank between codes of five characters.
        cross_reference=pl.col("cross")
        .str.replace_all(r"\s+", " ")
        .str.replace_all(r"(\w{5})(\w)", "${1} ${2}"),
        added_date="added",
        action_date="action",
        # Its facts are those of the release: for a code of other days, as of one day.
        effective_from=pl.when(is_earlier)
        .then("ended")
        .when(is_later)
        .then("added")
        .otherwise(pl.max_horizontal("added", first)),
        effective_to=pl.when(is_later).then("added").otherwise("effective_to"),
    )
    return file_release(
        file,
        days,
        code_system,
        {
            CODE: CODE.conform(
                frame.select(name for name in CODE.column_names if name in frame.columns)
                .with_columns(
                    short_description=pl.when(pl.col("short_description") != "").then("short_description")
                )
                .with_columns(long_description=pl.col("long_description").str.replace_all(r"\s+", " "))
            ),
            HCPCS_DETAIL: HCPCS_DETAIL.conform(details.select(HCPCS_DETAIL.column_names)),
        },
        publisher="CMS",
        row_count=frame.height,
    )
