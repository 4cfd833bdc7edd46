"""Four inpatient stays and an office visit, drawn as the audit q1: their discharge status and DRG."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from auditlib.review import Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
STAYS = ("S1", "S2", "S3", "S4")
OFFICE = "V1"
CHARTS = (*STAYS, OFFICE)
CODES = (("ICD-10-CM", "J189", "principal"), ("ICD-10-CM", "E119", "secondary"))


def _make(root: Path) -> None:
    workspace = Workspace.create(root)
    fill(
        workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": chart,
                    "encounter_class": "office" if chart == OFFICE else "inpatient",
                    "coder_id": "C1" if chart in {"S1", "S2"} else "C2",
                    "coded_date": dt.date(2025, 10, 9),
                    "discharge_date": dt.date(2025, 10, 5),
                    "discharge_status_code": "1" if chart == "S4" else "01",
                    "billed_drg_code": "194",
                }
                for chart in CHARTS
            ],
            "core.encounter_code": [
                {
                    "encounter_id": chart,
                    "code_number": number,
                    "code_system": system,
                    "code": code,
                    "code_role": role,
                }
                for chart in CHARTS
                for number, (system, code, role) in enumerate(CODES, start=1)
            ],
            "core.document": [
                {
                    "document_id": f"{chart}:1",
                    "encounter_id": chart,
                    "document_number": 1,
                    "document_type": "discharge summary",
                    "title": "Summary",
                    "text": "Pneumonia. Discharged to a skilled nursing facility.",
                }
                for chart in CHARTS
            ],
        },
    )
    bench = Workbench(workspace, user="Manager", clock=lambda: NOW)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=5), name="q1")


def stays(root: Path) -> Path:
    """Return the folder of a workspace with the stays, of which nothing is reviewed."""
    return copied("four-stays", _make, root)


def reviewed_stays(root: Path) -> Path:
    """Return the folder of the workspace after Ann and Bo reviewed every chart.

    They differ on the second code and on the DRG of S1, and agree that the DRG of S2 is 193 and that S1 was
    discharged to a nursing facility.
    """
    return copied("four-stays-reviewed", _make_reviews, root)


def bench_of(root: Path, user: str = "Manager") -> Workbench:
    return Workbench(Workspace.open(root), user=user, clock=lambda: NOW)


def complete(bench: Workbench, chart: str, reviewer: str, *, wrong_dollars: Decimal | None = None) -> None:
    """Complete a chart with every code agreed, or its second one deleted at these dollars."""
    session = bench.audit("q1").session(reviewer)
    for number in session.undecided(chart):
        system, code, _ = CODES[number - 1]
        verdict = Verdict(chart, "agree", number, system, code)
        if number == 2 and wrong_dollars is not None:
            verdict = Verdict(
                chart,
                "delete",
                number,
                system,
                code,
                None,
                "unsupported code",
                "coder rule",
                payment_difference=wrong_dollars,
            )
        session.decide(verdict, recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW, go_on=False)


def _make_reviews(root: Path) -> None:
    bench = bench_of(stays(root))
    audit = bench.audit("q1")
    audit.plan_review(["Ann", "Bo"], second_share=1.0)
    for reviewer, drg in (("Ann", "193"), ("Bo", "195")):
        audit.judge_stay("S1", "discharge status", "03", cause="coder oversight", reviewer=reviewer)
        audit.judge_stay(
            "S1", "DRG", drg, cause="coder rule", payment_difference=4000, reviewer=reviewer, comment="MCC."
        )
        audit.judge_stay("S2", "DRG", "193", cause="coder rule", payment_difference=300, reviewer=reviewer)
        audit.judge_stay("S3", "DRG", reviewer=reviewer)
        for chart in CHARTS:
            is_wrong = (chart, reviewer) == ("S1", "Ann")
            complete(bench, chart, reviewer, wrong_dollars=Decimal(500) if is_wrong else None)
