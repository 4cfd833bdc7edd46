"""Two notebooks on one workspace, both reading, one of them deciding, while the command line loads."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.x12_texts import professional_claims

KERNEL_SECONDS = 120
LOAD_COUNT = 6
# A person at a notebook leaves the warehouse alone between two calls; without that a load waits for long.
PAUSE_SECONDS = 0.05
# Each command line in turn, in a process of its own beside the two kernels.
LOADING = """
import sys
from auditlib.cli.main import main
for path in sys.argv[2:]:
    if code := main(["-w", sys.argv[1], "load", path, "--json"]):
        sys.exit(code)
"""
READING = """
import time
from auditlib import Workbench
wb = Workbench.open({root!r}, user="reader")
reads = 0
while not stop.exists():
    assert wb.files.totals().frame["claim_count"].sum() >= {claim_count}
    wb.denials.outcomes().frame; wb.encounter("C00").codes().frame; reads += 1
    time.sleep({pause_seconds})
print("reads", reads)
"""
DECIDING = """
import time
from auditlib import Workbench
from auditlib.review import Verdict
wb = Workbench.open({root!r}, user="auditor")
session = wb.audit("together").session(encounter_ids=[f"C{{number:02}}" for number in range({claim_count})])
acknowledged = set()
for encounter_id in session.encounter_ids:
    session.state_record(encounter_id, "reviewed elsewhere", place="paper chart", recorded_at=wb.now())
while not stop.exists():
    for encounter_id in session.encounter_ids:
        for code in session.assigned(encounter_id):
            verdict = Verdict(
                encounter_id, "agree", code.code_number, code_system=code.code_system, code=code.code,
                comment=f"look {{len(acknowledged)}}",
            )
            acknowledged.add(session.decide(verdict, recorded_at=wb.now()).event_number)
            wb.files.totals().frame
            time.sleep({pause_seconds})
print("decided", len(acknowledged))
"""


@contextmanager
def kernel() -> Iterator[BlockingKernelClient]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=KERNEL_SECONDS)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def printed_number(client: BlockingKernelClient, request: str) -> int:
    """Wait for a request to end, and return the number that it printed last."""
    text, deadline = "", time.monotonic() + KERNEL_SECONDS
    while time.monotonic() < deadline:
        message = client.get_iopub_msg(timeout=KERNEL_SECONDS)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            text += message["content"]["text"]
        if message["msg_type"] == "error":
            pytest.fail("\n".join(message["content"]["traceback"]))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return int(text.split()[-1])
    pytest.fail("the kernel did not end")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_two_kernels_and_a_load_share_a_workspace(workspace: Workspace, tmp_path: Path) -> None:
    claim_count = 5
    first = tmp_path / "first.edi"
    first.write_text(professional_claims([(f"C{number:02}", "10.00") for number in range(claim_count)]))
    bench = Workbench(workspace)
    bench.files.load(first)
    drawn = SampleRequest("simple", seed="7", count=claim_count)
    bench.samples.draw(Universe("all"), drawn, name="together")
    stop = tmp_path / "stop"
    prelude = f"from pathlib import Path\nstop = Path({str(stop)!r})\n"
    values = {"root": str(workspace.root), "claim_count": claim_count, "pause_seconds": PAUSE_SECONDS}
    more = [tmp_path / f"more-{number}.edi" for number in range(LOAD_COUNT)]
    for number, path in enumerate(more):
        path.write_text(professional_claims([(f"M{number}", "7.00")]))
    with ExitStack() as stack:
        reader, auditor = stack.enter_context(kernel()), stack.enter_context(kernel())
        reading = reader.execute(prelude + textwrap.dedent(READING).format(**values))
        deciding = auditor.execute(prelude + textwrap.dedent(DECIDING).format(**values))
        command = [sys.executable, "-c", LOADING, str(workspace.root), *map(str, more)]
        subprocess.run(command, check=True, capture_output=True)
        stop.touch()
        assert printed_number(reader, reading) > 0
        decided = printed_number(auditor, deciding)
    workbench = Workbench(workspace)
    assert workbench.files.totals().frame["claim_count"].sum() == claim_count + LOAD_COUNT
    events = workspace.ledger().events(audit="together", kinds=["verdict"])
    assert len(events) == decided > 0
    workspace.ledger().verify()
