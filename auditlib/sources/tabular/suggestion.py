"""Propose a mapping for a user's table from its headers and the form of its values, as YAML to edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.sources.tabular.column_profile import ColumnProfile, profiles
from auditlib.sources.tabular.delimited import Records, header_names
from auditlib.sources.tabular.header_words import likenesses
from auditlib.sources.tabular.suggested_values import encounter_class_of, options_of
from auditlib.sources.tabular.tables import sheets
from auditlib.sources.tabular.user_tables import table_of_header

_WEAK: Final = 0.9
_OF_CLAIMS: Final = ("line charge", "claim charge", "paid amount", "procedure", "diagnosis")
_FILL_IN: Final = "FILL IN"
_TRIED_HEADER_ROWS: Final = 12
_SURE_HEADERS: Final = 3


def suggest_mapping(path: Path) -> str:
    """Return a proposed mapping for a table, as YAML to check and edit.

    Parameters
    ----------
    path
        A delimited file, an Excel workbook or a Parquet file.

    Raises
    ------
    UsageError
        If there is no such file.
    BadInputError
        If it is not a table, or none of its columns is understood.
    """
    if not path.is_file():
        message = f"There is no file {path}."
        raise UsageError(message, hint="Give one table: a CSV, XLSX or Parquet file.")
    _refuse_repeated_headers(path)
    header_row, sheets_read = _best_header(path)
    is_many = len(sheets_read) > 1
    lines = [
        f"# A mapping for {path.name}, proposed from its headers and the form of its values.",
        "# Each comment: confidence from 0 to 1, filled cells of rows examined, distinct values.",
        "# Look at every line marked CHECK, fill in what is missing, and try it with:",
        "#   auditlib load PATH --mapping THIS_FILE --dry-run",
    ]
    if header_row > 1:
        lines += ["file:", f"  header_row: {header_row}"]
    lines.append("tables:")
    count = 0
    for sheet, records in sheets_read:
        for entry in _entries(_Table(profiles(records.frame, records.columns))):
            count += 1
            lines += entry.lines(sheet if is_many else None)
        lines += _left_out(sheet, records, "\n".join(lines))
    if not count:
        message = f"{path.name}: none of its columns is understood."
        raise BadInputError(message, hint="Write a mapping by hand: docs/loading.md shows one.")
    return "\n".join(lines) + "\n"


def _refuse_repeated_headers(path: Path) -> None:
    """Refuse a delimited file whose header, if most of it is understood, names two columns alike."""
    content = path.read_bytes()
    for row in range(1, _TRIED_HEADER_ROWS + 1):
        headers = [name for name in header_names(content, header_row=row) if name]
        repeated = [name for name in dict.fromkeys(headers) if headers.count(name) > 1]
        known = sum(any(likenesses(name)) for name in headers)
        if repeated and known >= _SURE_HEADERS and known * 2 > len(headers):
            places = " and ".join(str(place) for place, name in enumerate(headers, 1) if name == repeated[0])
            message = f"{path.name}: the header '{repeated[0][:40]}' names columns {places} of row {row}."
            raise BadInputError(
                message, hint="Give each column a name of its own, as 'dx code' and 'cpt code'."
            )


def _best_header(path: Path) -> tuple[int, list[tuple[str, Records]]]:
    """Return the row most like a header, and the sheets read below it."""
    best: tuple[float, int, list[tuple[str, Records]]] | None = None
    for row in range(1, _TRIED_HEADER_ROWS + 1):
        try:
            sheets_read = [
                (name, records) for name, records in sheets(path, 0, header_row=row) if records.columns
            ]
        except BadInputError:
            if row == 1:
                raise
            break
        known = sum(
            profile.meaning is not None
            for _, records in sheets_read
            for profile in profiles(records.frame.head(100), records.columns)
        )
        if best is None or known > best[0]:
            best = (known, row, sheets_read)
        # Three known headers in the first row suffice: exports seldom have fewer, titles never.
        if row == 1 and known >= _SURE_HEADERS:
            break
    if best is None or not best[0]:
        message = f"{path.name}: none of its first {_TRIED_HEADER_ROWS} rows is a header that is understood."
        raise BadInputError(message, hint="Write a mapping by hand: docs/loading.md shows one.")
    return best[1], best[2]


@dataclass(slots=True)
class _Entry:
    """One table of the proposed mapping: its columns as YAML, each with a comment."""

    table: str
    one_row_per: str | None = None
    columns: list[tuple[str, str, str]] = field(default_factory=list)

    def lines(self, sheet: str | None) -> Iterator[str]:
        yield f"  - table: {self.table}"
        if sheet is not None:
            yield f"    sheet: {_quoted(sheet)}"
        if self.one_row_per is not None:
            yield f"    one_row_per: {self.one_row_per}"
        yield "    columns:"
        for target, value, comment in self.columns:
            line = f"      {target}: {value}"
            yield f"{line:<58}  # {comment}" if comment else line

    def constant(self, target: str, value: str, why: str) -> None:
        self.columns.append((target, f"{{constant: {value}}}", why))

    def missing(self, target: str, why: str) -> None:
        self.columns.append((target, _quoted(_FILL_IN), f"CHECK: {why}"))

    def take(self, target: str, user_columns: Sequence[ColumnProfile], extra: Sequence[str] = ()) -> None:
        """Fill a target column from the user's columns; several make a list, with a row each."""
        if not user_columns:
            return
        options = [*options_of(target, user_columns), *extra]
        headers = [_quoted(profile.header) for profile in user_columns]
        columns_text = headers[0] if len(headers) == 1 else f"[{', '.join(headers)}]"
        value = f"{{column: {columns_text}, {', '.join(options)}}}" if options else columns_text
        self.columns.append((target, value, _comment(user_columns)))


