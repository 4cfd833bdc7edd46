"""What a file gave, in the form in which the right values of an export are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from auditlib.sources.batch import SourceBatch

Row = Mapping[str, str]
"""One claim, encounter or payment: field to value, without the fields that are empty."""

KEYS = {"claims": "account", "encounters": "encounter", "payments": "account"}
"""Kind of row to the field that names it."""


def loaded_values(batches: Sequence[SourceBatch]) -> dict[str, list[Row]]:
    """Return the claims, encounters and payments of a file's batches."""
    frames = {
        name: pl.concat([batch.frames[name] for batch in batches if name in batch.frames], how="diagonal")
        for name in {name for batch in batches for name in batch.frames}
    }
    return {"claims": _claims(frames), "encounters": _encounters(frames), "payments": _payments(frames)}


def plain(field: str, value: str) -> str:
    """Return a value as it is compared: amounts without trailing zeros, adjustments in order."""
    if field in {"units", "charges", "charge", "paid"}:
        return " ".join(f"{Decimal(part).normalize():f}" for part in value.split())
    if field == "adjustments":
        return "; ".join(sorted(value.split("; ")))
    return value


def _claims(frames: Mapping[str, pl.DataFrame]) -> list[Row]:
    rows = []
    for claim in _rows(frames, "claim"):
        key = {"claim_id": claim["claim_id"]}
        lines = _rows(frames, "claim_line", key)
        rows.append(
            _row(
                account=claim["patient_control_number"],
                form=claim["form"],
                **{"from": claim["from_date"], "to": claim["to_date"]},
                charge=claim["charge_amount"],
                payer=claim["payer_name"],
                bill=claim["type_of_bill"],
                drg=claim["drg_code"],
                dx=" ".join(_diagnosis(row) for row in _rows(frames, "claim_diagnosis", key)),
                px=" ".join(
                    _dated(row, row["procedure_date"]) for row in _rows(frames, "claim_procedure", key)
                ),
                codes=" ".join(_with_modifiers(row) for row in lines if row["code"]),
                revenue=_joined(row["revenue_code"] for row in lines),
                units=_joined(row["unit_count"] for row in lines),
                charges=_joined(row["charge_amount"] for row in lines),
            )
        )
    return rows


def _encounters(frames: Mapping[str, pl.DataFrame]) -> list[Row]:
    rows = []
    for encounter in _rows(frames, "encounter"):
        codes = _rows(frames, "encounter_code", {"encounter_id": encounter["encounter_id"]})
        systems = {system: [row for row in codes if row["code_system"] in of] for system, of in _SYSTEMS}
        rows.append(
            _row(
                **{"class": encounter["encounter_class"]},
                encounter=encounter["encounter_id"],
                admit=encounter["admit_date"],
                discharge=encounter["discharge_date"],
                drg=encounter["billed_drg_code"],
                dx=" ".join(_diagnosis(row) for row in systems["dx"]),
                px=" ".join(_dated(row, row["code_date"]) for row in systems["px"]),
                codes=" ".join(_with_modifiers(row) for row in systems["codes"]),
            )
        )
    return rows


def _payments(frames: Mapping[str, pl.DataFrame]) -> list[Row]:
    rows = []
    checks = {row["remittance_id"]: row for row in _rows(frames, "remittance")}
    for payment in _rows(frames, "remit_claim"):
        key = {"remit_claim_id": payment["remit_claim_id"]}
        adjustments = sorted(
            f"{row['group_code']}-{row['reason_code']} {row['adjustment_amount']}"
            for row in _rows(frames, "adjustment", key)
        )
        rows.append(
            _row(
                **{"from": payment["from_date"]},
                check=checks[payment["remittance_id"]]["trace_number"],
                account=payment["patient_control_number"],
                icn=payment["payer_claim_control_number"],
                charge=payment["charge_amount"],
                paid=payment["paid_amount"],
                adjustments="; ".join(adjustments),
                remarks=_joined(row["remark_code"] for row in _rows(frames, "remark", key)),
            )
        )
    return rows


_SYSTEMS = (("dx", ("ICD-10-CM",)), ("px", ("ICD-10-PCS",)), ("codes", ("CPT", "HCPCS")))


def _rows(
    frames: Mapping[str, pl.DataFrame], table: str, key: Mapping[str, object] | None = None
) -> list[dict[str, object]]:
    frame = frames.get(table, pl.DataFrame())
    for name, value in (key or {}).items():
        frame = frame.filter(pl.col(name) == value) if frame.width else frame
    numbers = [name for name in frame.columns if name.endswith("_number") and frame[name].dtype.is_integer()]
    order = [name for name in ("diagnosis_number", "procedure_number", "code_number") if name in numbers]
    return list((frame.sort(order) if order else frame).iter_rows(named=True))


def _diagnosis(row: Mapping[str, object]) -> str:
    system = "" if row["code_system"] == "ICD-10-CM" else f"{row['code_system']}:"
    poa = f"/{row['poa_indicator']}" if row["poa_indicator"] else ""
    return f"{system}{row['code']}{poa}"


def _dated(row: Mapping[str, object], day: object) -> str:
    return f"{row['code']}@{day}" if day else str(row["code"])


def _with_modifiers(row: Mapping[str, object]) -> str:
    return "-".join(str(part) for part in (row["code"], *(row[f"modifier_{n}"] for n in range(1, 5))) if part)


def _joined(values: Iterable[object]) -> str:
    return " ".join(str(value) for value in values if value is not None)


def _row(**fields: object) -> Row:
    return {name: plain(name, str(value)) for name, value in fields.items() if value not in {None, ""}}
