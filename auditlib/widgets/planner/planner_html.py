"""What the planning screen shows, as HTML in which every text from a file stands as text."""

from __future__ import annotations

import html
from collections.abc import Sequence

import polars as pl

from auditlib.sampling import Manifest
from auditlib.sampling.expectation import Expectation, Outlook, PlannedSize
from auditlib.text import format_dollars


def alert(words: str) -> str:
    """Return what went wrong, as an alert."""
    return f"<p role='alert' class='alert'>{html.escape(words)}</p>"


def heading_html(words: str) -> str:
    """Return the heading of a part of the screen."""
    return f"<h3>{_text(words)}</h3>"


def style_html(style_sheet: str) -> str:
    """Return the style sheet of the screen, which holds for its tables and messages."""
    return f"<style>{style_sheet}</style>"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{_text(heading)}</th>" for heading in headings)
    lines = ["".join(f"<td>{_text(cell)}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(words: str) -> str:
    return html.escape(words)


def universe_html(frame: pl.DataFrame) -> str:
    """Return the units and charges of a universe, by stratum if it has strata."""
    if "charge_amount" not in frame.columns:
        return f"<p>{frame.height:,} units, without charges.</p>"
    words = f"<p>{frame.height:,} units, {format_dollars(frame['charge_amount'].sum() or 0)} in charges.</p>"
    if "stratum" not in frame.columns or frame.is_empty():
        return words
    strata = frame.group_by("stratum").agg(pl.len(), pl.col("charge_amount").sum()).sort("stratum")
    rows = [(name, f"{count:,}", format_dollars(charge)) for name, count, charge in strata.iter_rows()]
    return words + _table(("Stratum", "Units", "Charges"), rows)


def sizes_html(sizes: Sequence[PlannedSize]) -> str:
    """Return the sizes by formula as a table."""
    rows = [
        (
            planned.question,
            f"{planned.size.count:,}",
            f"{planned.size.unrounded:,.2f}",
            planned.size.rounding,
            f"{planned.size.count_rounded_up:,}",
            planned.size.formula,
        )
        for planned in sizes
    ]
    return _table(("To know", "Charts", "Unrounded", "Rounding", "Rounded up", "Formula"), rows)


def outlook_html(outlook: Outlook, expected: Expectation) -> str:
    """Return what a sample is expected to give, with its cautions."""
    precision = (
        "not defined without errors" if outlook.precision is None else f"{100 * outlook.precision:.1f} %"
    )
    words = (
        f"<p>{outlook.sample_count:,} charts, about {outlook.hours:,.0f} hours. "
        f"Expected precision of the dollars in error: {precision} "
        f"at {100 * expected.confidence:g} % confidence.</p>"
    )
    if len(outlook.strata) > 1:
        rows = [(name, f"{units:,}", f"{charts:,}") for name, units, charts in outlook.strata]
        words += _table(("Stratum", "Units", "Charts"), rows)
    items = "".join(f"<li>{_text(caution)}</li>" for caution in outlook.cautions)
    return words + (f"<p>To be borne in mind:</p><ul>{items}</ul>" if items else "")


def drawn_html(manifest: Manifest) -> str:
    """Return what was drawn and its fingerprints."""
    count = sum(unit.role == "sample" for unit in manifest.selected)
    return (
        f"<p role='status'>Drawn: {count:,} units of {manifest.frame.unit_count:,}, recorded as sample "
        f"<b>{_text(manifest.name)}</b>. Manifest SHA-256 <code>{manifest.content_sha256[:16]}</code>, frame "
        f"<code>{manifest.frame.sha256[:16]}</code>.</p>"
    )


def memo_html(memo: str) -> str:
    """Return the memo, folded."""
    return f"<details><summary>Sampling memo</summary><pre class='memo'>{_text(memo)}</pre></details>"
