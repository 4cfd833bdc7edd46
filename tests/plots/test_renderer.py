from __future__ import annotations

import subprocess
import sys
from typing import Any

import altair as alt

from auditlib.plots import enable_renderer, errors_by_kind
from tests.plots import frames


def test_a_notebook_stores_vega_lite_5_svg_and_a_title() -> None:
    before = alt.renderers.active
    try:
        enable_renderer()
        stored: Any = errors_by_kind(frames.errors())._repr_mimebundle_()
    finally:
        alt.renderers.enable(before)
    assert set(stored) == {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"}
    spec = stored["application/vnd.vegalite.v5+json"]
    assert spec["$schema"].endswith("/v5.json")
    assert not spec["usermeta"]["embedOptions"]["actions"]["editor"]
    assert stored["text/plain"] == "<chart: Errors by kind>"
    assert stored["image/svg+xml"].startswith("<svg")


def test_importing_the_charts_loads_neither_altair_nor_pandas() -> None:
    code = "import sys, auditlib.plots; print(sorted({'altair', 'pandas', 'vl_convert'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
