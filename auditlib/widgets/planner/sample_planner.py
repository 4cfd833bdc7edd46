"""The planning screen: universe, design, size, trial audits, draw and memo, all in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import ipywidgets
import polars as pl

from auditlib.errors import UsageError
from auditlib.plots.design_lab import compare_plans
from auditlib.plots.renderer import on_screen_svg
from auditlib.sampling import Manifest, SampleRequest, Universe
from auditlib.sampling.expectation import outlook, planned_sizes
from auditlib.sampling.trials import trial_audits
from auditlib.widgets.bundle import style
from auditlib.widgets.cell_output import output_html
from auditlib.widgets.guard import guarded
from auditlib.widgets.planner.planner_fields import Choices, PlannerFields
from auditlib.widgets.planner.planner_html import (
    alert,
    drawn_html,
    heading_html,
    memo_html,
    outlook_html,
    sizes_html,
    style_html,
    universe_html,
)

_TRIALS: Final = 500


class Draw(Protocol):
    """Draws and records a sample, as the workbench does."""

    def __call__(
        self,
        universe: Universe | str,
        request: SampleRequest,
        *,
        name: str,
        size_basis: str,
        objective: str,
    ) -> Manifest:
        """Return the manifest of the draw."""


class SamplePlanner(ipywidgets.VBox):
    """The screen on which an auditor plans and draws a sample.

    Parameters
    ----------
    choices
        What the universe can be narrowed to.
    frame_of
        Gives the units of a universe, or of the frozen one of a name.
    freeze
        Keeps a universe by its name.
    draw
        Draws and records the sample.
    memo_of
        Gives the memo of a drawn sample, as text.

    Notes
    -----
    What the screen shows is computed by `auditlib.sampling.expectation` and `auditlib.sampling.trials`, from
    the values of its fields at the moment a button is pressed; the widget keeps nothing else.
    """

    def __init__(
        self,
        choices: Choices,
        *,
        frame_of: Callable[[Universe | str], pl.DataFrame],
        freeze: Callable[[Universe], object],
        draw: Draw,
        memo_of: Callable[[str], str],
    ) -> None:
        self._frame_of, self._freeze, self._draw, self._memo_of = frame_of, freeze, draw, memo_of
        self.fields = PlannerFields(choices)
        self._make_buttons()
        self.message = ipywidgets.HTML()
        self.universe_summary = ipywidgets.HTML()
        self.size_table = ipywidgets.HTML()
        self.expected = ipywidgets.HTML()
        self.trials = ipywidgets.HTML()
        self.drawn = ipywidgets.HTML()
        self.memo = ipywidgets.HTML()
        on = self.fields
        super().__init__(
            [
                ipywidgets.HTML(style_html(style("sample_planner").read_text("utf-8"))),
                _heading("1. Universe"),
                _row(on.frozen, on.universe_name, on.unit, on.encounter_class, on.from_date, on.to_date),
                _row(on.payer, on.coder),
                ipywidgets.HBox([self.show_universe, self.freeze_universe]),
                self.universe_summary,
                _heading("2. Design"),
                _row(on.design, on.purpose, on.stratify_by, on.allocation, on.minimum, on.certainty),
                _row(on.dollar_strata, on.dollar_stratum_count, on.own_amounts, on.top_certain),
                _row(on.order_by, on.cluster, on.per_cluster, on.listed, on.reason),
                _heading("3. Size"),
                _row(on.error_rate, on.lost_share, on.precision, on.width, on.confidence, on.hours_per_chart),
                self.work_out_size,
                self.size_table,
                _row(on.sample_count, on.spare_count),
                ipywidgets.HBox([self.show_outlook, self.simulate]),
                self.expected,
                self.trials,
                _heading("4. Draw"),
                _row(on.sample_name, on.objective, on.seed, on.generator, on.second_seed),
                self.draw_sample,
                self.message,
                self.drawn,
                self.memo,
            ]
        )
        for name in ("auditlib-screen", "auditlib-planner"):
            self.add_class(name)

    def __repr__(self) -> str:
        return "Sample planner: universe, design, size, trial audits, draw and memo"

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = output_html(self)
        return bundle

    def _make_buttons(self) -> None:
        self.show_universe = self._button("Show universe", "Count its units and charges", self._on_universe)
        self.freeze_universe = self._button(
            "Freeze universe", "Keep its units as they are today, under its name", self._on_freeze
        )
        self.work_out_size = self._button("Work out size", "The size by each formula", self._on_size)
        self.show_outlook = self._button("Show outlook", "Expected precision, and cautions", self._on_outlook)
        self.simulate = self._button(
            f"Simulate {_TRIALS} audits", "Try this plan on this universe's charges", self._on_simulate
        )
        self.draw_sample = self._button(
            "Draw sample", "Freeze the frame, draw, write the manifest", self._on_draw, "primary"
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
                self.message.value = alert(f"{words} {hint or ''}".strip())

    @property
    def size_basis(self) -> str:
        """How the size was arrived at, for the manifest."""
        request, expectation = self.fields.request, self.fields.expectation
        if request.design == "judgmental":
            return "Chosen by the auditor."
        frame = self._frame_of(self.fields.universe)
        basis = f"{request.count:,} {self.fields.counted_units}, set by the auditor."
        if "charge_amount" not in frame.columns:
            return basis
        formulas = "; ".join(
            f"{planned.question}: {planned.size.count} ({planned.size.formula}, {planned.size.rounding})"
            for planned in planned_sizes(frame, expectation)
        )
        return (
            f"{basis} Planned on {100 * expectation.error_rate:g} % of the units in error, each losing "
            f"{100 * expectation.lost_share:g} % of its charge, "
            f"at {100 * expectation.confidence:g} % two-sided confidence. By formula: {formulas}."
        )

    def _on_universe(self) -> None:
        self.universe_summary.value = universe_html(self._frame_of(self.fields.universe))

    def _on_freeze(self) -> None:
        universe = self.fields.universe
        if isinstance(universe, str):
            message = f"Universe '{universe}' is frozen already."
            raise UsageError(message)
        self._freeze(universe)
        self.fields.add_frozen(universe.name)
        self._on_universe()

    def _on_size(self) -> None:
        frame = self._frame_of(self.fields.universe)
        self.universe_summary.value = universe_html(frame)
        sizes = planned_sizes(frame, self.fields.expectation)
        self.size_table.value = sizes_html(sizes)
        if self.fields.counts_charts:
            self.fields.sample_count.value = max(sizes[0].size.count, 1)

    def _on_outlook(self) -> None:
        frame, expectation = self._frame_of(self.fields.universe), self.fields.expectation
        self.expected.value = outlook_html(outlook(frame, self.fields.request, expectation), expectation)

    def _on_simulate(self) -> None:
        frame, expectation = self._frame_of(self.fields.universe), self.fields.expectation
        rows = [
            {
                "plan": trial.plan.name,
                "pattern": trial.pattern.name,
                "runs": trial.runs,
                "mean_charts": trial.mean_charts,
                "hours": trial.hours,
                "precision": trial.precision,
                "coverage": trial.coverage,
                "above_chance": trial.above_chance,
                "below_chance": trial.below_chance,
                "confidence": expectation.confidence,
            }
            for trial in trial_audits(frame, self.fields.request, expectation, runs=_TRIALS)
        ]
        # Drawn here and not in the browser: nothing but an image travels.
        self.trials.value = on_screen_svg(compare_plans(pl.DataFrame(rows, infer_schema_length=None)))

    def _on_draw(self) -> None:
        name = self.fields.sample_name.value.strip()
        manifest = self._draw(
            self.fields.universe,
            self.fields.request,
            name=name,
            size_basis=self.size_basis,
            objective=self.fields.objective.value.strip(),
        )
        self.drawn.value = drawn_html(manifest)
        self.memo.value = memo_html(self._memo_of(name))


def _row(*fields: ipywidgets.DOMWidget) -> ipywidgets.HBox:
    return ipywidgets.HBox(fields, layout={"flex_flow": "row wrap"})


def _heading(words: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(heading_html(words))
