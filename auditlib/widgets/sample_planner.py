"""The planning screen: universe, size, trial audits, draw and memo, all in one place."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import ipywidgets
import polars as pl

from auditlib.charts.design_lab import compare_plans
from auditlib.charts.renderer import svg_of
from auditlib.sampling import Manifest, Universe
from auditlib.sampling.expectation import (
    Expectation,
    Outlook,
    PlannedSize,
    outlook,
    planned_sizes,
    trial_audits,
)
from auditlib.widgets.guard import guarded

_ANY: Final = ""
_DESIGNS: Final = (
    ("simple random", None),
    ("stratified by class of encounter", "encounter_class"),
    ("stratified by coder", "coder_id"),
    ("stratified by payer", "payer_id"),
    ("stratified by month of service", "service_month"),
)
_TRIALS: Final = 500
_LABELS: Final = {"description_width": "190px"}
_WIDE: Final = "460px"


class DrawSample(Protocol):
    """Draws and records a sample, as the workbench does."""

    def __call__(
        self,
        universe: Universe,
        *,
        name: str,
        seed: str,
        sample_count: int,
        spare_count: int,
        size_basis: str,
    ) -> Manifest:
        """Return the manifest of the draw."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Values that units of the workspace have: classes, payers as (name, id), coders."""

    encounter_classes: Sequence[str]
    payers: Sequence[tuple[str, str]]
    coder_ids: Sequence[str]

    @classmethod
    def of(cls, units: pl.DataFrame) -> Choices:
        """Return the choices that a frame of all units offers."""
        payers = units.select("payer_id", "payer_name").unique().drop_nulls("payer_id").sort("payer_id")
        return cls(
            units["encounter_class"].drop_nulls().unique().sort().to_list(),
            [(f"{name or 'no name'} ({key})", key) for key, name in payers.iter_rows()],
            units["coder_id"].drop_nulls().unique().sort().to_list(),
        )


