"""Every fatal finding on the real files is in the table of judged findings, and no other is."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets

PAGE = Path(__file__).parents[2] / "docs" / "judged_findings.md"
CODE_SETS = ("older", "mce", "poa", "hcpcs", "icd10pcs/cms_2026_pr.zip")
FOUND = """
select finding.check_id, source_file.file_path, count(*) as finding_count
from mart.finding as finding
inner join core.claim as claim on claim.claim_id = finding.claim_id
inner join core.source_file as source_file on source_file.source_file_id = claim.source_file_id
where finding.severity = 'F'
group by all
"""

pytestmark = [pytest.mark.field, pytest.mark.slow]


def table_rows(heading: str) -> list[list[str]]:
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@pytest.fixture(scope="module")
def checked(field_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """All real claims and payments, judged with every list of their years that loads."""
    workbench = Workbench.open(workspace_with_code_sets(tmp_path_factory.mktemp("judged") / "W"))
    workbench.codesets.load([field_data / "codesets" / name for name in CODE_SETS])
    workbench.files.load([field_data / name for name in ("claims", "x12")])
    workbench.checks.run()
    return workbench


def test_the_fatal_findings_are_those_that_were_judged(checked: Workbench, field_data: Path) -> None:
    rows = checked.workspace.warehouse().select_guarded(FOUND, most_seconds=60).iter_rows()
    found = {
        (check_id, str(Path(path).relative_to(field_data.resolve()))): f"{count:,}"
        for check_id, path, count in rows
    }
    judged = {(row[0], row[1].strip("`")): row[2] for row in table_rows("Fatal findings")}
    assert found == judged


def test_no_other_check_fires_on_more_than_a_fifth_without_a_word(checked: Workbench) -> None:
    outcomes = checked.checks.outcomes().frame.filter(pl.col("severity") != "F", pl.col("eligible_count") > 0)
    often = outcomes.filter(pl.col("finding_count") > 0.2 * pl.col("eligible_count"))
    counts = often.select("check_id", "finding_count", "eligible_count").rows()
    judged = [(row[0], int(row[1]), int(row[2])) for row in table_rows("Checks that fire often")]
    assert sorted(counts) == judged
