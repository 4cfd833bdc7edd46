"""Exports whose right values are stated as JSON, claim by claim, and how each fares.

Beside ``export.csv`` or ``export.xlsx`` stands ``export.expected.json``: ``kind`` (claims, encounters or
remittances) and a list under ``claims``, each with ``claim_id`` and whatever else the export says of it.

Only what is stated is compared. The id is that of the claim or its account or, of a payment, the payer's
number of the claim, whichever the export has. What a claim of the core tables has no column for is not
compared: amounts paid and the patient's share in rows that are claims, and the member number (hashed).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, cast

import polars as pl

from auditlib.errors import BadInputError
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.coded_encounter import pseudonym
from auditlib.sources.tabular.contract_rows import user_id_number
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal import Proposal, propose_mapping
from auditlib.sources.tabular.tables import read_table
from tools.mapping_benchmark.outcomes import HEADING_CHECKS, Outcome, Result

STATED: Final = ".expected.json"
"""Suffix of the file that states the right values of an export."""

Stated = Mapping[str, object]
Loaded = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of rows: its table and key, and how its lines are called."""

    table: str
    number: str
    key: str
    lines: str
    diagnoses: str


_KINDS: Final = {
    "claims": _Kind("claim", "patient_control_number", "claim_id", "claim_line", "claim_diagnosis"),
    "encounters": _Kind("encounter", "encounter_id", "encounter_id", "encounter_code", "encounter_code"),
    "remittances": _Kind("remit_claim", "patient_control_number", "remit_claim_id", "remit_line", ""),
}
# Stated field to the columns of core tables that give it.
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "claim_id": ("claim.claim_id", "claim.patient_control_number", "encounter.encounter_id",
                 "remit_claim.patient_control_number", "remit_claim.remit_claim_id"),
    "patient_id": ("claim.patient_id", "claim.patient_control_number", "encounter.patient_id"),
    "service_from": ("claim.from_date", "encounter.admit_date", "remit_claim.from_date"),
    "service_to": ("claim.to_date", "encounter.discharge_date", "remit_claim.to_date"),
    "charge": ("claim.charge_amount", "remit_claim.charge_amount"),
    "paid": ("remit_claim.paid_amount",),
    "patient_share": ("remit_claim.patient_responsibility_amount", "adjustment.adjustment_amount"),
    "payer": ("claim.payer_name", "remittance.payer_name"),
    "payer_id": ("claim.payer_id", "remittance.payer_id"),
    "check": ("remittance.trace_number",),
    "rendering_npi": ("claim.rendering_provider_id", "encounter.provider_id"),
    "drg": ("claim.drg_code", "encounter.billed_drg_code"),
    "coder": ("encounter.coder_id",),
    "facility": ("encounter.facility_id",),
    "pos": ("claim.place_of_service", "claim_line.place_of_service"),
    "diagnoses": ("claim_diagnosis.code", "encounter_code.code"),
    "procedures": ("claim_procedure.code", "encounter_code.code"),
    "code": ("claim_line.code", "remit_line.code"),
    "modifiers": ("claim_line.modifiers", "claim_line.modifier_1", "claim_line.code"),
    "units": ("claim_line.unit_count", "remit_line.unit_count"),
    "date": ("claim_line.from_date", "remit_line.from_date"),
    "diagnosis_pointers": ("claim_line.diagnosis_pointers", "claim_line.diagnosis_pointer_1"),
    "revenue_code": ("claim_line.revenue_code",),
    "adjustments": ("adjustment.group_code", "adjustment.reason_code", "adjustment.adjustment_amount"),
}  # fmt: skip
_LINE_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "charge": ("claim_line.charge_amount", "remit_line.charge_amount"),
    "paid": ("remit_line.paid_amount",),
}


def stated_exports(folder: Path) -> list[Path]:
    """Return the exports of a folder, in the order of their names."""
    names = {path.name.removesuffix(STATED) for path in folder.glob(f"*{STATED}")}
    return sorted(path for path in folder.iterdir() if path.stem in names and not path.name.endswith(".json"))


def judged_by_stated_values(export: Path) -> Result:
    """Load an export by its proposal, unchanged, and compare it with the values that are stated beside it."""
    stated = cast("Stated", json.loads(export.with_name(f"{export.stem}{STATED}").read_text("utf-8")))
    claims = cast("list[Stated]", stated["claims"])
    try:
        proposal = propose_mapping(export)
        mapping = parse_mapping(proposal.text, name="proposed.yaml")
        batches = list(read_table(export, source_file_id=1, mapping=mapping))
    except BadInputError as error:
        return Result(export.stem, "wrong with a mark", len(claims), 0, (f"refused: {error}",))
    is_reported = any(batch.rejected.filter(pl.col("segment") != "total").height for batch in batches)
    rows = _loaded_rows(str(stated["kind"]), batches)
    differences = [
        (text, marked or (is_fewer and is_reported))
        for text, marked, is_fewer in _differences(str(stated["kind"]), claims, rows, proposal)
    ]
    outcome: Outcome = "right"
    if differences:
        is_marked = all(marked for _, marked in differences)
        outcome = "wrong with a mark" if is_marked else "WRONG WITHOUT A MARK"
    texts = tuple(f"{text}{'' if marked else ' (NOT MARKED)'}" for text, marked in differences)
    return Result(export.stem, outcome, len(claims), proposal.text.count("CHECK") - HEADING_CHECKS, texts)


