"""Links against the rule in plain Python, on payments and claims that share numbers and little else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.schema.core_columns import PATIENT_KEYS
from auditlib.sources.patient_keys import patient_keys
from auditlib.warehouse import Warehouse, graph
from tests.measures.link_oracle import best_patient
from tests.measures.story import money
from tests.tables import fill

DAY = dt.date(2026, 3, 2)
DAYS = st.sampled_from([DAY, DAY, DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=30), None])
MEMBERS = st.sampled_from(["W123456701", "1234567", "W123456702", "9876543", "XXXXX6701", None])
FAMILIES = st.sampled_from(["SMITH", "SMYTHE", "JONES", None])
GIVEN = st.sampled_from(["JOHN", "JON", "JANE", "J", "MARY", None])
PRACTICES = st.sampled_from(
    [("1234567893", "123456789"), ("1003000126", "987654321"), ("1234567893", "987654321")]
)


@st.composite
def sides(draw: st.DrawFn) -> dict[str, object]:
    """What a claim and a payment both state."""
    first = draw(DAYS)
    npi, tax = draw(PRACTICES)
    return {
        "number": draw(st.sampled_from(["E1", "E2"])),
        "payer_id": draw(st.sampled_from(["P01", "P01", "P02"])),
        "charge": draw(st.sampled_from([100, 100, 150])),
        "from_date": first,
        "to_date": None if first is None else first + dt.timedelta(days=draw(st.sampled_from([0, 0, 3]))),
        "member": draw(MEMBERS),
        "family": draw(FAMILIES),
        "given": draw(GIVEN),
        "npi": draw(st.sampled_from([npi, npi, None])),
        "tax": draw(st.sampled_from([tax, None])),
    }


def _keyed(row: Mapping[str, object]) -> dict[str, object]:
    frame = pl.DataFrame(
        {name: [row[name]] for name in ("member", "family", "given")},
        schema=dict.fromkeys(("member", "family", "given"), pl.String),
    )
    return patient_keys(frame).row(0, named=True)


KEYS = [column.name for column in PATIENT_KEYS]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sides(), min_size=1, max_size=8), st.lists(sides(), min_size=1, max_size=8), st.data())
def test_the_models_and_the_plain_rule_agree(
    sent: list[dict[str, object]], paid: list[dict[str, object]], data: st.DataObject
) -> None:
    claims = [
        {
            **side,
            **_keyed(side),
            "claim_id": position,
            "billing_provider_id": side["npi"],
            "billing_tax_id": side["tax"],
            "submit_date": DAY + dt.timedelta(days=data.draw(st.sampled_from([5, 40]))),
        }
        for position, side in enumerate(sent, 1)
    ]
    payments = [
        {
            **side,
            **_keyed(side),
            "remit_claim_id": position,
            "payee_npi": side["npi"],
            "payee_tax_id": side["tax"],
            "status": data.draw(st.sampled_from(["1", "1", "25"])),
            "payment_date": DAY + dt.timedelta(days=data.draw(st.sampled_from([-5, 20, 60, 200]))),
        }
        for position, side in enumerate(paid, 101)
    ]
    tables = {
        "core.claim": [
            {
                "claim_id": claim["claim_id"],
                "form": "P",
                "patient_control_number": claim["number"],
                "charge_amount": money(str(claim["charge"])),
                **{
                    name: claim[name]
                    for name in (
                        *("payer_id", "from_date", "to_date", "submit_date"),
                        *("billing_provider_id", "billing_tax_id", *KEYS),
                    )
                },
            }
            for claim in claims
        ],
        "core.remittance": [
            {
                "remittance_id": payment["remit_claim_id"],
                **{name: payment[name] for name in ("payer_id", "payment_date", "payee_npi", "payee_tax_id")},
            }
            for payment in payments
        ],
        "core.remit_claim": [
            {
                "remit_claim_id": payment["remit_claim_id"],
                "remittance_id": payment["remit_claim_id"],
                "patient_control_number": payment["number"],
                "claim_status_code": payment["status"],
                "charge_amount": money(str(payment["charge"])),
                **{name: payment[name] for name in ("from_date", "to_date", *KEYS)},
            }
            for payment in payments
        ],
    }
    warehouse = Warehouse.in_memory()
    fill(warehouse, tables)
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.claim_link"})
    links = dict(warehouse.query("models/claim_link").select("remit_claim_id", "claim_id").rows())
    for payment in payments:
        fit = {claim["claim_id"] for claim in best_patient(payment, claims)}
        linked = links[payment["remit_claim_id"]]
        allowed = fit if len(fit) == 1 else {None, *fit}
        assert linked in allowed
