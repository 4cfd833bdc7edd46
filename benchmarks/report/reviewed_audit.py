"""Draw and review a sample: python -m benchmarks.report.reviewed_audit WORKSPACE [--count 200].

For the times of reports on a large workspace. Of ten codes one is deleted as unsupported, with dollars; the
others are agreed with. Charts without documents are reviewed elsewhere. The same workspace gives the same
verdicts.
"""

from __future__ import annotations

import argparse
import datetime as dt
from decimal import Decimal
from pathlib import Path

from auditlib.review import Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench

EVERY = 10
STARTED = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def review(workspace: Path, name: str, count: int) -> None:
    """Draw the sample and record a verdict on each of its codes."""
    workbench = Workbench.open(workspace)
    if name not in workbench.samples.names():
        request = SampleRequest("simple", seed="2026", count=count, spare_count=1)
        workbench.samples.draw(Universe("all encounters"), request, name=name, size_basis="For a benchmark.")
    session = workbench.audit(name).session("reviewer")
    moment, number = STARTED, 0
    for encounter_id in session.encounter_ids:
        moment += dt.timedelta(minutes=5)
        session.open_chart(encounter_id, recorded_at=moment)
        if session.needs_record_statement(encounter_id):
            session.state_record(
                encounter_id, "reviewed elsewhere", place="document system", recorded_at=moment
            )
        for code in session.assigned(encounter_id):
            number += 1
            is_right = number % EVERY != 0
            verdict = Verdict(
                encounter_id,
                "agree" if is_right else "delete",
                code.code_number,
                code.code_system,
                code.code,
                error_kind=None if is_right else "unsupported code",
                cause=None if is_right else "documentation missing",
                comment=None if is_right else "No sentence of the chart supports it.",
                payment_difference=None if is_right else Decimal(number % 97),
            )
            session.decide(verdict, recorded_at=moment)
        session.complete_chart(encounter_id, recorded_at=moment)
    print(f"{count} charts, {number} codes reviewed in audit '{name}'")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--name", default="reviewed")
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    review(given.workspace, given.name, given.count)


if __name__ == "__main__":
    main()