def _differences(
    kind: str, claims: Sequence[Stated], rows: Sequence[Loaded], proposal: Proposal
) -> Iterator[tuple[str, bool, bool]]:
    """Yield each difference, whether the proposal points to it, and whether something is missing."""
    table = _KINDS[kind].table
    unmatched = list(rows)
    for claim in claims:
        name = str(claim["claim_id"])
        number = user_id_number(_KINDS[kind].key, name)
        mine = [row for row in rows if name in {row["number"], row["payers_number"]} or number == row["key"]]
        unmatched = [row for row in unmatched if row not in mine]
        if len(mine) != 1:
            yield (
                f"{kind} {name}: {len(mine)} loaded",
                _is_marked("claim_id", _COLUMNS, table, proposal),
                not mine,
            )
            continue
        (row,) = mine
        for field, value in claim.items():
            if field in {"claim_id", "member_id", "lines"} or field not in row:
                continue
            if not _is_same(field, value, row[field]):
                is_fewer = row[field] is None or row[field] == []
                yield (
                    f"{kind} {name} {field}: {row[field]}, right is {value}",
                    _is_marked(field, _COLUMNS, table, proposal, is_empty=is_fewer),
                    is_fewer,
                )
        if "lines" in claim:
            yield from _differing_lines(f"{kind} {name}", claim, row, proposal)
    for row in unmatched:
        yield f"{kind} {row['number']}: is none", _is_marked("claim_id", _COLUMNS, table, proposal), False


def _differing_lines(
    name: str, claim: Stated, row: Loaded, proposal: Proposal
) -> Iterator[tuple[str, bool, bool]]:
    stated, loaded = cast("list[Stated]", claim["lines"]), cast("list[Loaded]", row["lines"])
    if len(stated) != len(loaded):
        marked = _is_marked("code", _COLUMNS, "", proposal)
        yield f"{name}: {len(loaded)} lines, right are {len(stated)}", marked, len(loaded) < len(stated)
        return
    for place, (right, line) in enumerate(zip(stated, loaded, strict=True), start=1):
        for field, value in right.items():
            if field in line and not _is_same(field, value, line[field]):
                is_empty = line[field] is None or line[field] == []
                columns = {**_COLUMNS, **_LINE_COLUMNS}
                yield (
                    f"{name} line {place} {field}: {line[field]}, right is {value}",
                    _is_marked(field, columns, "", proposal, is_empty=is_empty),
                    is_empty,
                )


def _is_marked(
    field: str,
    columns: Mapping[str, tuple[str, ...]],
    table: str,
    proposal: Proposal,
    *,
    is_empty: bool = False,
) -> bool:
    names = columns.get(field, ())
    if field == "claim_id":
        names = tuple(name for name in names if name.startswith(f"{table}."))
    is_left_out = is_empty and not any(name in proposal.filled for name in names)
    return any(name in proposal.to_check for name in names) or (is_left_out and bool(proposal.not_proposed))


def _is_same(field: str, right: object, loaded: object) -> bool:
    if right is None:
        return loaded in (None, "")
    if field in _COMPARED:
        return _COMPARED[field](right, loaded)
    return str(right) == str(loaded)


def _same_amount(right: object, loaded: object) -> bool:
    return loaded is not None and Decimal(str(right)) == Decimal(str(loaded))


def _same_codes(right: object, loaded: object) -> bool:
    plain = [str(code).replace(".", "").upper() for code in cast("list[str]", right)]
    return plain == loaded


def _same_adjustments(right: object, loaded: object) -> bool:
    wanted = sorted(
        (group, reason, Decimal(amount)) for group, reason, amount in cast("list[list[str]]", right)
    )
    return wanted == loaded


def _same_patient(right: object, loaded: object) -> bool:
    return bool({str(right), pseudonym("", str(right))} & set(cast("list[object]", loaded)))


_COMPARED: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "charge": _same_amount,
    "paid": _same_amount,
    "patient_share": _same_amount,
    "units": _same_amount,
    "diagnoses": _same_codes,
    "procedures": _same_codes,
    "adjustments": _same_adjustments,
    "patient_id": _same_patient,
}


