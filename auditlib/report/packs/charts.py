"""A picture of `auditlib.plots` as a chart of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.report.contents import ReportChart

if TYPE_CHECKING:
    # Altair is slow to import: only a report that draws pays for it.
    import altair as alt


def drawn(
    title: str, chart: alt.TopLevelMixin, description: str, *, names_people: bool = True
) -> ReportChart:
    """Return a picture drawn as SVG, with what it shows in words.

    Parameters
    ----------
    title, chart, description
        Heading, picture, and what it shows in words.
    names_people
        Whether it shows people, charts or days, so that a de-identified report leaves it out.
    """
    from auditlib.plots import svg_of  # noqa: PLC0415 - altair is slow to import

    return ReportChart(title, svg_of(chart), description, names_people)
