"""Waits at the desk: python -m benchmarks.desk.charts WORKSPACE --audit NAME [--count 1000].

The review screen gets the messages that its script sends: a chart is opened, its first code agreed with, a
code is typed letter by letter, and the next chart asked for. Nothing is drawn. The reviewer looks at a chart
for --look seconds, and types a letter each --type seconds.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np

from auditlib.audits.chart_reader import chart_source, code_finder, note_on_search
from auditlib.widgets import ReviewCard
from auditlib.workbench import Workbench
from auditlib.workspace.clock import utc_now
from benchmarks.measure import put

TYPED_EVERY = 50
TYPED = ("n18.3", "chronic kidney", "heart fail")


class Times:
    """Seconds on the clock and of the processors, by what was waited for."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[float, float]]] = {}

    def of(self, name: str, card: ReviewCard, message: dict[str, object]) -> dict[str, object]:
        """Return the answer to a message, timed."""
        clock, processor = time.perf_counter(), time.process_time()
        answer = card._answer(message)  # noqa: SLF001 - what the browser calls
        taken = (time.perf_counter() - clock, time.process_time() - processor)
        self._of.setdefault(name, []).append(taken)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def show(self) -> None:
        """Print medians, 95th percentiles and the longest, in milliseconds."""
        print(f"{'':22}{'count':>7}{'median':>9}{'p95':>9}{'longest':>9}   processor median{'p95':>8}")
        for name, pairs in self._of.items():
            clock, processor = np.array(pairs).T * 1e3
            shown = np.percentile(clock, [50, 95, 100])
            used = np.percentile(processor, [50, 95])
            put(f"{name}, p95 ms", shown[1])
            put(f"{name}, processor ms", used[0])
            print(
                f"{name:22}{len(pairs):7}{shown[0]:9.1f}{shown[1]:9.1f}{shown[2]:9.1f}"
                f"{used[0]:19.1f}{used[1]:8.1f}"
            )


def run(workspace: Path, audit: str, count: int, look_seconds: float, type_seconds: float) -> None:
    """Go through the charts."""
    workbench = Workbench.open(workspace, user="benchmark")
    warehouse, search = workbench.workspace.warehouse(), workbench.codesets.code_search
    # A new one each time: a session goes on where its reviewer stopped.
    session = workbench.audit(audit).session(f"benchmark {time.time_ns()}")
    times = Times()
    begun = time.perf_counter()
    card = ReviewCard(
        session,
        chart_source(warehouse, session.blindness, encounter_ids=session.encounter_ids),
        utc_now,
        find_codes=code_finder(search),
        note_on_search=note_on_search(search),
        prepare_search=search.prepare,
    )
    times.of("first chart", card, {"kind": "ready"})
    print(f"opened after {time.perf_counter() - begun:.2f} s")
    sequence = 0
    used_before = time.process_time()
    for place, encounter_id in enumerate(session.encounter_ids[:count]):
        time.sleep(look_seconds)
        for text in TYPED if place % TYPED_EVERY == 0 else ():
            for end in range(2, len(text) + 1):
                time.sleep(type_seconds)
                is_start = place == 0 and text == TYPED[0]
                name = "type-ahead at start" if is_start else "type-ahead"
                times.of(name, card, {"kind": "find", "code_system": "ICD-10-CM", "text": text[:end]})
        sequence += 1
        about = {"view": "view", "sequence": sequence, "encounter_id": encounter_id}
        code = session.assigned(encounter_id)[0]
        verdict = {**about, "kind": "decide", "action": "agree", "code_number": code.code_number}
        if not session.needs_record_statement(encounter_id):
            times.of("verdict", card, verdict)
        sequence += 1
        times.of("next chart", card, {**about, "sequence": sequence, "kind": "next"})
    times.show()
    used_ms = (time.process_time() - used_before) * 1e3 / min(count, len(session.encounter_ids))
    print(
        f"processor time a chart, with its verdict, all that is read ahead and all typing: {used_ms:.0f} ms"
    )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at the peak: {peak_mb:.0f} MB")
    put("processor ms a chart", used_ms)
    put("peak MB", peak_mb)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--audit", required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--look", type=float, default=0.5)
    parser.add_argument("--type", type=float, default=0.15)
    given = parser.parse_args()
    run(given.workspace, given.audit, given.count, given.look, given.type)


if __name__ == "__main__":
    main()
