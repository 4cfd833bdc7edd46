"""Which files are pages, and where each stands in the navigation.

The navigation is read from the README files below ``docs``: an entry is a link with which an item of a list
or a row of a table begins. So a folder reads alike on the site and where its files are shown as they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FRONT: Final = "docs/README.md"
BESIDE_DOCS: Final = (
    *("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "ARCHITECTURE.md", "CHANGELOG.md"),
    "data/README.md",
)
"""Pages that stand outside of ``docs``, where people look for them."""

EXAMPLES: Final = {"docs/tutorials/README.md": "docs/examples/README.md"}
"""Worked examples stand below the tutorials, where there are any."""

_ENTRY: Final = re.compile(r"^(?:- |\| )\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)", flags=re.MULTILINE)


def pages(root: Path = ROOT) -> list[str]:
    """Return the path of every page, from the root."""
    found = [path for ending in ("md", "ipynb") for path in (root / "docs").rglob(f"*.{ending}")]
    kept = [path for path in found if ".ipynb_checkpoints" not in path.parts]
    return sorted([*BESIDE_DOCS, *(path.relative_to(root).as_posix() for path in kept)])


def entries(page: str, root: Path = ROOT) -> list[str]:
    """Return the pages that stand below a page in the navigation, in its order; none below most."""
    if not page.startswith("docs/") or Path(page).name != "README.md":
        return []
    folder = Path(page).parent
    text = (root / page).read_text(encoding="utf-8")
    linked = [_joined(folder, target) for target in _ENTRY.findall(text) if "://" not in target]
    if (examples := EXAMPLES.get(page)) and (root / examples).exists():
        linked.append(examples)
    return list(dict.fromkeys(path for path in linked if Path(path).suffix in {".md", ".ipynb"}))


def in_order(root: Path = ROOT) -> Iterator[str]:
    """Yield every page of the navigation, from the front, as often as it stands there."""
    waiting = [FRONT]
    while waiting:
        page = waiting.pop(0)
        yield page
        waiting = [*entries(page, root), *waiting]


def _joined(folder: Path, target: str) -> str:
    return Path(os.path.normpath(folder / target)).as_posix()
