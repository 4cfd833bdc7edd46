"""The authored charts with what their sentences say of a code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHARTS: Final = sorted((Path(__file__).parent / "charts").glob("*.toml"))
RELATIONS: Final = ("supports", "contradicts", "negated", "past", "family", "possible", "corrected")


@dataclass(frozen=True, slots=True)
class Expected:
    """A sentence of a chart, and how it stands to a code; a title only outside ICD-10-CM."""

    code_system: str
    code: str
    title: str | None
    sentence: str
    relation: str


@dataclass(frozen=True, slots=True)
class AuthoredChart:
    """The texts of a chart's documents, and what is expected of them."""

    name: str
    texts: tuple[str, ...]
    expected: tuple[Expected, ...]


def read_chart(path: Path) -> AuthoredChart:
    """Read one chart."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return AuthoredChart(
        name=path.stem,
        texts=tuple(document["text"] for document in content["document"]),
        expected=tuple(
            Expected(row["code_system"], row["code"], row.get("title"), row["sentence"], row["relation"])
            for row in content["expected"]
        ),
    )
