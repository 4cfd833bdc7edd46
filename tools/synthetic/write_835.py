"""Remittances as 835: one file a payer and month, one transaction a payee and paying day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from auditlib.sources.x12.write.envelope import Group, interchange_text
from auditlib.sources.x12.write.segment import Segment, composite, day, money, segment
from tools.synthetic.episodes import RemitClaim
from tools.synthetic.organisation import CITY, REMIT_PARTIES, payers, provider_of
from tools.synthetic.payments import Transaction
from tools.synthetic.write_837 import adjustment_segments

VERSION = "005010X221A1"
_BILL_TYPES = {"office": "11", "emergency": "23", "outpatient surgery": "13", "inpatient": "11"}


def remittance_files(transactions: Iterable[Transaction]) -> dict[str, str]:
    """Return the 835 files by name."""
    groups: dict[tuple[str, str], list[Transaction]] = defaultdict(list)
    for transaction in transactions:
        groups[(transaction.payer_id, f"{transaction.paid_on:%Y-%m}")].append(transaction)
    files = {}
    for number, ((payer_id, month), rows) in enumerate(sorted(groups.items()), start=1):
        last = max(row.paid_on for row in rows)
        in_order = sorted(rows, key=lambda transaction: (transaction.paid_on, transaction.trace))
        group = Group("HP", VERSION, [("835", _transaction(row)) for row in in_order])
        files[f"835_{payer_id}_{month}.edi"] = interchange_text(
            [group], REMIT_PARTIES, control_number=5000 + number, made_on=last
        )
    return files


def _transaction(row: Transaction) -> list[Segment]:
    payer, payee = payers()[row.payer_id], row.payee
    amount = money(row.payment_cents)
    originator = f"1{payer.tax_id}"
    if row.payment_cents:
        account = ("01", "999999992", "DA", "123456", originator, None, "01", "999988880", "DA", "98765")
        payment = segment("BPR", "I", amount, "C", "ACH", "CCP", *account, day(row.paid_on))
    else:
        payment = segment("BPR", "H", amount, "C", "NON", *[None] * 11, day(row.paid_on))
    body = [
        payment,
        segment("TRN", "1", row.trace, originator),
        segment("DTM", "405", day(row.paid_on)),
        segment("N1", "PR", payer.name),
        segment("N3", f"PO BOX {payer.payer_id[1:]}00"),
        segment("N4", *CITY),
        segment("REF", "2U", payer.payer_id),
        segment("PER", "BL", "REMITTANCE DESK", "TE", "5555550199"),
        segment("N1", "PE", payee.name, "XX", payee.npi),
        segment("N3", payee.street),
        segment("N4", *CITY),
        segment("REF", "TJ", payee.tax_id),
        segment("LX", 1),
    ]
    for remit in row.remits:
        _claim_payment(body, remit)
    if row.provider_adjustments:
        elements: list[object] = []
        for adjustment in row.provider_adjustments:
            elements.extend((composite(adjustment.reason, adjustment.reference), money(adjustment.cents)))
        body.append(segment("PLB", payee.npi, f"{row.paid_on.year}1231", *elements))
    return body


def _claim_payment(body: list[Segment], remit: RemitClaim) -> None:
    claim, decision = remit.claim, remit.decision
    visit, payer = claim.visit, payers()[claim.payer_id]
    sign = -1 if decision.status == "22" else 1
    owed = decision.patient_cents if sign > 0 else 0
    body.append(
        segment(
            "CLP",
            visit.encounter_id,
            decision.status,
            money(sign * claim.charge_cents),
            money(decision.paid_cents),
            money(owed) if owed else None,
            payer.filing_code,
            remit.payer_claim_control_number,
            _BILL_TYPES[visit.encounter_class],
            claim.frequency,
            None,
            visit.drg_code,
        )
    )
    body.extend(adjustment_segments(decision.adjustments))
    patient = visit.patient
    body.append(segment("NM1", "QC", "1", patient.last_name, patient.first_name))
    if visit.is_professional:
        provider = provider_of(visit.provider_id)
        body.append(
            segment(
                "NM1", "82", "1", provider.last_name, provider.first_name, *[None] * 3, "XX", provider.npi
            )
        )
    if decision.remarks:
        if visit.encounter_class == "inpatient":
            body.append(segment("MIA", "0", *[None] * 3, decision.remarks[0]))
        else:
            body.append(segment("MOA", None, None, decision.remarks[0]))
    if visit.encounter_class == "inpatient":
        body.append(segment("DTM", "232", day(visit.first)))
        body.append(segment("DTM", "233", day(visit.last)))
    body.append(segment("DTM", "050", day(claim.submit_date)))
    if decision.lines:
        _lines(body, remit, sign)


def _lines(body: list[Segment], remit: RemitClaim, sign: int) -> None:
    for line, result in zip(remit.claim.lines, remit.decision.lines, strict=True):
        procedure = (
            composite("HC", line.code, *line.modifiers) if line.code else composite("NU", line.revenue)
        )
        revenue = line.revenue if line.code else None
        body.append(
            segment(
                "SVC",
                procedure,
                money(sign * line.charge_cents),
                money(result.paid_cents),
                revenue,
                line.units,
            )
        )
        body.append(segment("DTM", "472", day(line.day)))
        body.extend(adjustment_segments(result.adjustments))
        body.append(segment("REF", "6R", line.control))
        if result.allowed_cents:
            body.append(segment("AMT", "B6", money(result.allowed_cents)))
        body.extend(segment("LQ", "HE", remark) for remark in result.remarks)
