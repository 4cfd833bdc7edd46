"""Review of charts: verdicts on codes, and the state of a review, computed from the ledger's events."""

from typing import TYPE_CHECKING

from auditlib.names_at_use import names_at_use

if TYPE_CHECKING:
    from auditlib.review.adjudication import Decision, decision_frame
    from auditlib.review.chart import (
        Chart,
        ChartCode,
        ChartDocument,
        ChartFinding,
        ChartPage,
        FoundCode,
        Highlight,
        PageImage,
        PayerAnswer,
    )
    from auditlib.review.code_entry import (
        CODE_ROLES,
        CODE_SYSTEMS,
        POA_INDICATORS,
        AssignedCode,
        CorrectedCode,
    )
    from auditlib.review.evidence_passage import EvidencePassage
    from auditlib.review.final_verdicts import NO_RECORD, FinalVerdicts, judged_differently
    from auditlib.review.frames import chart_frame, record_frame, verdict_frame
    from auditlib.review.record_statement import (
        MISSING,
        PARTLY_MISSING,
        RECORD_STATUSES,
        REVIEWED_ELSEWHERE,
        RecordStatement,
        RecordStatus,
    )
    from auditlib.review.replay import (
        RecordedAudit,
        RecordedChart,
        Replayed,
        UnusedRecord,
        read_recorded_verdicts,
    )
    from auditlib.review.session import ReviewProgress, ReviewSession, worklist_from
    from auditlib.review.stay_verdict import StayVerdict, stay_verdict_frame
    from auditlib.review.suggestion import MachineCoder, SuggestedCode
    from auditlib.review.supplement import Supplement, read_supplements, record_supplements
    from auditlib.review.verdict import ACTIONS, CAUSES, ERROR_KINDS, Verdict
    from auditlib.review.visit_rationale import VisitRationale

__all__ = [
    "ACTIONS",
    "CAUSES",
    "CODE_ROLES",
    "CODE_SYSTEMS",
    "ERROR_KINDS",
    "MISSING",
    "NO_RECORD",
    "PARTLY_MISSING",
    "POA_INDICATORS",
    "RECORD_STATUSES",
    "REVIEWED_ELSEWHERE",
    "AssignedCode",
    "Chart",
    "ChartCode",
    "ChartDocument",
    "ChartFinding",
    "ChartPage",
    "CorrectedCode",
    "Decision",
    "EvidencePassage",
    "FinalVerdicts",
    "FoundCode",
    "Highlight",
    "MachineCoder",
    "PageImage",
    "PayerAnswer",
    "RecordStatement",
    "RecordStatus",
    "RecordedAudit",
    "RecordedChart",
    "Replayed",
    "ReviewProgress",
    "ReviewSession",
    "StayVerdict",
    "SuggestedCode",
    "Supplement",
    "UnusedRecord",
    "Verdict",
    "VisitRationale",
    "chart_frame",
    "decision_frame",
    "judged_differently",
    "read_recorded_verdicts",
    "read_supplements",
    "record_frame",
    "record_supplements",
    "stay_verdict_frame",
    "verdict_frame",
    "worklist_from",
]

__getattr__ = names_at_use(
    __name__,
    {
        "adjudication": ("Decision", "decision_frame"),
        "chart": (
            "Chart",
            "ChartCode",
            "ChartDocument",
            "ChartFinding",
            "ChartPage",
            "FoundCode",
            "Highlight",
            "PageImage",
            "PayerAnswer",
        ),
        "code_entry": ("CODE_ROLES", "CODE_SYSTEMS", "POA_INDICATORS", "AssignedCode", "CorrectedCode"),
        "evidence_passage": ("EvidencePassage",),
        "final_verdicts": ("NO_RECORD", "FinalVerdicts", "judged_differently"),
        "frames": ("chart_frame", "record_frame", "verdict_frame"),
        "record_statement": (
            "MISSING",
            "PARTLY_MISSING",
            "RECORD_STATUSES",
            "REVIEWED_ELSEWHERE",
            "RecordStatement",
            "RecordStatus",
        ),
        "replay": (
            "RecordedAudit",
            "RecordedChart",
            "Replayed",
            "UnusedRecord",
            "read_recorded_verdicts",
        ),
        "session": ("ReviewProgress", "ReviewSession", "worklist_from"),
        "stay_verdict": ("StayVerdict", "stay_verdict_frame"),
        "suggestion": ("MachineCoder", "SuggestedCode"),
        "supplement": ("Supplement", "read_supplements", "record_supplements"),
        "verdict": ("ACTIONS", "CAUSES", "ERROR_KINDS", "Verdict"),
        "visit_rationale": ("VisitRationale",),
    },
)
