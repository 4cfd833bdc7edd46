"""A workspace of forty visits of two codes each; every fourth has no document that holds text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from auditlib.review import Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
VISITS = [f"E{number:02}" for number in range(40)]
# Of the ten bare visits, two have a document without a letter or digit, as a scan without recognised words.
BARE = VISITS[::4]
BLANK = BARE[:2]
CODES = (("ICD-10-CM", "I10", "principal"), ("CPT", "99213", "procedure"))
SAMPLE = "q1"


def records_workbench(root: Path) -> Workbench:
    """Return a workbench on the visits, all of them drawn as the sample q1 and none reviewed."""
    workspace = Workspace.open(copied("forty-visits", _make, root))
    return Workbench(workspace, user="Ada", clock=lambda: NOW)


def _make(root: Path) -> None:
    workspace = Workspace.create(root)
    documented = [(visit, "Seen for hypertension.") for visit in VISITS if visit not in BARE]
    fill(
        workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": visit,
                    "encounter_class": "office",
                    "coder_id": f"C{number % 2}",
                    "coded_date": dt.date(2025, 10, 5),
                    "discharge_date": dt.date(2025, 10, 1),
                }
                for number, visit in enumerate(VISITS)
            ],
            "core.encounter_code": [
                {
                    "encounter_id": visit,
                    "code_number": number,
                    "code_system": system,
                    "code": code,
                    "code_role": role,
                }
                for visit in VISITS
                for number, (system, code, role) in enumerate(CODES, start=1)
            ],
            "core.document": [
                {
                    "document_id": f"{visit}:1",
                    "encounter_id": visit,
                    "document_number": 1,
                    "document_type": "physician note",
                    "title": "Visit",
                    "text": text,
                }
                for visit, text in [*documented, *((visit, " \n\f -- ") for visit in BLANK)]
            ],
            "core.claim": [
                {
                    "claim_id": number + 1,
                    "patient_control_number": visit,
                    "charge_amount": 100,
                    "form": "837P",
                    "payer_sequence": "P",
                }
                for number, visit in enumerate(VISITS)
            ],
        },
    )
    bench = Workbench(workspace, user="Ada", clock=lambda: NOW)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=40), name=SAMPLE)


def agreement(visit: str, number: int) -> Verdict:
    system, code, _ = CODES[number - 1]
    return Verdict(visit, "agree", number, system, code)


def agree_with_all(bench: Workbench, visits: list[str], *, reviewer: str = "Ada") -> None:
    """Complete charts with every code agreed, through a session."""
    session = bench.audit(SAMPLE).session(reviewer)
    for visit in visits:
        session.open_chart(visit, recorded_at=NOW)
        for number in session.undecided(visit):
            session.decide(agreement(visit, number), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)


def agree_by_habit(bench: Workbench, visits: list[str], *, reviewer: str = "Ada") -> None:
    """Put into the ledger what an earlier version recorded: every code agreed, nothing said of any record."""
    ledger = bench.workspace.ledger()

    def append(kind: str, visit: str, payload: dict[str, object]) -> None:
        ledger.append(
            kind=kind, audit=SAMPLE, subject=visit, actor=reviewer, payload=payload, recorded_at=NOW
        )

    for visit in visits:
        append("chart opened", visit, {})
        for number in (1, 2):
            append("verdict", visit, agreement(visit, number).to_payload())
        append("chart completed", visit, {})
