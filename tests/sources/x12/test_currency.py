"""Amounts in another currency than US dollars are not loaded, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.x12 import texts

CLAIM = {"claim", "claim_line", "claim_diagnosis"}
PAYMENT = {"remittance", "remit_claim", "remit_line", "adjustment", "provider_adjustment", "provider_summary"}


def _remittance(currency: str) -> bytes:
    return texts.remittance().replace(b"TRN*1*CHECK-9", b"CUR*" + currency.encode() + b"~\nTRN*1*CHECK-9")


def _claims(currency: str) -> bytes:
    return texts.professional().replace(b"HL*2*1*22*0", b"CUR*" + currency.encode() + b"~\nHL*2*1*22*0")


@pytest.mark.parametrize("size", [500, 1 << 20])
@pytest.mark.parametrize("currency", ["PR*CAD*1.35", "85*cad", "PR*MXN", "PR*EURO"])
def test_other_currencies_are_not_loaded(tmp_path: Path, currency: str, size: int) -> None:
    for data, names in ((_remittance(currency), PAYMENT), (_claims(currency), CLAIM)):
        tables, rejected, _ = texts.read(data, tmp_path, chunk_byte_count=size)
        assert not any(tables[name].height for name in names)
        assert rejected["reason"].str.contains("another currency").any()
        assert rejected["expected"].str.contains("US dollars").any()


@pytest.mark.parametrize("currency", ["PR*USD", "85*usd", "PR"])
def test_dollars_are_loaded(tmp_path: Path, currency: str) -> None:
    for data, names in ((_remittance(currency), PAYMENT), (_claims(currency), CLAIM)):
        tables, rejected, _ = texts.read(data, tmp_path)
        assert all(tables[name].height for name in names)
        assert not rejected["reason"].str.contains("currency").any()


@pytest.mark.field
def test_canadian_dollars_of_a_real_kind_are_not_loaded(field_data: Path, tmp_path: Path) -> None:
    data = (field_data / "field_cases/claims/cur_cad/c.835").read_bytes()
    tables, rejected, _ = texts.read(data, tmp_path)
    assert not any(tables[name].height for name in PAYMENT)
    assert rejected["reason"].to_list() == [
        "remittance with its claim payments not loaded: its amounts are in another currency"
    ]
