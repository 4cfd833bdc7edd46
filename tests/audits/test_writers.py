"""Every place in auditlib that writes a file, and what the access log knows of it: a new one fails here."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import auditlib
from auditlib.ledger import KINDS

ROOT = Path(auditlib.__file__).parent
WRITING = {
    *("write_text", "write_bytes", "write_csv", "write_parquet", "write_excel", "write_json", "write_ndjson"),
    *("to_csv", "to_excel", "to_parquet", "savefig", "sink_csv", "sink_parquet", "save", "compile"),
    *("write_report", "write_reports", "write_claim_list", "write_rebuttal_workbook", "Workbook"),
    *(
        "copyfile",
        "copy2",
        "copytree",
        "copyfileobj",
        "copy_to",
        "_copy_sqlite",
        "write_new_files",
        "O_CREAT",
    ),
}
ON_RECORD = {
    *("workbench/claim_work:letter", "workbench/denial_explorer:write_worklist"),
    *("workbench/denial_explorer:write_claims", "workbench/denial_explorer:draw_claims"),
    *("workbench/denials:write_worklist", "workbench/exemptions:write", "workbench/payer_page:write"),
    *("workbench/rebuttals:workbook", "workbench/reduced_payments:write", "workbench/refunds:write"),
    *("workbench/reports:write", "workbench/audit_answers:export_apart", "report/result:write"),
}
"""They enter themselves in the access log before they write."""

BY_AN_EVENT = {
    "audits/audit:draw_sample": "sample drawn",
    "audits/backup:back_up": "rows written",
    "audits/spare_file:write_spare_file": "spare used",
    "audits/universe:freeze_universe": "universe frozen",
    "billing/export:export_837": "claims exported",
    "billing/export:export_csv": "claims exported",
    "sampling/manifest:write_manifest": "sample drawn",
}
"""They write rows, and are on record by an event of their own."""

FOR_THOSE = {
    *("audits/backup:_copy", "audits/backup:_copy_ledger"),
    *("billing/export:csv_files", "billing/export:write_new_files"),
    *("report/claim_list:write_claim_list", "report/claim_list:_write_workbook", "report/docx:write_docx"),
    *("report/html:write_html", "report/pdf:write_pdf", "report/rebuttal_workbook:write_rebuttal_workbook"),
    *(
        "report/recomputation:recomputation_files",
        "report/xlsx:_write_cover",
        "report/xlsx:write_xlsx",
    ),
    *("report/xlsx:_write_definitions", "report/xlsx:write", "report/xlsx:write_link"),
    "sampling/frame:csv_bytes",
}
"""They make the files or texts that those above write."""

STORES = {
    *(
        "audits/attachments:_keep",
        "codesets/library/load_code_sets:_keep",
        "codesets/readers/fetching:_download",
    ),
    *("ledger/anchors:_add", "ledger/turn:_taken", "loading/staging:_written"),
    *(
        "measures/check_history:_judged_again",
        "warehouse/lake:keep",
        "workspace/folder:create",
        "workspace/pseudonym_key:make_key",
    ),
    *("audits/backup:_sync", "ledger/settle:_sync", "audits/backup:_name_ledger"),
    *("audits/integrity:write_anchor", "billing/read_back:read_back"),
    *("sources/documents/document_worker:_recognised", "sources/documents/document_worker:_draw"),
}
"""The workspace's own stores, code sets, hashes and temporary files, which leave nothing and nowhere."""

NO_ROWS = {
    *("cli/audit:estimate", "cli/ratstats:appraise"),  # figures of a sample, without its units
    *("cli/files:dictionary", "schema/dictionary:<module>", "workbench/lab:copy_notebooks"),
    *("cli/practice:score", "practice/sealing:seal_pack"),  # answers of learners to practice charts
    *(
        "workbench/desk_server:launch_browser",
        "workbench/files:_save_mapping",
        "workbench/letters:write_form",
    ),
    "workbench/letters:write",  # of the letter's own list, without a workspace
    *("workbench/programme_walk:walk_programmes", "workbench/programme_walk:_walk_enrollees"),  # invented
}


def named(node: ast.AST) -> str:
    """Return the last word of what a node names."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_writing(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "O_CREAT":
        return True
    if not isinstance(node, ast.Call):
        return False
    if named(node.func) == "compile":
        return any(keyword.arg == "output" for keyword in node.keywords)
    if named(node.func) in {"open", "fdopen"}:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return any(re.fullmatch("[rwxabt+]*[wxa+][rwxabt+]*", text) for text in texts)
    return named(node.func) in WRITING


@cache
def functions() -> dict[str, list[ast.AST]]:
    """Return what is in each function that may write a file, by its module and name."""
    words = re.compile(rf"\b(?:{'|'.join(WRITING)}|open|fdopen)\b")
    found: dict[str, list[ast.AST]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not words.search(text):
            continue
        module = path.relative_to(ROOT).with_suffix("").as_posix()
        outer: list[tuple[ast.AST, str]] = [(ast.parse(text), "<module>")]
        while outer:
            node, function = outer.pop()
            within = node.name if isinstance(node, ast.FunctionDef) else function
            found.setdefault(f"{module}:{within}", []).append(node)
            outer += ((child, within) for child in ast.iter_child_nodes(node))
    return found


def lines_of(place: str, is_one: Callable[[ast.AST], bool]) -> list[int]:
    return [getattr(node, "lineno", 0) for node in functions()[place] if is_one(node)]


def test_every_function_that_writes_a_file_is_listed_by_what_the_access_log_knows_of_it() -> None:
    writing = {place for place, nodes in functions().items() if any(map(is_writing, nodes))}
    listed = ON_RECORD | set(BY_AN_EVENT) | FOR_THOSE | STORES | NO_ROWS
    assert sorted(writing - listed) == [], "enter its files in the access log, or list it with the reason"
    assert sorted(listed - writing) == []
    assert set(BY_AN_EVENT.values()) <= set(KINDS)


@pytest.mark.parametrize("place", sorted(ON_RECORD))
def test_rows_are_on_record_before_they_are_written(place: str) -> None:
    recorded = lines_of(place, lambda node: named(node) in {"write_on_record", "on_record"})
    writes = lines_of(place, is_writing)
    calls = {named(node.func) for node in functions()[place] if isinstance(node, ast.Call)}
    # What writes new files is given what records them, and calls it first.
    assert "write_new_files" in calls or min(recorded) < min(writes)
    assert recorded