class _Table:
    """The columns of one sheet by meaning."""

    def __init__(self, columns: Sequence[ColumnProfile]) -> None:
        self.columns = columns

    def all(self, *names: str) -> list[ColumnProfile]:
        """Return the columns with these meanings, in the order of their numbers."""
        matching = [profile for profile in self.columns if profile.meaning in names]
        return sorted(matching, key=lambda profile: profile.number)

    def one(self, *names: str) -> list[ColumnProfile]:
        """Return the most likely column of the first meaning that has one."""
        for name in names:
            if candidates := self.all(name):
                return [max(candidates, key=lambda profile: (profile.confidence, profile.filled_count))]
        return []

    def has(self, *names: str) -> bool:
        return any(self.all(name) for name in names)

    def repeats(self, key: Sequence[ColumnProfile]) -> bool:
        return bool(key) and key[0].different_count < key[0].filled_count


def _entries(table: _Table) -> Iterator[_Entry]:
    if direct := table_of_header(profile.header for profile in table.columns):
        entry = _Entry(direct.name)
        entry.columns = [
            (profile.header, _quoted(profile.header), "the data dictionary's own name")
            for profile in table.columns
            if profile.header in direct.column_names
        ]
        yield entry
    elif table.has("note text") and not table.has(*_OF_CLAIMS):
        yield _documents(table)
    elif table.has("paid amount") and table.has("check number", "adjustment reason", "payer claim number"):
        yield from _payments(table)
    elif table.has("line charge", "claim charge"):
        yield from _claims(table)
    elif table.has("account", "claim number"):
        yield from _encounters(table)


