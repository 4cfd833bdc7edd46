"""The exports of the benchmark, each with its right values, and how each fares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

import xlsxwriter
import yaml

from auditlib.errors import BadInputError
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal import Proposal, propose_mapping
from auditlib.sources.tabular.tables import read_table
from tools.mapping_benchmark.loaded_values import KEYS, Row, loaded_values, plain
from tools.mapping_benchmark.outcomes import HEADING_CHECKS, Outcome, Result

EXPORTS: Final = Path(__file__).resolve().parent / "exports"
"""Folders of exports: ``first`` (the proposal was improved on them) and ``apart`` (it was not)."""

# Field of a row to the columns of core tables that give it.
_COLUMNS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "claims": {
        "account": ("claim.claim_id", "claim.patient_control_number"),
        "form": ("claim.form",),
        "from": ("claim.from_date",),
        "to": ("claim.to_date",),
        "charge": ("claim.charge_amount",),
        "payer": ("claim.payer_name",),
        "bill": ("claim.type_of_bill",),
        "drg": ("claim.drg_code",),
        "dx": (
            "claim_diagnosis.code", "claim_diagnosis.codes", "claim_diagnosis.code_system",
            "claim_diagnosis.poa_indicator",
        ),
        "px": ("claim_procedure.code", "claim_procedure.procedure_date"),
        "codes": ("claim_line.code", "claim_line.modifiers", "claim_line.modifier_1"),
        "revenue": ("claim_line.revenue_code",),
        "units": ("claim_line.unit_count",),
        "charges": ("claim_line.charge_amount",),
    },
    "encounters": {
        "encounter": ("encounter.encounter_id",),
        "class": ("encounter.encounter_class",),
        "admit": ("encounter.admit_date",),
        "discharge": ("encounter.discharge_date",),
        "drg": ("encounter.billed_drg_code",),
        "dx": ("encounter_code.code", "encounter_code.poa_indicator"),
        "px": ("encounter_code.code", "encounter_code.code_date"),
        "codes": ("encounter_code.code", "encounter_code.modifiers"),
    },
    "payments": {
        "check": ("remittance.trace_number",),
        "account": ("remit_claim.patient_control_number",),
        "icn": ("remit_claim.payer_claim_control_number",),
        "from": ("remit_claim.from_date",),
        "charge": ("remit_claim.charge_amount",),
        "paid": ("remit_claim.paid_amount",),
        "adjustments": ("adjustment.group_code", "adjustment.reason_code", "adjustment.adjustment_amount"),
        "remarks": ("remark.remark_code",),
    },
}  # fmt: skip


def export_files(folder: str) -> list[Path]:
    """Return the exports of a folder, in the order of their names."""
    return sorted(path for path in (EXPORTS / folder).iterdir() if not path.name.endswith(".right.yaml"))


def judged(export: Path, scratch: Path) -> Result:
    """Load an export by its proposal, unchanged, and compare it with its right values.

    Parameters
    ----------
    export
        A delimited file, or a text that gives the sheets of a workbook.
    scratch
        Folder to write workbooks to.
    """
    name = export.name.split(".")[0]
    right = _right_values(export.with_name(f"{name}.right.yaml"))
    row_count = sum(len(rows) for rows in right.values())
    path = _workbook(export, scratch / f"{name}.xlsx") if export.name.endswith(".xlsx.txt") else export
    try:
        proposal = propose_mapping(path)
        mapping = parse_mapping(proposal.text, name="proposed.yaml")
        batches = list(read_table(path, source_file_id=1, mapping=mapping))
    except BadInputError as error:
        return Result(name, "wrong with a mark", row_count, 0, (f"refused: {error}",))
    rejected = [batch.rejected.filter(batch.rejected["segment"] != "total") for batch in batches]
    is_reported = any(frame.height for frame in rejected)
    found = loaded_values(batches)
    differences = [
        difference
        for kind in KEYS
        for difference in _differences(
            kind, right.get(kind, []), found[kind], proposal, is_reported=is_reported
        )
    ]
    outcome: Outcome = "right"
    if differences:
        is_marked = all(marked for _, marked in differences)
        outcome = "wrong with a mark" if is_marked else "WRONG WITHOUT A MARK"
    texts = tuple(f"{text}{'' if marked else ' (NOT MARKED)'}" for text, marked in differences)
    return Result(name, outcome, row_count, proposal.text.count("CHECK") - HEADING_CHECKS, texts)


def _differences(
    kind: str, right: list[Row], found: list[Row], proposal: Proposal, *, is_reported: bool
) -> Iterator[tuple[str, bool]]:
    """Yield each difference, and whether the proposal or the list of what was not loaded points to it."""
    key = KEYS[kind]
    right_rows = {row[key]: row for row in right}
    found_rows = {row[key]: row for row in found}
    if len(found_rows) < len(found):
        yield f"{kind}: {len(found) - len(found_rows)} more than accounts", _is_marked(kind, key, proposal)
    for name in dict.fromkeys([*right_rows, *found_rows]):
        if name not in found_rows:
            yield f"{kind} {name}: not loaded", is_reported or _is_marked(kind, key, proposal)
            continue
        if name not in right_rows:
            yield f"{kind} {name}: is none", _is_marked(kind, key, proposal)
            continue
        for field in _COLUMNS[kind]:
            wanted, got = right_rows[name].get(field), found_rows[name].get(field)
            if wanted != got:
                is_left_out = got is None and not _is_filled(kind, field, proposal)
                marked = _is_marked(kind, field, proposal) or (is_left_out and bool(proposal.not_proposed))
                is_fewer = len((got or "").split()) < len((wanted or "").split())
                text = f"{kind} {name} {field}: {got}, right is {wanted}"
                yield text, marked or (is_fewer and is_reported)


def _is_filled(kind: str, field: str, proposal: Proposal) -> bool:
    return any(column in proposal.filled for column in _COLUMNS[kind][field])


def _is_marked(kind: str, field: str, proposal: Proposal) -> bool:
    return any(column in proposal.to_check for column in _COLUMNS[kind][field])


def _right_values(path: Path) -> dict[str, list[Row]]:
    read = cast("dict[str, list[dict[str, str]]]", yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - BaseLoader makes texts only
    return {
        kind: [{name: plain(name, value) for name, value in row.items()} for row in rows]
        for kind, rows in read.items()
    }


def _workbook(export: Path, path: Path) -> Path:
    """Write the workbook whose sheets a text gives: ``== name``, then rows with tabs between cells."""
    book = xlsxwriter.Workbook(str(path))
    for part in export.read_text("utf-8").split("== ")[1:]:
        name, *rows = part.splitlines()
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row.split("\t"))
    book.close()
    return path
