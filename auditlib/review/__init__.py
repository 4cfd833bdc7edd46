"""Review of charts: verdicts on codes, and the state of a review, computed from the ledger's events."""

from auditlib.review.chart import (
    Chart,
    ChartCode,
    ChartDocument,
    ChartFinding,
    ChartPage,
    FoundCode,
    Highlight,
    PageImage,
)
from auditlib.review.code_entry import CODE_ROLES, CODE_SYSTEMS, POA_INDICATORS, AssignedCode, CorrectedCode
from auditlib.review.final_verdicts import FinalVerdicts, final_verdicts
from auditlib.review.frames import chart_frame, verdict_frame
from auditlib.review.replay import (
    RecordedAudit,
    RecordedChart,
    Replayed,
    UnusedRecord,
    read_recorded_verdicts,
    replay,
)
from auditlib.review.session import ReviewProgress, ReviewSession, worklist_from
from auditlib.review.verdict import ACTIONS, CAUSES, ERROR_KINDS, Verdict

__all__ = [
    "ACTIONS",
    "CAUSES",
    "CODE_ROLES",
    "CODE_SYSTEMS",
    "ERROR_KINDS",
    "POA_INDICATORS",
    "AssignedCode",
    "Chart",
    "ChartCode",
    "ChartDocument",
    "ChartFinding",
    "ChartPage",
    "CorrectedCode",
    "FinalVerdicts",
    "FoundCode",
    "Highlight",
    "PageImage",
    "RecordedAudit",
    "RecordedChart",
    "Replayed",
    "ReviewProgress",
    "ReviewSession",
    "UnusedRecord",
    "Verdict",
    "chart_frame",
    "final_verdicts",
    "read_recorded_verdicts",
    "replay",
    "verdict_frame",
    "worklist_from",
]
