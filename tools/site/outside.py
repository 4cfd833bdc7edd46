"""What a page of the site would fetch from elsewhere: nothing, so that it opens without a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_FETCHED: Final = re.compile(
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*?\bsrc=[\"'](?P<source>(?:https?:)?//[^\"']+)"
    r"|<link\b(?=[^>]*\brel=[\"'](?:stylesheet|preload|icon|preconnect|dns-prefetch))[^>]*?\bhref=[\"'](?P<link>(?:https?:)?//[^\"']+)"
    r"|url\([\"']?(?P<style>(?:https?:)?//[^)\"']+)",
    flags=re.IGNORECASE,
)


def asked_outside(site: Path) -> list[str]:
    """Return each address outside of the site that a page or a style asks for by itself, after its file."""
    return [
        f"{path.relative_to(site)}: {next(filter(None, found.groups()))}"
        for ending in ("css", "html")
        for path in sorted(site.rglob(f"*.{ending}"))
        for found in _FETCHED.finditer(path.read_text(encoding="utf-8"))
    ]