class SamplePlanner(ipywidgets.VBox):
    """The screen on which an auditor plans and draws a sample.

    Parameters
    ----------
    choices
        What the universe can be narrowed to.
    frame_of
        Gives the units of a universe.
    draw
        Draws and records the sample.
    memo_of
        Gives the memo of a drawn sample, as text.

    Notes
    -----
    What the screen shows is computed by `auditlib.sampling.expectation` from the values of its fields at the
    moment a button is pressed; the widget keeps nothing else.
    """

    def __init__(
        self,
        choices: Choices,
        *,
        frame_of: Callable[[Universe], pl.DataFrame],
        draw: DrawSample,
        memo_of: Callable[[str], str],
    ) -> None:
        self._frame_of, self._draw, self._memo_of = frame_of, draw, memo_of
        self._make_fields(choices)
        self._make_buttons()
        self.message = ipywidgets.HTML()
        self.universe_summary = ipywidgets.HTML()
        self.size_table = ipywidgets.HTML()
        self.expected = ipywidgets.HTML()
        self.trials = ipywidgets.HTML()
        self.drawn = ipywidgets.HTML()
        self.memo = ipywidgets.HTML()
        super().__init__(
            [
                _heading("1. Universe and design"),
                _row(self.universe_name, self.unit),
                _row(self.from_date, self.to_date),
                _row(self.encounter_class, self.payer),
                _row(self.coder, self.design),
                self.show_universe,
                self.universe_summary,
                _heading("2. Size"),
                _row(self.error_rate, self.lost_share),
                _row(self.precision, self.width),
                _row(self.confidence, self.hours_per_chart),
                self.work_out_size,
                self.size_table,
                _row(self.sample_count, self.spare_count),
                ipywidgets.HBox([self.show_outlook, self.simulate]),
                self.expected,
                self.trials,
                _heading("3. Draw"),
                _row(self.sample_name, self.seed),
                self.draw_sample,
                self.message,
                self.drawn,
                self.memo,
            ]
        )

    def __repr__(self) -> str:
        return "Sample planner: universe, size, trial audits, draw and memo"

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = f"<p>{html.escape(repr(self))}</p>"
        return bundle

    def _make_fields(self, choices: Choices) -> None:
        any_of = [("any", _ANY)]
        self.universe_name = _field(ipywidgets.Text, "Universe", value="Encounters")
        self.unit = _field(ipywidgets.Dropdown, "One unit is", options=["encounter", "claim"])
        self.from_date = _field(ipywidgets.DatePicker, "From, included")
        self.to_date = _field(ipywidgets.DatePicker, "To, included")
        classes = [*any_of, *((name, name) for name in choices.encounter_classes)]
        self.encounter_class = _field(ipywidgets.Dropdown, "Class of encounter", options=classes)
        self.payer = _field(ipywidgets.Dropdown, "Payer", options=[*any_of, *choices.payers])
        coders = [*any_of, *((name, name) for name in choices.coder_ids)]
        self.coder = _field(ipywidgets.Dropdown, "Coder", options=coders)
        self.design = _field(ipywidgets.Dropdown, "Design", options=_DESIGNS)
        self.error_rate = _percent("Expected units in error, %", 10)
        self.lost_share = _percent("Part of the charge lost, %", 100)
        self.precision = _percent("Dollars in error within, %", 25)
        self.width = _percent("Interval of the share, points", 10)
        levels = [("80 %", 0.80), ("90 %", 0.90), ("95 %", 0.95), ("99 %", 0.99)]
        self.confidence = _field(ipywidgets.Dropdown, "Confidence, two-sided", options=levels, value=0.90)
        self.hours_per_chart = _field(ipywidgets.FloatText, "Hours for a chart", value=0.5, step=0.1)
        self.sample_count = _field(ipywidgets.IntText, "Charts to review", value=100)
        self.spare_count = _field(ipywidgets.IntText, "Spares (of each stratum)", value=0)
        self.sample_name = _field(ipywidgets.Text, "Name of the sample", placeholder="Inpatient FY2026 Q1")
        self.seed = _field(ipywidgets.Text, "Seed", placeholder="dice, or a date agreed on")

    def _make_buttons(self) -> None:
        self.show_universe = self._button("Show universe", "Count its units and charges", self._on_universe)
        self.work_out_size = self._button("Work out size", "The size by each formula", self._on_size)
        self.show_outlook = self._button("Show outlook", "Expected precision, and cautions", self._on_outlook)
        self.simulate = self._button(
            f"Simulate {_TRIALS} audits", "Try this plan on this universe's charges", self._on_simulate
        )
        self.draw_sample = self._button(
            "Draw sample", "Freeze the universe, draw, write the manifest", self._on_draw, "primary"
        )

    def _button(
        self, label: str, tooltip: str, work: Callable[[], None], style: str = ""
    ) -> ipywidgets.Button:
        button = ipywidgets.Button(
            description=label, tooltip=tooltip, button_style=style, layout={"width": "220px"}
        )
        button.on_click(lambda _button: self._guarded(work))
        return button

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do the work of a button; what goes wrong is said on the screen, for JupyterLab hides it."""
        self.message.value = ""

        def done() -> dict[str, object]:
            work()
            return {}

        match guarded(done, screen="sample planner"):
            case {"error": {"message": str(words), "hint": hint}}:
                self.message.value = _alert(f"{words} {hint or ''}".strip())

    @property
    def universe(self) -> Universe:
        """The universe as the fields say now."""
        return Universe(
            name=self.universe_name.value.strip() or "Universe",
            unit=self.unit.value,
            from_date=self.from_date.value,
            to_date=self.to_date.value,
            payer_id=self.payer.value or None,
            coder_id=self.coder.value or None,
            encounter_class=self.encounter_class.value or None,
            stratify_by=self.design.value,
        )

    @property
    def expectation(self) -> Expectation:
        """What is expected and wanted, as the fields say now."""
        return Expectation(
            self.error_rate.value / 100,
            self.lost_share.value / 100,
            self.precision.value / 100,
            self.width.value / 100,
            self.confidence.value,
            self.hours_per_chart.value,
        )

    @property
    def size_basis(self) -> str:
        """How the size was arrived at, for the manifest."""
        wanted = self.expectation
        sizes = planned_sizes(self._frame_of(self.universe), wanted)
        formulas = "; ".join(
            f"{planned.question}: {planned.size.count} ({planned.size.formula}, {planned.size.rounding})"
            for planned in sizes
        )
        return (
            f"{self.sample_count.value} units, set by the auditor. "
            f"Planned on {100 * wanted.error_rate:g} % of the units in error, each losing "
            f"{100 * wanted.lost_share:g} % of its charge, "
            f"at {100 * wanted.confidence:g} % two-sided confidence. By formula: {formulas}."
        )

    def _on_universe(self) -> None:
        self.universe_summary.value = _universe_html(self._frame_of(self.universe))

    def _on_size(self) -> None:
        frame = self._frame_of(self.universe)
        self.universe_summary.value = _universe_html(frame)
        sizes = planned_sizes(frame, self.expectation)
        self.size_table.value = _sizes_html(sizes)
        self.sample_count.value = max(sizes[0].size.count, 1)

    def _on_outlook(self) -> None:
        frame = self._frame_of(self.universe)
        found = outlook(frame, self.sample_count.value, self.expectation)
        self.expected.value = _outlook_html(found, self.expectation)

    def _on_simulate(self) -> None:
        frame, expected = self._frame_of(self.universe), self.expectation
        found = trial_audits(frame, self.sample_count.value, expected, runs=_TRIALS)
        rows = [
            {
                "plan": tried.plan.name,
                "pattern": tried.pattern.name,
                "runs": tried.runs,
                "mean_charts": tried.mean_charts,
                "hours": tried.hours,
                "precision": tried.precision,
                "coverage": tried.coverage,
                "above_chance": tried.above_chance,
                "below_chance": tried.below_chance,
                "confidence": expected.confidence,
            }
            for tried in found
        ]
        # Drawn here and not in the browser: nothing but an image travels.
        self.trials.value = svg_of(compare_plans(pl.DataFrame(rows, infer_schema_length=None)))

    def _on_draw(self) -> None:
        name = self.sample_name.value.strip()
        manifest = self._draw(
            self.universe,
            name=name,
            seed=self.seed.value,
            sample_count=self.sample_count.value,
            spare_count=self.spare_count.value,
            size_basis=self.size_basis,
        )
        self.drawn.value = _drawn_html(manifest)
        self.memo.value = _memo_html(self._memo_of(name))


def _field(kind: type, label: str, **settings: object) -> ipywidgets.DOMWidget:
    return kind(description=label, style=_LABELS, layout={"width": _WIDE}, **settings)


def _percent(label: str, value: float) -> ipywidgets.DOMWidget:
    return _field(ipywidgets.FloatText, label, value=value)


def _row(*fields: ipywidgets.DOMWidget) -> ipywidgets.HBox:
    return ipywidgets.HBox(fields, layout={"flex_flow": "row wrap"})


def _heading(words: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f"<h3 style='margin:12px 0 4px'>{html.escape(words)}</h3>")


def _alert(words: str) -> str:
    return f"<p role='alert' style='color:#b91c1c;font-weight:600'>{html.escape(words)}</p>"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    style = "style='text-align:left;padding:2px 12px 2px 0'"
    head = "".join(f"<th scope='col' {style}>{_text(heading)}</th>" for heading in headings)
    lines = ["".join(f"<td {style}>{_text(cell)}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(words: str) -> str:
    return html.escape(words)


def _universe_html(frame: pl.DataFrame) -> str:
    total = frame["charge_amount"].sum() or 0
    words = f"<p>{frame.height:,} units, ${total:,.2f} in charges.</p>"
    if "stratum" not in frame.columns or frame.is_empty():
        return words
    strata = frame.group_by("stratum").agg(pl.len(), pl.col("charge_amount").sum()).sort("stratum")
    rows = [(name, f"{count:,}", f"${charge:,.2f}") for name, count, charge in strata.iter_rows()]
    return words + _table(("Stratum", "Units", "Charges"), rows)


def _sizes_html(sizes: Sequence[PlannedSize]) -> str:
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


def _outlook_html(found: Outlook, expected: Expectation) -> str:
    precision = "not defined without errors" if found.precision is None else f"{100 * found.precision:.1f} %"
    words = (
        f"<p>{found.sample_count:,} charts, about {found.hours:,.0f} hours. "
        f"Expected precision of the dollars in error: {precision} "
        f"at {100 * expected.confidence:g} % confidence.</p>"
    )
    if len(found.strata) > 1:
        rows = [(name, f"{units:,}", f"{asked:,}") for name, units, asked in found.strata]
        words += _table(("Stratum", "Units", "Charts"), rows)
    items = "".join(f"<li>{_text(caution)}</li>" for caution in found.cautions)
    return words + (f"<p>To be borne in mind:</p><ul>{items}</ul>" if items else "")


def _drawn_html(manifest: Manifest) -> str:
    count = sum(unit.role == "sample" for unit in manifest.selected)
    return (
        f"<p role='status'>Drawn: {count:,} units of {manifest.frame.unit_count:,}, recorded as sample "
        f"<b>{_text(manifest.name)}</b>. Manifest SHA-256 <code>{manifest.content_sha256[:16]}</code>, frame "
        f"<code>{manifest.frame.sha256[:16]}</code>.</p>"
    )


def _memo_html(memo: str) -> str:
    style = "white-space:pre-wrap;max-height:30em;overflow:auto;line-height:1.4"
    return f"<details><summary>Sampling memo</summary><pre style='{style}'>{_text(memo)}</pre></details>"
