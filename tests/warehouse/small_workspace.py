"""A part of the demo with the cases of the checks' own tests: few rows, but some of each kind."""

from __future__ import annotations

from pathlib import Path

from auditlib.warehouse import Warehouse, Writer, graph
from tests.made_once import copied, demo_workspace
from tests.warehouse.judged_cases import add_cases


def small_workspace(to: Path) -> Path:
    """Return the folder of a workspace with a part of the demo and the cases, as a load leaves it."""
    return copied("small", _make, to)


def _make(folder: Path) -> None:
    warehouse = Warehouse(demo_workspace(folder) / "warehouse.duckdb")
    with warehouse.writing() as writer:
        for model in reversed(graph.models()):
            if model.part:
                writer.delete_where(graph.contract(model.table), model.part)
        _keep_some(writer)
        add_cases(writer)
    with warehouse.writing() as writer:
        graph.run(writer)


def _keep_some(writer: Writer) -> None:
    """Keep some claims with what belongs to them, and of the code sets the families of their codes."""
    run, core = writer._connection.execute, [table for table in graph.loaded_rows() if table.schema == "core"]
    run("delete from core.claim where claim_id % 12 <> 0", None)
    run(
        "delete from core.remit_claim where remit_claim_id % 40 <> 0 "
        "and patient_control_number not in (select patient_control_number from core.claim)",
        None,
    )
    run(
        "delete from core.encounter where encounter_id not in (select encounter_id from core.claim_encounter "
        "where claim_id in (select claim_id from core.claim))",
        None,
    )
    for owner, key in (
        ("claim", "claim_id"),
        ("remit_claim", "remit_claim_id"),
        ("encounter", "encounter_id"),
    ):
        for table in core:
            if key in table.column_names and table.name != owner:
                run(
                    f"delete from {table.full_name} where {key} not in (select {key} from core.{owner})", None
                )
    for table in graph.loaded_rows():
        if table.schema == "ref" and "code" in table.column_names:
            run(
                f"delete from {table.full_name} where substring(code, 1, 3) not in "
                "(select substring(code, 1, 3) from core.claim_diagnosis union "
                "select substring(code, 1, 3) from core.claim_line where code is not null)",
                None,
            )
