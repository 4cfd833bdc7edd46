"""What a notebook must leave as it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from auditlib.audits.access_log import ACCESS_KINDS
from auditlib.scratch import PREFIX
from auditlib.workbench import Workbench

# Of loads and of open stores: they come and go while another notebook reads the same workspace.
PASSING = {".load.lock", "ledger.db-shm", "ledger.db-wal"}


def state(root: Path) -> dict[str, object]:
    """Return what the stores and folders of a workspace hold."""
    workbench = Workbench.open(root)
    return {
        "files": workbench.files.list().frame.rows(),
        "claims": workbench.claims.totals().frame.rows(),
        "findings": workbench.checks.findings().frame.rows(),
        # That a chart was shown is recorded of whoever reads it.
        "events": len(
            [one for one in workbench.workspace.ledger().events() if one.kind not in ACCESS_KINDS]
        ),
        "manifests": sorted(path.name for path in workbench.workspace.manifests.iterdir()),
        "folders": sorted(
            {path.name for path in root.iterdir() if not path.name.startswith(PREFIX)} - PASSING
        ),
    }


@cache
def state_before(root: Path) -> dict[str, object]:
    """Return the state at the first call."""
    return state(root)
