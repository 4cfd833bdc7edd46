from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditlib.embedded import embedded_folder
from auditlib.evidence import find_sentences, locate

ANSWER_KEYS = sorted((embedded_folder("data") / "answer_keys").glob("*.json"))


@pytest.mark.parametrize("path", ANSWER_KEYS, ids=lambda path: path.stem)
def test_every_supporting_sentence_of_the_answer_key_is_found_in_its_document(path: Path) -> None:
    key = json.loads(path.read_text(encoding="utf-8"))
    chart = path.parents[1] / "charts" / key["encounter_id"]
    documents = json.loads((chart / "encounter.json").read_text(encoding="utf-8"))["documents"]
    for support in (item for code in key["codes"] for item in code["support"]):
        text = (chart / documents[support["document_number"] - 1]["file"]).read_text(encoding="utf-8")
        span = locate(support["sentence"], text)
        assert span is not None, support["sentence"]
        assert any(found.start < span.end and span.start < found.end for found in find_sentences(text))