def _loaded_rows(kind: str, batches: Sequence[SourceBatch]) -> list[Loaded]:
    frames = {
        name: pl.concat([batch.frames[name] for batch in batches if name in batch.frames], how="diagonal")
        for name in {name for batch in batches for name in batch.frames}
    }
    read = {"claims": _claim, "encounters": _encounter, "remittances": _payment}[kind]
    of_kind = _KINDS[kind]
    return [
        {
            "number": row[of_kind.number],
            "payers_number": row.get("payer_claim_control_number"),
            "key": row[of_kind.key],
            **read(frames, row),
        }
        for row in _rows(frames, of_kind.table)
    ]


def _claim(frames: Mapping[str, pl.DataFrame], claim: Loaded) -> Loaded:
    key = {"claim_id": claim["claim_id"]}
    lines = _rows(frames, "claim_line", key)
    places = {line["place_of_service"] for line in lines} - {None}
    return {
        "patient_id": [claim["patient_id"], claim["patient_control_number"]],
        "service_from": claim["from_date"],
        "service_to": claim["to_date"],
        "charge": claim["charge_amount"],
        "payer": claim["payer_name"],
        "payer_id": claim["payer_id"],
        "rendering_npi": claim["rendering_provider_id"],
        "drg": claim["drg_code"],
        "pos": claim["place_of_service"] or next(iter(places), None),
        "diagnoses": [row["code"] for row in _rows(frames, "claim_diagnosis", key)],
        "procedures": [row["code"] for row in _rows(frames, "claim_procedure", key)],
        "lines": [
            {
                "code": line["code"],
                "modifiers": [line[f"modifier_{n}"] for n in range(1, 5) if line[f"modifier_{n}"]],
                "units": line["unit_count"],
                "charge": line["charge_amount"],
                "date": line["from_date"] or claim["from_date"],
                "diagnosis_pointers": [
                    line[f"diagnosis_pointer_{n}"] for n in range(1, 5) if line[f"diagnosis_pointer_{n}"]
                ],
                "revenue_code": line["revenue_code"],
            }
            for line in lines
        ],
    }


def _encounter(frames: Mapping[str, pl.DataFrame], visit: Loaded) -> Loaded:
    codes = _rows(frames, "encounter_code", {"encounter_id": visit["encounter_id"]})
    is_diagnosis = {"ICD-10-CM", "ICD-9-CM"}
    return {
        "patient_id": [visit["patient_id"], visit["encounter_id"]],
        "service_from": visit["admit_date"],
        "service_to": visit["discharge_date"],
        "drg": visit["billed_drg_code"],
        "coder": visit["coder_id"],
        "facility": visit["facility_id"],
        "rendering_npi": visit["provider_id"],
        "diagnoses": [row["code"] for row in codes if row["code_system"] in is_diagnosis],
        "procedures": [row["code"] for row in codes if row["code_system"] not in is_diagnosis],
    }


def _payment(frames: Mapping[str, pl.DataFrame], payment: Loaded) -> Loaded:
    key = {"remit_claim_id": payment["remit_claim_id"]}
    adjustments = _rows(frames, "adjustment", key)
    remittance = _rows(frames, "remittance", {"remittance_id": payment["remittance_id"]})
    owed = [cast("Decimal", row["adjustment_amount"]) for row in adjustments if row["group_code"] == "PR"]
    share = payment["patient_responsibility_amount"]
    lines = _rows(frames, "remit_line", key)
    return {
        "service_from": payment["from_date"],
        "service_to": payment["to_date"],
        "charge": payment["charge_amount"],
        "paid": payment["paid_amount"],
        "patient_share": share if share is not None else sum(owed, Decimal(0)) if owed else None,
        "payer": remittance[0]["payer_name"] if remittance else None,
        "payer_id": remittance[0]["payer_id"] if remittance else None,
        "check": remittance[0]["trace_number"] if remittance else None,
        "lines": [
            {
                "code": line["code"],
                "units": line["unit_count"],
                "charge": line["charge_amount"],
                "paid": line["paid_amount"],
                "date": line["from_date"] or payment["from_date"],
                "adjustments": sorted(
                    (row["group_code"], row["reason_code"], row["adjustment_amount"])
                    for row in adjustments
                    if row["line_number"] == line["line_number"]
                ),
            }
            for line in lines
        ],
    }


def _rows(
    frames: Mapping[str, pl.DataFrame], table: str, key: Mapping[str, object] | None = None
) -> list[Loaded]:
    frame = frames.get(table, pl.DataFrame())
    for name, value in (key or {}).items():
        frame = frame.filter(pl.col(name) == value) if frame.width else frame
    order = [
        name for name in ("diagnosis_number", "procedure_number", "code_number") if name in frame.columns
    ]
    return list((frame.sort(order) if order else frame).iter_rows(named=True))
