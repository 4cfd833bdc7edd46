"""Every place in auditlib that writes a file, and what the access log knows of it: a new one must be listed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import auditlib

ROOT = Path(auditlib.__file__).parent
METHODS = {
    *("write_text", "write_bytes", "write_csv", "write_parquet", "write_excel", "write_json", "write_ndjson"),
    *("to_csv", "to_excel", "to_parquet", "savefig", "sink_csv", "sink_parquet"),
}
FUNCTIONS = {
    *("write_report", "write_reports", "write_claim_list", "write_rebuttal_workbook", "Workbook"),
    *("copyfile", "copy2", "copytree"),
}


def writes(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr=name) if name in METHODS | FUNCTIONS:
            return True
        case ast.Name(id=name) if name in FUNCTIONS:
            return True
        case ast.Attribute(attr="open" | "fdopen") | ast.Name(id="open"):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            texts = [each.value for each in given if isinstance(each, ast.Constant)]
            return any(isinstance(text, str) and len(text) < 4 and set(text) & set("wax+") for text in texts)
    return False


def places() -> Iterator[str]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                own = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
                if any(map(writes, own)):
                    yield f"{path.relative_to(ROOT).with_suffix('').as_posix()}:{node.name}"


def test_x():
    print()
    for p in places():
        print(p)
