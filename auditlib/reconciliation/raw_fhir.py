"""A plain reader of FHIR claims: JSON as it stands, and the amounts that a resource states.

It shares no code with the reader by which files are loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from auditlib.reconciliation.raw_records import RAW_SCHEMA, conformed

_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)
_START: Final = re.compile(r"[{]")
_RESOURCE: Final = re.compile(r'"resource"\s*:\s*(?=\{)')
_CLAIMS: Final = ("Claim", "ExplanationOfBenefit")
_MEDICARE_LINE_CHARGES: Final = ("line_sbmtd_chrg_amt", "rev_cntr_tot_chrg_amt", "tot_rx_cst_amt")
_MEDICARE_LINE_PAYMENTS: Final = ("line_nch_pmt_amt", "rev_cntr_pmt_amt_amt", "cvrd_d_plan_pd_amt")
_NOT_JUDGED: Final = ("queued",)
_MEDICARE_CHARGE: Final = "nch_carr_clm_sbmtd_chrg_amt"
_BLOCK_RECORD_COUNT: Final = 50_000

Json = dict[str, Any]
Row = dict[str, object]


def raw_fhir(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the claims, lines and payments of a FHIR file.

    Parameters
    ----------
    path
        Resources alone, in a Bundle, in an array, or one per line.

    Yields
    ------
    polars.DataFrame
        `RAW_SCHEMA`; the lines of a claim are one record, at the offset of their resource.
    """
    # One character a byte: positions in the text are bytes of the file, and amounts are ASCII.
    text = path.read_bytes().decode("latin-1")
    rows: list[Row] = []
    for offset, resource in _resources(text):
        rows += _records(offset, resource)
        if len(rows) >= _BLOCK_RECORD_COUNT:
            yield _frame(rows)
            rows = []
    yield _frame(rows)


def _frame(rows: list[Row]) -> pl.DataFrame:
    return conformed(pl.DataFrame(rows, schema_overrides=RAW_SCHEMA, infer_schema_length=None))


def _resources(text: str) -> Iterator[tuple[int, Json]]:
    """Yield every resource with the place at which it starts, those of Bundles one by one."""
    position = 0
    while (found := _START.search(text, position)) is not None:
        start = found.start()
        try:
            value, position = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError:
            # What cannot be read ends with its line, as in NDJSON.
            position = text.find("\n", start) + 1 or len(text)
            continue
        if value.get("resourceType") == "Bundle":
            yield from _bundled(text, start, position)
        else:
            yield start, value


def _bundled(text: str, start: int, end: int) -> Iterator[tuple[int, Json]]:
    position = start
    while (found := _RESOURCE.search(text, position, end)) is not None:
        value, position = _DECODER.raw_decode(text, found.end())
        if value.get("resourceType") == "Bundle":
            yield from _bundled(text, found.end() + 1, position)
        else:
            yield found.end(), value


def _records(offset: int, resource: Json) -> Iterable[Row]:
    kind = resource.get("resourceType")
    place = {"source_offset": offset, "claim_offset": offset, "transaction_offset": offset}
    if kind == "ClaimResponse":
        yield from _response(place, resource)
    if kind not in _CLAIMS:
        return
    items = _list(resource.get("item"))
    charges = [_line_charge(item) for item in items]
    known = [charge for charge in charges if charge is not None]
    charge = _claim_charge(resource)
    if charge is None and known:
        charge = sum(known, Decimal(0))
    if charge is not None:
        yield {"record_kind": "claim", **place, "charge_amount": charge}
    if items:
        total = sum(known, Decimal(0))
        yield {"record_kind": "claim_line", **place, "record_count": len(items), "charge_amount": total}
    paid = _paid(resource) if kind == "ExplanationOfBenefit" else None
    if paid is not None:
        yield from _payment(place, charge, paid)


def _payment(place: dict[str, int], charge: Decimal | None, paid: Decimal) -> Iterable[Row]:
    yield {"record_kind": "remit_claim", **place, "charge_amount": charge or Decimal(0), "paid_amount": paid}
    yield {"record_kind": "remittance", **place, "other_amount": paid}


def _response(place: dict[str, int], response: Json) -> Iterable[Row]:
    """Yield the payment of a ClaimResponse; its charge is what it, or else its lines, state as submitted."""
    paid = _paid(response)
    if paid is None:
        return
    charge = _stated(response.get("total"), "submitted")
    if charge is None:
        charge = _stated(response.get("adjudication"), "submitted")
    if charge is None:
        lines = [_stated(item.get("adjudication"), "submitted") for item in _list(response.get("item"))]
        charge = sum((one for one in lines if one is not None), Decimal(0))
    yield from _payment(place, charge, paid)


def _list(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _value(money: object) -> Decimal | None:
    value = _dict(money).get("value")
    return value if isinstance(value, Decimal) else None


def _codes(concept: object) -> list[str]:
    codings = _list(_dict(concept).get("coding"))
    return [str(coding.get("code", "")).lower().rsplit("/", 1)[-1] for coding in codings]


def _stated(entries: object, *codes: str) -> Decimal | None:
    """Return the first amount among totals or adjudications whose category has one of the codes."""
    for entry in _list(entries):
        if set(codes) & set(_codes(entry.get("category"))):
            value = _value(entry.get("amount"))
            if value is not None:
                return value
    return None


def _claim_charge(resource: Json) -> Decimal | None:
    """Return the charge by Medicare's own variable, else the submitted total, else the one total."""
    for balance in _list(resource.get("benefitBalance")):
        for financial in _list(balance.get("financial")):
            if _MEDICARE_CHARGE in _codes(financial.get("type")):
                return _value(financial.get("usedMoney") or financial.get("allowedMoney"))
    for entry in _list(resource.get("extension")):
        if str(entry.get("url", "")).lower().endswith(_MEDICARE_CHARGE):
            return _value(entry.get("valueMoney") or entry.get("valueQuantity"))
    stated = (
        _stated(resource.get("total"), "submitted"),
        _value(resource.get("totalCost")),
        _value(resource.get("total")),
        _stated(resource.get("adjudication"), "submitted"),
    )
    return next((value for value in stated if value is not None), None)


def _line_charge(item: Json) -> Decimal | None:
    adjudications = item.get("adjudication")
    for codes in (_MEDICARE_LINE_CHARGES, ("submitted",)):
        stated = _stated(adjudications, *codes)
        if stated is not None:
            return stated
    net = _value(item.get("net"))
    if net is not None:
        return net
    price, units = _value(item.get("unitPrice")), _value(item.get("quantity"))
    return None if price is None else price * (Decimal(1) if units is None else units)


def _paid(resource: Json) -> Decimal | None:
    """Return the payment, else the total of the benefit, else the sum of what the lines state as paid."""
    stated = (_value(_dict(resource.get("payment")).get("amount")), _stated(resource.get("total"), "benefit"))
    whole = next((value for value in stated if value is not None), None)
    if whole is not None:
        return whole
    if resource.get("outcome") in _NOT_JUDGED:
        return None
    lines = [_line_paid(item) for key in ("item", "addItem") for item in _list(resource.get(key))]
    known = [value for value in lines if value is not None]
    return sum(known, Decimal(0)) if known else None


def _line_paid(item: Json) -> Decimal | None:
    for codes in (_MEDICARE_LINE_PAYMENTS, ("benefit",)):
        stated = _stated(item.get("adjudication"), *codes)
        if stated is not None:
            return stated
    return None
