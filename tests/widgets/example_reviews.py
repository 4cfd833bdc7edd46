"""A small audit that two reviewers judged differently, for adjudication and rebuttal; one is hostile."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from auditlib.review import CorrectedCode, EvidencePassage, ReviewSession, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.widgets import AdjudicationScreen, RebuttalScreen
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill
from tests.widgets.example_charts import HOSTILE

AUDIT = "ortho"
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 24)
NOTE = """HISTORY: 63-year-old woman with pain in the right knee for two years.
Felt a pop while gardening in Feb, no locking since.

EXAM: crepitus of the right knee. McMurray equivocal.

ASSESSMENT AND PLAN
1. Primary osteoarthritis of the right knee. Injected today with triamcinolone 40 mg.
2. Possible tear of the medial meniscus, right knee.
3. Obesity, class 1. She continues the weight program started at the last visit.
No new problem was evaluated and no treatment was changed today.
"""
IMAGING = """RADIOGRAPHS OF THE RIGHT KNEE: joint space narrowing, medial.
Menisci cannot be judged on radiographs.
"""
CODES = (
    ("ICD-10-CM", "M1712", "principal", None, None, "Unilateral primary osteoarthritis, left knee"),
    (
        "ICD-10-CM", "S83241A", "secondary", None, None,
        "Other tear of medial meniscus, current injury, right knee, initial encounter",
    ),
    ("ICD-10-CM", "E669", "secondary", None, None, "Obesity, unspecified"),
    ("CPT", "99213", "procedure", "25", None, None),
    ("CPT", "20610", "procedure", None, None, None),
    ("HCPCS", "J3301", "procedure", "JZ", 40, "Injection, triamcinolone acetonide, 10 mg"),
)  # fmt: skip
# What the other charts are coded as.
FEW = CODES[:1] + CODES[3:4]
CHARTS = {"A0001": FEW, "A0002": FEW, "A0003": CODES, "A0004": FEW, "A0005": FEW}
BETTER = (("M1711", "Unilateral primary osteoarthritis, right knee"), ("E66811", "Obesity, class 1"))


def reviews_workspace(root: Path) -> Workspace:
    """Return a workspace of five charts, drawn as the sample 'ortho' and reviewed by Ann and Bo."""
    return Workspace.open(copied("two-reviewers", _make, root))


def workbench(root: Path, user: str = "Zoe") -> Workbench:
    """Return a workbench on that workspace."""
    return Workbench(reviews_workspace(root), user=user, clock=lambda: NOW)


def open_adjudication(root: Path, adjudicator: str = "Zoe") -> AdjudicationScreen:
    """Return the adjudication screen on that workspace, made where it is not there yet."""
    made = Workspace.open(root) if (root / "workspace.toml").exists() else reviews_workspace(root)
    screen = Workbench(made, user="Lee", clock=lambda: NOW).audit(AUDIT).adjudicate_screen(adjudicator)
    assert isinstance(screen, AdjudicationScreen)
    return screen


def _make(root: Path) -> None:
    workspace = Workspace.create(root)
    fill(
        workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": chart,
                    "encounter_class": "office",
                    "patient_id": f"P{number}",
                    "coder_id": ("C09", "C04")[number % 2],
                    "coded_date": DAY + dt.timedelta(days=2),
                    "admit_date": DAY,
                    "discharge_date": DAY,
                }
                for number, chart in enumerate(CHARTS)
            ],
            "core.patient": [
                {"patient_id": f"P{number}", "birth_date": dt.date(1962, 6, 1), "sex": "F"}
                for number in range(len(CHARTS))
            ],
            "core.encounter_code": [
                {
                    "encounter_id": chart,
                    "code_number": number,
                    "code_system": system,
                    "code": code,
                    "code_role": role,
                    "modifier_1": modifier,
                    "unit_count": units,
                }
                for chart, codes in CHARTS.items()
                for number, (system, code, role, modifier, units, _) in enumerate(codes, start=1)
            ],
            "core.document": [
                {
                    "document_id": f"{chart}:{number}",
                    "encounter_id": chart,
                    "document_number": number,
                    "document_type": kind,
                    "title": title,
                    "text": text,
                }
                for chart in CHARTS
                for number, (kind, title, text) in enumerate(_documents(chart), start=1)
            ],
            "core.claim": [
                {
                    "claim_id": number + 1,
                    "patient_control_number": chart,
                    "charge_amount": 412,
                    "payer_name": "Northway Health",
                    "form": "837P",
                    "payer_sequence": "P",
                }
                for number, chart in enumerate(CHARTS)
            ],
            "ref.code": [
                {
                    "release": "FY2026",
                    "code_system": system,
                    "code": code,
                    "short_description": title,
                    "long_description": title,
                    "is_billable": True,
                    "effective_from": dt.date(2025, 10, 1),
                }
                for system, code, title in [
                    *((system, code, title) for system, code, *_, title in CODES if title),
                    *(("ICD-10-CM", code, title) for code, title in BETTER),
                ]
            ],
        },
    )
    bench = Workbench(workspace, user="Lee", clock=lambda: NOW)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=len(CHARTS)), name=AUDIT)
    _plan_and_review(bench)


def _documents(chart: str) -> list[tuple[str, str, str]]:
    if chart == "A0002":
        return [("physician note", HOSTILE, f"{HOSTILE}\nPrimary osteoarthritis of the right knee.")]
    return [("physician note", "Office visit", NOTE), ("imaging report", "Radiographs", IMAGING)]


def verdict(
    chart: str,
    number: int,
    action: str = "agree",
    corrected: CorrectedCode | None = None,
    why: tuple[str, str] | None = None,
    *,
    comment: str | None = None,
    evidence: tuple[int, str] | None = None,
) -> Verdict:
    """Return a verdict on a code of a chart, with the sentence of a document that it rests on."""
    system, code, *_ = CHARTS[chart][number - 1]
    kind, cause = why or (None, None)
    passage = None
    if evidence is not None:
        document, sentence = evidence
        text = _documents(chart)[document - 1][2]
        start = text.index(sentence)
        passage = EvidencePassage.of(f"{chart}:{document}", text, start, start + len(sentence))
    return Verdict(chart, action, number, system, code, corrected, kind, cause, comment, passage)


RIGHT_KNEE = CorrectedCode("ICD-10-CM", "M1711", "principal")
WRONG_SIDE = ("wrong code", "coder oversight")
UNSUPPORTED = ("unsupported code", "coder rule")


def _plan_and_review(bench: Workbench) -> None:
    audit = bench.audit(AUDIT)
    audit.plan_review(["Ann", "Bo"], second_share=1.0, seed="1", blind=["coder", "payer"])
    ann, bo = audit.session("Ann"), audit.session("Bo")
    for number, chart in enumerate(CHARTS):
        for session in (ann, bo):
            session.open_chart(chart, recorded_at=NOW)
        own = _verdicts(chart)
        for session, verdicts, minutes in ((ann, own[0], 4), (bo, own[1], 9)):
            moment = NOW + dt.timedelta(minutes=minutes + number)
            for one in verdicts:
                session.decide(one, recorded_at=moment)
            _agree_with_rest(session, chart, moment)
            session.complete_chart(chart, recorded_at=moment, go_on=False)


def _verdicts(chart: str) -> tuple[list[Verdict], list[Verdict]]:
    """What Ann and Bo make of a chart, beside agreement; they differ on three charts."""
    side = verdict(
        chart, 1, "change", RIGHT_KNEE, WRONG_SIDE,
        comment="Left knee coded; every document says right.",
        evidence=None if chart == "A0002" else (1, "Primary osteoarthritis of the right knee."),
    )  # fmt: skip
    if chart == "A0002":
        hostile = verdict(chart, 2, "delete", None, UNSUPPORTED, comment=HOSTILE, evidence=(1, HOSTILE))
        return [hostile], []
    if chart != "A0003":
        return ([side], [side]) if chart in {"A0001", "A0004"} else ([side], [])
    ann = [
        side,
        verdict(
            chart, 2, "delete", None, UNSUPPORTED,
            comment="The tear is only possible; outpatient, a possible condition is not coded.",
            evidence=(1, "Possible tear of the medial meniscus, right knee."),
        ),
        verdict(
            chart, 3, "change", CorrectedCode("ICD-10-CM", "E66811", "secondary"),
            ("not specific", "guideline change"), evidence=(1, "Obesity, class 1."),
        ),
        verdict(
            chart, 4, "delete", None, UNSUPPORTED, comment="Planned injection only.",
            evidence=(1, "No new problem was evaluated and no treatment was changed today."),
        ),
    ]  # fmt: skip
    bo = [side, verdict(chart, 2, evidence=(1, "McMurray equivocal."))]
    return ann, bo


def _agree_with_rest(session: ReviewSession, chart: str, moment: dt.datetime) -> None:
    for number in session.undecided(chart):
        session.decide(verdict(chart, number), recorded_at=moment)


def open_rebuttals(root: Path, decider: str = "Lee") -> RebuttalScreen:
    """Return the rebuttal screen on the workspace after its adjudication, with answers of coder C09."""
    if not (root / "workspace.toml").exists():
        Workspace.open(copied("two-reviewers-and-answers", _make_answers, root))
    bench = Workbench(Workspace.open(root), user="Lee", clock=lambda: NOW)
    screen = bench.audit(AUDIT).rebuttal_screen(decider=decider)
    assert isinstance(screen, RebuttalScreen)
    return screen


def adjudicate_all(bench: Workbench, reviewer: str = "Ann") -> None:
    """Decide every disagreement as one reviewer judged."""
    audit = bench.audit(AUDIT)
    for chart, item in audit.disagreements().frame.select("encounter_id", "item").rows():
        audit.adjudicate(chart, item, follow=reviewer, reason="As the note says.", adjudicator="Zoe")


def _make_answers(root: Path) -> None:
    workspace = reviews_workspace(root)
    bench = Workbench(workspace, user="Lee", clock=lambda: NOW)
    adjudicate_all(bench)
    rebuttal = bench.audit(AUDIT).rebuttal
    rebuttal.send("C09")
    answers = {
        1: ("agrees", None),
        2: ("agrees", None),
        3: ("disputes the cause", "The encoder still offered the old list."),
        4: (
            "disputes the finding",
            'Obesity was assessed, too: "continues the weight program started at the last visit".',
        ),
    }
    for number, (answer, evidence) in answers.items():
        found = rebuttal.find("A0003", number)
        rebuttal.answer(found.finding_id, answer, coder="C09", evidence=evidence)
