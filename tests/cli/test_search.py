from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditlib.cli import main
from tests.made_once import workspace_with_code_sets


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_with_code_sets(tmp_path_factory.mktemp("search") / "w")


@pytest.mark.slow
def test_search_and_page_from_the_command_line(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert (
        main(["-w", str(workspace), "codesets", "search", "t2dm", "w", "ckd", "--billable", "--limit", "3"])
        == 0
    )
    assert "E11.22" in capsys.readouterr().out.splitlines()[1]
    assert main(["-w", str(workspace), "codesets", "search", "htn", "--date", "2026-01-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["codes"][0]["code"] == "I10"
    assert main(["-w", str(workspace), "codesets", "search", "qqqqqqqq"]) == 0
    assert (
        capsys.readouterr().out
        == "No code found. What is not loaded is not searched: 'auditlib codesets status' lists it.\n"
    )
    assert main(["-w", str(workspace), "codesets", "search", "99213"]) == 0
    assert capsys.readouterr().out.startswith("No code found. CPT titles are not loaded: ")
    assert main(["-w", str(workspace), "codesets", "search", "knee", "arthroscopy"]) == 0
    assert "CPT and ICD-10-PCS titles are not loaded: " in capsys.readouterr().out.splitlines()[-1]
    assert main(["-w", str(workspace), "codesets", "show", "E11.22", "--date", "2026-01-01"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("E11.22 Type 2 diabetes mellitus with diabetic chronic kidney disease\n")
    assert "On 2026-01-01: in force" in page
    assert main(["-w", str(workspace), "codesets", "show", "S72001A", "--system", "ICD-10-CM", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seventh_place"] == "S72"
    assert main(["-w", str(workspace), "codesets", "show", "nonesuch"]) == 2
    assert "No loaded release of any code set" in capsys.readouterr().err
