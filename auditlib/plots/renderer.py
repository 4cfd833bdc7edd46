"""The project's renderer for pictures in a notebook: offline, small, and the same on every run.

Altair's own renderers fetch scripts from a CDN or name a Vega-Lite that JupyterLab does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from auditlib.plots.theme import ON_SCREEN, SCHEMA

if TYPE_CHECKING:
    import altair as alt

NAME = "auditlib"
VEGA_LITE = "5.8"
"""The Vega-Lite version of vl-convert that is nearest to JupyterLab's, so that both show the same."""

_VEGALITE_TYPE = "application/vnd.vegalite.v5+json"
# No menu entry may open a web page: the workbench works without network. Only SVG knows CSS colours.
_EMBEDDED = {
    "embedOptions": {
        "renderer": "svg",
        "actions": {
            "export": {"svg": True, "png": False},
            "source": False,
            "compiled": False,
            "editor": False,
        },
    }
}
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_SVG_COLOUR = re.compile("|".join(f'(?<=="){colour}(?=")' for colour in ON_SCREEN))


def spec_of(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return the chart as Vega-Lite 5 JSON."""
    return {**chart.to_dict(), "$schema": SCHEMA}


def svg_of(chart: alt.TopLevelMixin) -> str:
    """Return the chart as SVG text, drawn without network and the same in every time zone."""
    return _svg(_same_everywhere(spec_of(chart)))


def _same_everywhere(spec: Mapping[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", _in_utc(spec))


def _in_utc(part: object) -> object:
    """Return a part of a spec with times in UTC: Vega places and writes local ones by the machine's zone."""
    if isinstance(part, Mapping):
        values = {name: _in_utc(value) for name, value in part.items()}
        scale = values.get("scale")
        if values.get("type") == "temporal":
            values["scale"] = {**(scale if isinstance(scale, Mapping) else {}), "type": "utc"}
        return values
    if isinstance(part, list):
        return [_in_utc(value) for value in part]
    return f"{part}Z" if isinstance(part, str) and _LOCAL_TIME.fullmatch(part) else part


def on_screen_svg(chart: alt.TopLevelMixin) -> str:
    """Return the chart as SVG text whose colours follow the theme of the page around it."""
    return _SVG_COLOUR.sub(lambda found: ON_SCREEN[found.group()], svg_of(chart))


def bundle(spec: Mapping[str, Any], **_: object) -> dict[str, object]:
    """Return a chart's notebook output: Vega-Lite in the theme's colours, a light SVG, its title as text."""
    whole = _same_everywhere({**spec, "$schema": SCHEMA, "usermeta": _EMBEDDED})
    return {
        _VEGALITE_TYPE: _on_screen(whole),
        "image/svg+xml": _svg(whole),
        "text/plain": f"<chart: {_title(whole)}>",
    }


def enable_renderer() -> None:
    """Show charts with `bundle` in this session."""
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    alt.renderers.register(NAME, bundle)
    alt.renderers.enable(NAME)


def _on_screen(part: object) -> object:
    """Return a part of a spec with the CSS value in the place of each colour."""
    if isinstance(part, Mapping):
        return {name: _on_screen(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_on_screen(value) for value in part]
    return ON_SCREEN.get(part, part) if isinstance(part, str) else part


def _svg(spec: Mapping[str, Any]) -> str:
    import vl_convert  # noqa: PLC0415 - loads a JavaScript engine

    return str(vl_convert.vegalite_to_svg(dict(spec), vl_version=VEGA_LITE))


def _title(spec: Mapping[str, Any]) -> str:
    title = spec.get("title", "untitled")
    return str(title["text"] if isinstance(title, Mapping) else title)
