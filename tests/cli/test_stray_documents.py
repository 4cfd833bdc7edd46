from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.cli.main import main
from tests.made_once import workspace_with_code_sets
from tests.sources.x12 import texts


def test_a_load_says_which_documents_have_no_visit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = ["-w", str(workspace_with_code_sets(tmp_path / "w"))]
    folder = tmp_path / "E1"
    folder.mkdir()
    (folder / "progress note.txt").write_text("Progress note. The patient feels well today.\n")
    main([*workspace, "load", str(folder)])
    text = capsys.readouterr().out
    assert "1 document without a visit: no chart, table or claim names the encounter" in text
    assert "as 'E1' of progress note.txt." in text
    (tmp_path / "claims.837").write_bytes(texts.professional())
    main([*workspace, "load", str(tmp_path / "claims.837")])
    assert "without a visit" not in capsys.readouterr().out