def _claims(table: _Table) -> Iterator[_Entry]:
    key = table.one("claim number", "account")
    lines = table.has("procedure", "revenue code")
    claim = _Entry("claim", one_row_per="claim_id" if table.repeats(key) else None)
    _key(claim, "claim_id", key)
    claim.take("patient_control_number", table.one("account", "claim number"))
    is_hospital = table.has("revenue code", "type of bill", "drg")
    if forms := [profile for profile in table.one("claim form") if profile.confidence >= _WEAK]:
        words = "values: {professional: P, Professional: P, institutional: I, Institutional: I, dental: D}"
        claim.columns.append(("form", f"{{column: {_quoted(forms[0].header)}, {words}}}", _comment(forms)))
    else:
        claim.constant(
            "form", "I" if is_hospital else "P", "CHECK: P professional, I institutional, D dental"
        )
    claim.take("patient_id", table.one("patient"))
    _each(
        claim, table,
        payer_id="payer id", payer_name="payer", place_of_service="place of service",
        type_of_bill="type of bill", billing_provider_id="billing provider",
        rendering_provider_id="rendering provider", admit_date="admit date",
        discharge_status_code="discharge status", drg_code="drg",
    )  # fmt: skip
    claim.take("from_date", table.one("service date", "admit date"))
    claim.take("to_date", table.one("service end", "discharge date", "service date"))
    if table.has("claim charge"):
        claim.take("charge_amount", table.one("claim charge"))
    else:
        extra = ["take: sum"] if claim.one_row_per else []
        claim.take("charge_amount", table.one("line charge"), extra)
    yield claim
    if lines:
        line = _Entry("claim_line")
        _key(line, "claim_id", key)
        _each(line, table, line_number="line number", code="procedure")
        line.take("modifiers" if len(table.all("modifier")) == 1 else "modifier_1", table.all("modifier")[:1])
        for number, profile in enumerate(table.all("modifier")[1:4], start=2):
            line.take(f"modifier_{number}", [profile])
        _each(line, table, from_date="service date", to_date="service end", unit_count="units")
        line.take("charge_amount", table.one("line charge", "claim charge"))
        _each(
            line, table,
            diagnosis_pointers="pointer", revenue_code="revenue code", place_of_service="place of service",
            ndc="ndc",
        )  # fmt: skip
        yield line
    per = "claim_id" if claim.one_row_per else None
    diagnoses = _Home("claim_diagnosis", "claim_id", key, per)
    yield from _code_entries(table, diagnoses, "diagnosis", "ICD-10-CM")
    procedures = _Home("claim_procedure", "claim_id", key, per)
    yield from _code_entries(table, procedures, "icd procedure", "ICD-10-PCS")


def _encounters(table: _Table) -> Iterator[_Entry]:
    key = table.one("account", "claim number")
    is_visit = table.has("encounter class", "admit date", "coder") and not table.has("code")
    per = "encounter_id" if table.repeats(key) else None
    if is_visit:
        visit = _Entry("encounter", one_row_per=per)
        _key(visit, "encounter_id", key)
        if classes := table.one("encounter class"):
            visit.take("encounter_class", classes)
        else:
            kind = encounter_class_of(table.has("drg", "discharge status"))
            visit.constant("encounter_class", kind, "CHECK: no column has the encounter class")
        visit.take("patient_id", table.one("patient"))
        _each(visit, table, birth_date="birth date", sex="sex")
        visit.take("admit_date", table.one("admit date", "service date"))
        if not table.has("admit date", "service date"):
            visit.missing("admit_date", "every encounter needs its first day")
        visit.take("discharge_date", table.one("discharge date", "service end"))
        _each(
            visit, table,
            facility_id="facility", provider_id="rendering provider", coder_id="coder",
            coded_date="coded date", discharge_status_code="discharge status", billed_drg_code="drg",
        )  # fmt: skip
        yield visit
    if table.has("code") and table.has("code system"):
        code = _Entry("encounter_code")
        _key(code, "encounter_id", key)
        _each(code, table, code_number="line number", code_system="code system", code="code")
        _each(code, table, code_role="code role", poa_indicator="poa")
        code.take("modifier_1", table.all("modifier")[:1])
        _each(code, table, code_date="service date", unit_count="units")
        yield code
        return
    home = _Home("encounter_code", "encounter_id", key, per)
    yield from _code_entries(table, home, "diagnosis", "ICD-10-CM")
    yield from _code_entries(table, home, "procedure", "CPT")
    yield from _code_entries(table, home, "icd procedure", "ICD-10-PCS")


@dataclass(frozen=True, slots=True)
class _Home:
    """The target table of codes, and the key that groups them by encounter or claim."""

    target: str
    key_column: str
    key: Sequence[ColumnProfile]
    per: str | None


