"""The project's renderer for pictures in a notebook: offline, small, and the same on every run.

Altair's own renderers fetch scripts from a CDN or name a Vega-Lite that JupyterLab does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from auditlib.plots.theme import SCHEMA

if TYPE_CHECKING:
    import altair as alt

NAME = "auditlib"
VEGA_LITE = "5.8"
"""The Vega-Lite version of vl-convert that is nearest to JupyterLab's, so that both show the same."""

_VEGALITE_TYPE = "application/vnd.vegalite.v5+json"
# No menu entry may open a web page: the workbench works without network.
_EMBEDDED = {
    "embedOptions": {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}
}


def spec_of(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return the chart as Vega-Lite 5 JSON."""
    return {**chart.to_dict(), "$schema": SCHEMA}


def svg_of(chart: alt.TopLevelMixin) -> str:
    """Return the chart as SVG text, drawn without network."""
    return _svg(spec_of(chart))


def bundle(spec: Mapping[str, Any], **_: object) -> dict[str, object]:
    """Return a chart's notebook output: Vega-Lite JSON, SVG, and its title as text."""
    whole = {**spec, "$schema": SCHEMA, "usermeta": _EMBEDDED}
    return {_VEGALITE_TYPE: whole, "image/svg+xml": _svg(whole), "text/plain": f"<chart: {_title(whole)}>"}


def enable_renderer() -> None:
    """Show charts with `bundle` in this session."""
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    alt.renderers.register(NAME, bundle)
    alt.renderers.enable(NAME)


def _svg(spec: Mapping[str, Any]) -> str:
    import vl_convert  # noqa: PLC0415 - loads a JavaScript engine

    return str(vl_convert.vegalite_to_svg(dict(spec), vl_version=VEGA_LITE))


def _title(spec: Mapping[str, Any]) -> str:
    title = spec.get("title", "untitled")
    return str(title["text"] if isinstance(title, Mapping) else title)
