"""What a start imports: nothing that the command or the object does not use. Counted, not timed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_once import empty_workspace

# Each takes from 10 ms to seconds of the processor to import.
SLOW = {
    *(
        "altair",
        "anywidget",
        "docx",
        "fastexcel",
        "http",
        "ipywidgets",
        "IPython",
        "jinja2",
        "numpy",
        "pandas",
    ),
    *("psycopg", "rapidfuzz", "scipy", "simple_icd_10_cm", "sqlalchemy", "sqlglot", "statsmodels", "typst"),
    *("vl_convert", "xlsxwriter", "yaml"),
}
_THEN_NAME_THEM = "print(*sys.modules, sep='\\n', file=sys.stderr)"


def modules_after(statements: str) -> list[str]:
    script = f"import sys\n{statements}\n{_THEN_NAME_THEM}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    # polars keeps stand-ins for what it may need; they are no modules.
    return [name for name in done.stderr.splitlines() if name.partition(".")[0].isidentifier()]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_workspace(tmp_path_factory.mktemp("start") / "w").root


@pytest.mark.parametrize(
    ("start", "most_own_modules"),
    [
        ("import auditlib.workbench", 95),
        ("workspace summary", 215),
        ("audit list", 195),
        ("files list", 110),
        ("codesets list", 110),
        ("denials rate", 135),
        ("check", 125),
    ],
)
def test_a_start_imports_what_it_uses(workspace: Path, start: str, most_own_modules: int) -> None:
    words = ["-w", str(workspace), *start.split()]
    statements = (
        start if start.startswith("import") else f"from auditlib.cli import main\nassert main({words!r}) == 0"
    )
    modules = modules_after(statements)
    slow = {name.partition(".")[0] for name in modules} & SLOW
    assert slow == set()
    own = [name for name in modules if name.partition(".")[0] == "auditlib"]
    assert len(own) <= most_own_modules