def _code_entries(table: _Table, home: _Home, what: str, system: str) -> Iterator[_Entry]:
    user_columns = table.all(what)
    if not user_columns:
        return
    is_procedure = system == "CPT"
    dates = table.all("icd procedure date")
    entry = _Entry(home.target, one_row_per=None if is_procedure else home.per)
    _key(entry, home.key_column, home.key)
    why = "CHECK: J1885 and the like are HCPCS: a row each" if is_procedure else ""
    entry.constant("code_system", system, why)
    entry.take("code", user_columns)
    poa = table.all("poa")
    if what == "diagnosis" and len(poa) == len(user_columns):
        entry.take("poa_indicator", poa)
    if what == "icd procedure" and len(dates) == len(user_columns):
        entry.take("code_date" if home.target == "encounter_code" else "procedure_date", dates)
    if is_procedure and len(user_columns) == 1:
        entry.take("modifiers", table.all("modifier")[:1])
        _each(entry, table, unit_count="units", code_date="service date")
    yield entry


def _payments(table: _Table) -> Iterator[_Entry]:
    check, account = table.one("check number"), table.one("account", "claim number")
    remittance = _Entry("remittance", one_row_per="remittance_id")
    _key(remittance, "remittance_id", check)
    _each(remittance, table, payer_name="payer", payer_id="payer id", trace_number="check number")
    _each(remittance, table, payment_date="payment date")
    remittance.take("payment_amount", table.one("paid amount"), ["take: sum"])
    yield remittance
    joined = f"{{join: [{', '.join(_quoted(profile.header) for profile in (*check, *account))}]}}"
    payment = _Entry("remit_claim", one_row_per="remit_claim_id")
    payment.columns.append(("remit_claim_id", joined, "CHECK: one payment of one claim on one check"))
    _key(payment, "remittance_id", check)
    payment.take("patient_control_number", account)
    _each(payment, table, claim_status_code="claim status", payer_claim_control_number="payer claim number")
    payment.take("from_date", table.one("service date"))
    payment.take("charge_amount", table.one("line charge", "claim charge"), ["take: sum"])
    if not table.has("line charge", "claim charge"):
        payment.missing("charge_amount", "what was charged")
    payment.take("paid_amount", table.one("paid amount"), ["take: sum"])
    yield payment
    if table.has("procedure"):
        line = _Entry("remit_line")
        line.columns.append(("remit_claim_id", joined, ""))
        _each(line, table, code="procedure")
        line.take("modifiers", table.all("modifier")[:1])
        _each(line, table, from_date="service date", unit_count="units", allowed_amount="allowed amount")
        line.take("charge_amount", table.one("line charge", "claim charge"))
        line.take("paid_amount", table.one("paid amount"))
        yield line
    if table.has("adjustment reason") and table.has("adjustment amount"):
        adjustment = _Entry("adjustment")
        adjustment.columns.append(("remit_claim_id", joined, ""))
        _each(adjustment, table, group_code="adjustment group", reason_code="adjustment reason")
        _each(adjustment, table, adjustment_amount="adjustment amount")
        yield adjustment


def _documents(table: _Table) -> _Entry:
    entry = _Entry("document")
    _key(entry, "encounter_id", table.one("account", "claim number"))
    _each(
        entry, table,
        document_type="note type", title="note title", author_role="note author", written_at="note time",
        text="note text",
    )  # fmt: skip
    return entry


def _each(entry: _Entry, table: _Table, **targets: str) -> None:
    for target, name in targets.items():
        entry.take(target, table.one(name))


def _key(entry: _Entry, target: str, key: Sequence[ColumnProfile]) -> None:
    if key:
        entry.take(target, key)
    else:
        entry.missing(target, "the column that groups the rows")


def _comment(user_columns: Sequence[ColumnProfile]) -> str:
    least = min(user_columns, key=lambda profile: profile.confidence)
    first = user_columns[0]
    mark = "CHECK, " if least.confidence < _WEAK else ""
    filled = f"{first.filled_count:,} of {first.row_count:,} filled, {first.different_count:,} distinct"
    return f"{mark}{least.confidence:.2f}, {filled}"


def _left_out(sheet: str, records: Records, proposed: str) -> Iterator[str]:
    rest = [name for name in records.columns if _quoted(name) not in proposed]
    if rest:
        where = f" of sheet {_quoted(sheet)}" if sheet else ""
        yield f"  # Not proposed{where}: {', '.join(name[:40] for name in rest[:40])}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
