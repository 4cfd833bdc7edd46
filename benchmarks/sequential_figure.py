"""Draw how many charts sequential reviews need beside fixed plans, from the committed table.

    python -m benchmarks.sequential_figure

Writes docs/figures/sequential_charts.svg; `python -m tests.reference.sequential` makes the table.
"""

from __future__ import annotations

from pathlib import Path

import altair as alt

from auditlib.plots.renderer import svg_of
from auditlib.plots.theme import BLUE, GREY, QUIET, VERMILION, finished, inline

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tests" / "reference" / "sequential.md"
FIGURE = ROOT / "docs" / "figures" / "sequential_charts.svg"
SERIES = {
    "mean charts": ("sequential review, mean", BLUE),
    "plan of 25 % precision": ("RAT-STATS plan, 25 % precision at 90 %", GREY),
    "plan that knows": ("smallest fixed plan, had one known the errors", VERMILION),
}


def table() -> list[dict[str, str]]:
    """Return the rows of the committed table by heading."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    head, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, line, strict=True)) for line in body]


def verdict(named: list[dict[str, str]]) -> str:
    """Return in one sentence what the table shows."""
    ratios = [float(row["mean / plan"]) for row in named if row["mean / plan"] != "none"]
    half = sum(2 * ratio <= 1 for ratio in ratios)
    worst = max(float(row[side]) for row in named for side in ("falsely below", "falsely above"))
    return (
        f"On {half} of {len(ratios)} universes the mean is at most half of RAT-STATS' plan; "
        f"false assurance in at most {worst:.1f} % of audits, stated risk 5 %."
    )


def rows() -> list[dict[str, object]]:
    """Return one row for each population and plan of the committed table."""
    found: list[dict[str, object]] = []
    for named in table():
        if named["plan of 25 % precision"] == "0":
            continue
        label = f"{named['population']} ({named['wrong dollars']} % of dollars)"
        found += [
            {"population": label, "series": words, "charts": int(named[column]), "text": named[column]}
            for column, (words, _) in SERIES.items()
        ]
    return found


def figure() -> alt.LayerChart:
    """Return the figure."""
    shown = rows()
    order = list(dict.fromkeys(str(row["population"]) for row in shown))
    words = [name for name, _ in SERIES.values()]
    base = alt.Chart(inline(shown)).encode(
        y=alt.Y(
            "population:N",
            sort=order,
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=420),
        ),
        yOffset=alt.YOffset("series:N", sort=words),
        x=alt.X("charts:Q", title="charts to review", axis=alt.Axis(format=",d")),
    )
    colour = alt.Color(
        "series:N",
        sort=words,
        scale=alt.Scale(domain=words, range=[colour for _, colour in SERIES.values()]),
        legend=alt.Legend(title=None, orient="top", labelLimit=400),
    )
    layers = [
        base.mark_bar().encode(color=colour),
        base.mark_text(align="left", dx=4, fontSize=10, color=QUIET).encode(text="text:N"),
    ]
    return finished(
        alt.LayerChart(layer=layers).properties(width=520, height=alt.Step(14)),
        "Charts until the question is decided: are more than 5 % of the dollars wrong?",
        "Mean of 10,000 simulated sequential reviews; fixed plans are simple random samples.",
        verdict(table()),
        "Near the threshold (5.5 % wrong) no review of any kind is short.",
    )


if __name__ == "__main__":
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    FIGURE.write_text(svg_of(figure()), encoding="utf-8")
    print(FIGURE.relative_to(ROOT))
