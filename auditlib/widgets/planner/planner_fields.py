"""The fields of the planning screen, and what they say: a universe, a request, an expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets
import polars as pl

from auditlib.sampling import SampleRequest, Universe
from auditlib.sampling.expectation import Expectation
from auditlib.sampling.request import CUMULATIVE_ROOT, LAVALLEE_HIDIROGLOU, usual_allocation

_ANY: Final = ""
_DOLLARS: Final = "dollars"
_OWN_AMOUNTS: Final = "own amounts"
_BY_RISK: Final = "sequential by risk"
_DESIGNS: Final = (
    ("simple random", "simple"),
    ("stratified random", "stratified"),
    ("systematic", "systematic"),
    ("clusters, reviewed whole", "cluster"),
    ("clusters, then units (two-stage)", "two-stage"),
    ("chances by size (PPS)", "pps"),
    ("dollars (monetary unit)", "monetary"),
    ("risk-weighted by findings", "risk"),
    ("Rao-Hartley-Cochran", "rhc"),
    ("sequential by dollars: may stop early", "sequential"),
    ("sequential by dollars times risk", _BY_RISK),
    ("judgmental: chosen, not drawn", "judgmental"),
)
_STRATIFIERS: Final = (
    ("class of encounter", "encounter_class"),
    ("coder", "coder_id"),
    ("provider", "provider_id"),
    ("payer", "payer_id"),
    ("month of service", "service_month"),
    ("severest finding of the checks", "finding"),
    ("dollars", _DOLLARS),
)
_CLUSTERS: Final = (
    ("coder", "coder_id"),
    ("payer", "payer_id"),
    ("month of service", "service_month"),
    ("day of service", "service_date"),
    ("class of encounter", "encounter_class"),
)
_ORDERS: Final = (
    ("date of service", "service_date"),
    ("charge", "charge_amount"),
    ("coder", "coder_id"),
    ("payer", "payer_id"),
)
_CHARTS_AT_MOST: Final = "Charts to review at most"
_COUNT_LABELS: Final = {
    "cluster": "Clusters to draw",
    "two-stage": "Clusters to draw",
    "monetary": "Dollars to draw",
    "rhc": "Groups, one unit of each",
    "sequential": _CHARTS_AT_MOST,
    _BY_RISK: _CHARTS_AT_MOST,
}
_TICKETS: Final = "hash tickets"
_CHARTS: Final = "Charts to review"
_LABELS: Final = {"description_width": "200px"}
_WIDE: Final = "410px"


@dataclass(frozen=True, slots=True)
class Choices:
    """Values that units of the workspace have: classes, payers as (name, id), coders; frozen universes."""

    encounter_classes: Sequence[str]
    payers: Sequence[tuple[str, str]]
    coder_ids: Sequence[str]
    frozen: Sequence[str] = ()

    @classmethod
    def of(cls, units: pl.DataFrame, frozen: Sequence[str] = ()) -> Choices:
        """Return the choices that a frame of all units offers."""
        payers = units.select("payer_id", "payer_name").unique().drop_nulls("payer_id").sort("payer_id")
        return cls(
            units["encounter_class"].drop_nulls().unique().sort().to_list(),
            [(f"{name or 'no name'} ({key})", key) for key, name in payers.iter_rows()],
            units["coder_id"].drop_nulls().unique().sort().to_list(),
            tuple(frozen),
        )


class PlannerFields:
    """The fields of the planning screen.

    Parameters
    ----------
    choices
        What the universe can be narrowed to.

    Notes
    -----
    A field that the chosen design or universe has no use for is hidden, and what it holds is not used.
    """

    def __init__(self, choices: Choices) -> None:
        self._universe_fields(choices)
        self._design_fields()
        self.error_rate = _percent("Expected units in error, %", 10)
        self.lost_share = _percent("Part of the charge lost, %", 100)
        self.precision = _percent("Dollars in error within, %", 25)
        self.width = _percent("Interval of the share, points", 10)
        levels = [("80 %", 0.80), ("90 %", 0.90), ("95 %", 0.95), ("99 %", 0.99)]
        self.confidence = field(ipywidgets.Dropdown, "Confidence, two-sided", options=levels, value=0.90)
        self.hours_per_chart = field(ipywidgets.FloatText, "Hours for a chart", value=0.5, step=0.1)
        self.sample_count = field(ipywidgets.IntText, _CHARTS, value=100)
        self.spare_count = field(ipywidgets.IntText, "Spares (of each stratum)", value=0)
        self.sample_name = field(ipywidgets.Text, "Name of the sample", placeholder="Inpatient FY2026 Q1")
        self.objective = field(ipywidgets.Text, "Objective", placeholder="what the audit is to find out")
        self.seed = field(ipywidgets.Text, "Seed", placeholder="dice, or a date agreed on")
        for choice in (self.stratify_by, self.dollar_strata):
            choice.observe(lambda _change: self._share_as_usual(), names="value")
        for choice in (self.design, self.stratify_by, self.dollar_strata, self.frozen, self.generator):
            choice.observe(lambda _change: self._show_what_is_used(), names="value")
        self._show_what_is_used()

    def _universe_fields(self, choices: Choices) -> None:
        any_of = [("any", _ANY)]
        frozen = [("as chosen here, today", _ANY), *((name, name) for name in choices.frozen)]
        self.frozen = field(ipywidgets.Dropdown, "Draw from", options=frozen)
        self.universe_name = field(ipywidgets.Text, "Universe", value="Encounters")
        units = ["encounter", "claim", "line", "code"]
        self.unit = field(ipywidgets.Dropdown, "One unit is", options=units)
        self.from_date = field(ipywidgets.DatePicker, "From, included")
        self.to_date = field(ipywidgets.DatePicker, "To, included")
        classes = [*any_of, *((name, name) for name in choices.encounter_classes)]
        self.encounter_class = field(ipywidgets.Dropdown, "Class of encounter", options=classes)
        self.payer = field(ipywidgets.Dropdown, "Payer", options=[*any_of, *choices.payers])
        coders = [*any_of, *((name, name) for name in choices.coder_ids)]
        self.coder = field(ipywidgets.Dropdown, "Coder", options=coders)

    def _design_fields(self) -> None:
        self.design = field(ipywidgets.Dropdown, "Design", options=_DESIGNS)
        self.purpose = field(
            ipywidgets.Dropdown,
            "Purpose",
            options=[
                ("to estimate", "estimate"),
                ("to find any error (discovery)", "discovery"),
                ("to plan (probe)", "probe"),
            ],
        )
        self.generator = field(
            ipywidgets.Dropdown,
            "Random numbers",
            options=[(_TICKETS, _TICKETS), ("RAT-STATS 2005-2010", "RAT-STATS 2005-2010")],
        )
        self.second_seed = field(ipywidgets.Text, "Second seed", placeholder="within groups")
        self.stratify_by = field(ipywidgets.Dropdown, "Strata by", options=_STRATIFIERS)
        self.allocation = field(
            ipywidgets.Dropdown,
            "Share the charts",
            options=[
                ("by units", "proportional"),
                ("by units and spread of charges (Neyman)", "neyman"),
                ("the same number of each (quota)", "quota"),
            ],
        )
        self.minimum = field(ipywidgets.IntText, "Least of a stratum", value=2)
        self.certainty = field(
            ipywidgets.Text, "Strata reviewed whole", placeholder="names, separated by semicolons"
        )
        self.dollar_strata = field(
            ipywidgets.Dropdown,
            "Cut by",
            options=[
                ("smallest sample (Lavallee-Hidiroglou)", LAVALLEE_HIDIROGLOU),
                ("cumulative root of frequencies", CUMULATIVE_ROOT),
                ("own amounts", _OWN_AMOUNTS),
            ],
        )
        self.dollar_stratum_count = field(ipywidgets.IntText, "How many strata", value=3)
        self.own_amounts = field(ipywidgets.Text, "Amounts", placeholder="100, 2500")
        self.top_certain = field(ipywidgets.Checkbox, "Review the top stratum whole", indent=True)
        self.order_by = field(ipywidgets.Dropdown, "In order of", options=_ORDERS)
        self.cluster = field(ipywidgets.Dropdown, "A cluster is all of one", options=_CLUSTERS)
        self.per_cluster = field(ipywidgets.IntText, "Charts of each cluster", value=5)
        self.listed = field(ipywidgets.Textarea, "Units", placeholder="one a line")
        self.reason = field(ipywidgets.Text, "Why these")

    def _share_as_usual(self) -> None:
        is_by_dollars = self.stratify_by.value == _DOLLARS
        self.allocation.value = usual_allocation(self.dollar_strata.value if is_by_dollars else "")

    def _show_what_is_used(self) -> None:
        design = self.design.value
        is_fresh = self.frozen.value == _ANY
        is_stratified, is_drawn = design == "stratified", design != "judgmental"
        is_by_dollars = is_stratified and self.stratify_by.value == _DOLLARS
        is_own = self.dollar_strata.value == _OWN_AMOUNTS
        universe_fields = (
            *(self.universe_name, self.unit, self.from_date, self.to_date),
            *(self.encounter_class, self.payer, self.coder),
        )
        strata_fields = (self.stratify_by, self.allocation, self.minimum, self.certainty)
        shown = {
            **dict.fromkeys(universe_fields, is_fresh),
            **dict.fromkeys(strata_fields, is_stratified),
            self.dollar_strata: is_by_dollars,
            self.dollar_stratum_count: is_by_dollars and not is_own,
            self.own_amounts: is_by_dollars and is_own,
            self.top_certain: is_by_dollars,
            self.order_by: design == "systematic",
            self.cluster: design in {"cluster", "two-stage"},
            self.per_cluster: design == "two-stage",
            self.listed: not is_drawn,
            self.reason: not is_drawn,
            self.seed: is_drawn,
            self.sample_count: is_drawn,
            self.spare_count: design in {"simple", "stratified"},
            self.generator: design in {"simple", "stratified", "rhc"},
            self.second_seed: design == "rhc" and self.generator.value != _TICKETS,
        }
        for control, is_shown in shown.items():
            control.layout.display = None if is_shown else "none"
        self.sample_count.description = _COUNT_LABELS.get(design, _CHARTS)
        self.stratify_by.description = "Strata by" if is_fresh else "Strata: its own, or by"

    @property
    def counts_charts(self) -> bool:
        """Whether the count asked for is of charts, and not of clusters, dollars or groups."""
        return _COUNT_LABELS.get(self.design.value, _CHARTS_AT_MOST) == _CHARTS_AT_MOST

    @property
    def counted_units(self) -> str:
        """What the count is of."""
        words = {"monetary": "dollars", "rhc": "groups"}
        return "units" if self.counts_charts else words.get(self.design.value, "clusters")

    def add_frozen(self, name: str) -> None:
        """Offer a universe that was frozen now, and choose it."""
        self.frozen.options = list({**dict(self.frozen.options), name: name}.items())
        self.frozen.value = name

    @property
    def universe(self) -> Universe | str:
        """The universe as the fields say now, or the name of a frozen one."""
        if self.frozen.value != _ANY:
            return str(self.frozen.value)
        is_stratified = self.design.value == "stratified" and self.stratify_by.value != _DOLLARS
        return Universe(
            name=self.universe_name.value.strip() or "Universe",
            unit=self.unit.value,
            from_date=self.from_date.value,
            to_date=self.to_date.value,
            payer_id=self.payer.value or None,
            coder_id=self.coder.value or None,
            encounter_class=self.encounter_class.value or None,
            stratify_by=self.stratify_by.value if is_stratified else None,
            has_risk=self.design.value in {"risk", _BY_RISK},
        )

    @property
    def request(self) -> SampleRequest:
        """The sample as the fields say now."""
        design = self.design.value
        is_by_dollars = design == "stratified" and self.stratify_by.value == _DOLLARS
        is_own = self.dollar_strata.value == _OWN_AMOUNTS
        cut = self.own_amounts.value if is_own else self.dollar_strata.value
        return SampleRequest(
            "sequential" if design == _BY_RISK else design,
            seed=self.seed.value,
            count=self.sample_count.value,
            spare_count=self.spare_count.value if design in {"simple", "stratified"} else 0,
            allocation=self.allocation.value,
            minimum_per_stratum=self.minimum.value,
            certainty_strata=_parts(self.certainty.value, ";") if design == "stratified" else (),
            dollar_strata=cut if is_by_dollars else "",
            dollar_stratum_count=self.dollar_stratum_count.value,
            is_top_certain=self.top_certain.value,
            order_by=(self.order_by.value,) if design == "systematic" else (),
            cluster_column=self.cluster.value,
            units_per_cluster=self.per_cluster.value,
            size_column="risk_amount" if design == _BY_RISK else "charge_amount",
            generator=self.generator.value if design in {"simple", "stratified", "rhc"} else _TICKETS,
            second_seed=self.second_seed.value if design == "rhc" else "",
            purpose=self.purpose.value,
            listed=_parts(self.listed.value, "\n") if design == "judgmental" else (),
            reason=self.reason.value if design == "judgmental" else "",
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


def field(kind: type, label: str, **settings: object) -> ipywidgets.DOMWidget:
    """Return a labelled field of the screen's width."""
    return kind(description=label, style=_LABELS, layout={"width": _WIDE}, **settings)


def _percent(label: str, value: float) -> ipywidgets.DOMWidget:
    return field(ipywidgets.FloatText, label, value=value)


def _parts(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())
