"""A report as one HTML file that opens without network."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auditlib.plots.theme import ON_SCREEN
from auditlib.report.contents import ReportContents
from auditlib.report.formatting import unbroken
from auditlib.report.layout import DEFINITIONS_ANCHOR, DEFINITIONS_HEADING, placed


def write_html(
    path: Path, contents: ReportContents, *, suppress_below: int | None = None, deidentified: bool = False
) -> Path:
    """Write the report as one self-contained HTML file: light or dark on screen, light in print.

    Parameters, result and errors are those of `auditlib.report.formats.Writer`.
    """
    environment = Environment(
        loader=PackageLoader("auditlib.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    # Only drawings that `placed` has looked through reach the template.
    environment.filters["drawing"] = Markup
    text = environment.get_template("report.html.j2").render(
        report=placed(contents, suppress_below=suppress_below, deidentified=deidentified),
        definitions_heading=DEFINITIONS_HEADING,
        definitions_anchor=DEFINITIONS_ANCHOR,
        # The colours of charts follow the theme by JupyterLab's variables, which the styles of the page set.
        chart_colours=ON_SCREEN,
    )
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8", newline="\n")
    return partial.replace(path)
