"""Who may record what in a ledger that a team shares: the database's own roles, by kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CODER: Final = "coder"
AUDITOR: Final = "auditor"
ADJUDICATOR: Final = "adjudicator"
MANAGER: Final = "manager"
ROLES: Final = (CODER, AUDITOR, ADJUDICATOR, MANAGER)

_REVIEW: Final = (AUDITOR, ADJUDICATOR)
_PLAN: Final = (AUDITOR, MANAGER)
_WORK: Final = (CODER, AUDITOR, MANAGER)

ROLES_BY_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "universe frozen": _PLAN,
    "sample drawn": _PLAN,
    "spare used": _PLAN,
    "verdict": (AUDITOR,),
    "verdict withdrawn": (AUDITOR,),
    "chart completed": (AUDITOR,),
    "chart reopened": (AUDITOR,),
    "record stated": (AUDITOR,),
    "record statement withdrawn": (AUDITOR,),
    "findings sent": _PLAN,
    "rebuttal received": _WORK,
    "rebuttal withdrawn": _WORK,
    "rebuttal decided": (ADJUDICATOR,),
    "rebuttal decision withdrawn": (ADJUDICATOR,),
    "corrective action": (MANAGER,),
    "corrective action done": (MANAGER,),
    "corrective action re-audited": _PLAN,
    "corrective action withdrawn": (MANAGER,),
    "claims exported": _PLAN,
    "review planned": (MANAGER,),
    "unblinded": _REVIEW,
    "adjudicated": (ADJUDICATOR,),
    "adjudication withdrawn": (ADJUDICATOR,),
    "query sent": (AUDITOR,),
    "query answered": (AUDITOR,),
    "query withdrawn": (AUDITOR,),
    "file attached": _REVIEW,
    "attachment taken back": _REVIEW,
    "document stated": (AUDITOR,),
    "stay judged": (AUDITOR,),
    "stay verdict withdrawn": (AUDITOR,),
    "finding accepted": _PLAN,
    "finding acceptance withdrawn": _PLAN,
    "suggestion shown": (AUDITOR,),
    "suggestion accepted": (AUDITOR,),
    "suggestion overridden": (AUDITOR,),
    "machine coder accepted": (MANAGER,),
    "machine coder reopened": _PLAN,
    "denial assigned": _WORK,
    "denial noted": _WORK,
    "denial ground stated": _WORK,
    "appeal sent": _WORK,
    "appeal decided": _WORK,
    "denial closed": _WORK,
    "records requested": _WORK,
    "records sent": _WORK,
    "denial work undone": _WORK,
    "exemption planned": _PLAN,
    "practice credit overridden": (MANAGER,),
}
"""Who may record an event of each kind; a kind that is not listed is everybody's who has a role."""
