"""A picture of `auditlib.plots` as a chart of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.report.contents import ReportChart

if TYPE_CHECKING:
    # Altair is slow to import: only a report that draws pays for it.
    import altair as alt


def drawn(title: str, chart: alt.TopLevelMixin, description: str) -> ReportChart:
    """Return a picture drawn as SVG, with what it shows in words."""
    from auditlib.plots import svg_of  # noqa: PLC0415 - see above

    return ReportChart(title, svg_of(chart), description)
