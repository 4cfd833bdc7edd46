"""Sphinx's settings, by which `python -m tools.site` builds the pages where they stand."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools.site.navigation import BESIDE_DOCS, FRONT  # noqa: E402 - the path is set above

project = "Coding audit workbench"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "tools.site.extension"]
root_doc = FRONT.removesuffix(".md")
include_patterns = [*BESIDE_DOCS, "docs/**"]
# A folder without pages is not walked through.
exclude_patterns = [
    *(entry.name for entry in ROOT.iterdir() if entry.is_dir() and entry.name not in {"docs", "data"}),
    *(f"data/{entry.name}" for entry in (ROOT / "data").iterdir() if entry.is_dir()),
    "**/.ipynb_checkpoints",
]
html_theme = "pydata_sphinx_theme"
html_title = project
html_theme_options = {
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "show_toc_level": 2,
}
html_copy_source = False
highlight_language = "none"
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_rtype = False
