"""Universes: a named, filtered list of encounters, claims, lines or codes that a sample can be drawn from."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Final, Literal

import polars as pl

from auditlib.errors import UsageError
from auditlib.sampling.manifest import Exclusion, Filter, UniverseRecord
from auditlib.text import long_date
from auditlib.warehouse import Warehouse

Unit = Literal["encounter", "claim", "line", "code", "machine code", "enrollee"]

NOT_KNOWN: Final = "not known"
"""Stratum of the units that have no value in the column to stratify by."""

LIST_SEPARATOR: Final = "; "
"""Between the values of a condition that has several, in the record of a universe."""
PAID_ONLY: Final = "paid_only"
"""Name of the condition that only units count that were paid something."""
_CODES: Final = re.compile(r"[A-Z0-9]{5}(-[A-Z0-9]{5})?")
_STRATIFIERS = (
    "encounter_class",
    "coder_id",
    "payer_id",
    "service_month",
    "provider_id",
    "finding",
    "confidence_band",
)
NO_FINDING = "no finding"
"""Stratum of the units that no check finds anything of, where strata are by finding."""
_WITH_PROVIDER = ("encounter", "claim")
_DATE_BASIS = {
    "encounter": "last day of the visit or stay",
    "claim": "last date of service on the claim",
    "line": "last date of service on the line, else on its claim",
    "code": "last day of the visit or stay",
    "machine code": "last day of the visit or stay",
    "enrollee": "day by which a diagnosis with a risk category is judged",
}
_DEDUPLICATION = {
    "encounter": (
        "An encounter is one unit however many claims were made for it; its charge is that of the original "
        "claims to the primary payer, 0.00 if there is none."
    ),
    "claim": (
        "A claim is one unit. Replacements, voids and claims to secondary payers bill the same services "
        "again and are no units."
    ),
    "line": (
        "A line of an original claim to the primary payer is one unit, known by its claim and position. "
        "Lines of replacements, voids and claims to secondary payers bill the same services again and are "
        "no units."
    ),
    "code": "An assigned code of an encounter is one unit, known by its encounter and position.",
    "machine code": (
        "A code that one version of a machine coder assigned to an encounter is one unit, known by its "
        "encounter, its position and that version."
    ),
    "enrollee": (
        "A patient with a risk category is one unit, whatever the number of claims; all encounters within "
        "the days are its record."
    ),
}

_KEYS = {
    "encounter": "encounter_id",
    "claim": "claim_id",
    "line": "claim_id and line_number",
    "code": "encounter_id and code_number",
    "machine code": "encounter_id, code_number, coder_name and coder_version",
    "enrollee": "patient_id",
}


@dataclass(frozen=True, slots=True)
class Universe:
    """A list of units by conditions; null means that a condition is not set.

    Parameters
    ----------
    name
        Name of the universe in the workpapers.
    unit
        The sampling unit: an encounter, an original claim to the primary payer, a line of one, a code, a code
        that a machine coder assigned, whose ``coder_id`` is its name and version, or an enrollee: a patient
        with a risk category (CMS-HCC V28) by the loaded map.
    from_date, to_date
        First and last date, both included, of an encounter's last day or a claim's last date of service.
    payer_id, coder_id, encounter_class
        Only units with this value.
    stratify_by
        Column whose values become the strata: encounter_class, coder_id, payer_id, service_month, provider_id
        finding (the check of the severest finding, as last run) or, of machine codes, confidence_band.
    provider_ids, billed_codes
        Of encounters and claims: only those with a line of an original claim to the primary payer (the one
        named, if one is) that one of these providers billed, and whose code is one of these or lies in one
        of these ranges, as 99202-99215.
    has_risk
        Whether the frame has `risk_weight`, 1 plus the points of the unit's findings, and `risk_amount`, the
        charge times that weight.
    is_paid_only
        Of encounters and claims: only those that were paid more than nothing, each with its `paid_amount`.
        Those that were paid nothing, and those without a payer's answer, are counted as left out.
    """

    name: str
    unit: Unit = "encounter"
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    payer_id: str | None = None
    coder_id: str | None = None
    encounter_class: str | None = None
    stratify_by: str | None = None
    has_risk: bool = False
    provider_ids: tuple[str, ...] = ()
    billed_codes: tuple[str, ...] = ()
    is_paid_only: bool = False

    @property
    def query(self) -> str:
        """The named query that lists the units."""
        return f"queries/sampling/universe_{self.unit.replace(' ', '_')}"

    @property
    def params(self) -> dict[str, object]:
        """Values of the query's parameters."""
        return {
            "from_date": self.from_date,
            "to_date": self.to_date,
            "payer_id": self.payer_id,
            "coder_id": self.coder_id,
            "encounter_class": self.encounter_class,
        }

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The conditions that are set."""
        billed = {"provider_ids": self.provider_ids, "billed_codes": self.billed_codes}
        return (
            *(Filter(name, str(value)) for name, value in self.params.items() if value is not None),
            *(Filter(name, LIST_SEPARATOR.join(values)) for name, values in billed.items() if values),
            *((Filter(PAID_ONLY, "yes"),) if self.is_paid_only else ()),
        )

    @property
    def code_ranges(self) -> pl.DataFrame:
        """The billed codes as ranges: code_from and code_to."""
        ends = [code.partition("-") for code in self.billed_codes]
        rows = [(first.strip(), (last or first).strip()) for first, _, last in ends]
        return pl.DataFrame(rows, schema={"code_from": pl.String, "code_to": pl.String}, orient="row")


def build_frame(warehouse: Warehouse, universe: Universe) -> pl.DataFrame:
    """Return one row per unit: id, stratum (optional), class, coder, payer, service date and month, charge.

    Raises
    ------
    UsageError
        If the unit or the column to stratify by is unknown, the dates are in the wrong order, or it goes by
        findings and not all checks have run since what they read has changed.
    """
    _check(universe)
    if universe.has_risk or universe.stratify_by == "finding":
        _require_checks(warehouse)
    units = _units(warehouse, universe)
    if universe.has_risk:
        points = warehouse.query("queries/sampling/unit_risk", {"unit": universe.unit})
        weight = 1 + pl.col("risk_points").fill_null(0)
        units = (
            units.join(points, on="unit_id", how="left", maintain_order="left")
            .with_columns(
                risk_weight=weight, risk_amount=(pl.col("charge_amount") * weight).cast(pl.Decimal(18, 2))
            )
            .drop("risk_points")
        )
    if universe.stratify_by == "provider_id":
        providers = warehouse.query("queries/sampling/unit_provider", {"unit": universe.unit})
        units = units.join(providers, on="unit_id", how="left", maintain_order="left")
    if universe.stratify_by == "finding":
        findings = warehouse.query("queries/sampling/unit_finding", {"unit": universe.unit})
        units = units.join(findings, on="unit_id", how="left", maintain_order="left").with_columns(
            pl.col("finding").fill_null(NO_FINDING)
        )
    if universe.stratify_by is None:
        return units
    stratum = pl.col(universe.stratify_by).replace("", None).fill_null(NOT_KNOWN).alias("stratum")
    return units.with_columns(stratum)


def _require_checks(warehouse: Warehouse) -> None:
    """Refuse where not all checks have run: a unit without a finding would be one that was not checked."""
    (counts,) = warehouse.query("queries/sampling/run_checks").iter_rows(named=True)
    if not counts["run_count"] or counts["not_run_count"]:
        message = "Not all checks have run since the last load: whether a unit has a finding is not known."
        raise UsageError(message, hint="Run 'auditlib check', or wb.checks.run(), and draw then.")


def _units(warehouse: Warehouse, universe: Universe) -> pl.DataFrame:
    """Return the units that meet the conditions."""
    units = _billed_units(warehouse, universe)
    if not universe.is_paid_only:
        return units
    paid = warehouse.query("queries/sampling/unit_paid", {"unit": universe.unit})
    return units.join(paid, on="unit_id", how="inner", maintain_order="left").filter(
        pl.col("paid_amount") > 0
    )


def _billed_units(warehouse: Warehouse, universe: Universe) -> pl.DataFrame:
    """Return the units that meet the conditions, whatever was paid."""
    units = warehouse.query(universe.query, universe.params)
    if not universe.provider_ids and not universe.billed_codes:
        return units
    providers = pl.DataFrame({"provider_id": universe.provider_ids}, schema={"provider_id": pl.String})
    billed = warehouse.query(
        "queries/sampling/unit_billed",
        {"unit": universe.unit, "payer_id": universe.payer_id},
        frames={"wanted_code": universe.code_ranges, "wanted_provider": providers},
    )
    return units.join(billed, on="unit_id", how="semi", maintain_order="left")


def universe_record(warehouse: Warehouse, universe: Universe) -> UniverseRecord:
    """Return the manifest's record of a universe, with excluded units counted by reason.

    Filters are applied one after the other, dates first; a unit counts under the first that it does not meet.
    """
    _check(universe)
    first, last = universe.from_date or dt.date.min, universe.to_date or dt.date.max
    reasons = {
        "from_date": f"last service before {long_date(first)}, or on no known date",
        "to_date": f"last service after {long_date(last)}, or on no known date",
        "payer_id": f"payer other than {universe.payer_id}",
        "coder_id": f"coder other than {universe.coder_id}",
        "encounter_class": f"class other than {universe.encounter_class}",
        "provider_ids": f"nothing billed by {', '.join(universe.provider_ids)}",
        "billed_codes": f"no line with {', '.join(universe.billed_codes)}, as these providers billed",
    }
    exclusions = []
    if universe.unit in {"claim", "line", "enrollee"}:
        excluded = warehouse.query(f"queries/sampling/universe_{universe.unit}_excluded")
        exclusions = [Exclusion(row["reason"], row["unit_count"]) for row in excluded.iter_rows(named=True)]
    applied = Universe(name=universe.name, unit=universe.unit)
    count = _units(warehouse, applied).height
    for name, reason in reasons.items():
        value = getattr(universe, name)
        if value is None or value == ():
            continue
        applied = replace(applied, **{name: value})
        remaining_count = _units(warehouse, applied).height
        exclusions.append(Exclusion(reason, count - remaining_count))
        count = remaining_count
    if universe.is_paid_only:
        exclusions += _not_paid(warehouse, universe)
    return UniverseRecord(
        name=universe.name,
        unit=universe.unit,
        unit_key=_KEYS[universe.unit],
        # The words of a record stay: the same draw must give the same manifest in every version.
        query=f"the workspace's query core/universe_{universe.unit.replace(' ', '_')}",
        filters=universe.filters,
        stratify_by=universe.stratify_by,
        date_basis=_DATE_BASIS[universe.unit],
        deduplication=_DEDUPLICATION[universe.unit],
        exclusions=tuple(exclusions),
    )


def _not_paid(warehouse: Warehouse, universe: Universe) -> list[Exclusion]:
    """Return how many units that meet the other conditions were paid nothing, and how many have no answer."""
    units = _billed_units(warehouse, universe).select("unit_id")
    paid = units.join(
        warehouse.query("queries/sampling/unit_paid", {"unit": universe.unit}), on="unit_id", how="left"
    )["paid_amount"]
    return [
        Exclusion("paid nothing, or less than nothing", int((paid <= 0).sum())),
        Exclusion("without a payer's answer", paid.null_count()),
    ]


def _check(universe: Universe) -> None:
    if universe.unit not in _DATE_BASIS:
        message = f"There is no sampling unit '{universe.unit}'."
        raise UsageError(message, hint=f"Units are {', '.join(_DATE_BASIS)}.")
    if universe.stratify_by is not None and universe.stratify_by not in _STRATIFIERS:
        message = f"Universe '{universe.name}' cannot be stratified by '{universe.stratify_by}'."
        raise UsageError(message, hint=f"Columns to stratify by are {', '.join(_STRATIFIERS)}.")
    if universe.unit not in _WITH_PROVIDER and (
        universe.has_risk or universe.stratify_by in {"provider_id", "finding"}
    ):
        message = f"Findings and providers are known of encounters and claims, not of a {universe.unit}."
        raise UsageError(message)
    _check_billed(universe)
    if universe.is_paid_only and universe.unit not in _WITH_PROVIDER:
        message = f"What was paid is known of encounters and claims, not of a {universe.unit}."
        raise UsageError(message, hint="Draw from claims.")
    if universe.unit == "enrollee" and (
        universe.stratify_by or universe.coder_id or universe.encounter_class
    ):
        message = "An enrollee has no coder, class or stratum."
        raise UsageError(message, hint="Conditions of enrollees are days and a payer.")
    if universe.stratify_by == "confidence_band" and universe.unit != "machine code":
        message = f"The confidence of a machine coder is known of its codes, not of a {universe.unit}."
        raise UsageError(message, hint="Draw from machine codes.")
    for name in ("from_date", "to_date"):
        if not isinstance(getattr(universe, name), dt.date | None):
            message = f"Universe '{universe.name}': {name} is no date."
            raise UsageError(message, hint="Give a datetime.date, as date(2026, 1, 31).")
    if universe.from_date and universe.to_date and universe.from_date > universe.to_date:
        message = (
            f"Universe '{universe.name}' ends {universe.to_date}, before it begins {universe.from_date}."
        )
        raise UsageError(message, hint="Swap the dates.")


def _check_billed(universe: Universe) -> None:
    if universe.unit not in _WITH_PROVIDER and (universe.provider_ids or universe.billed_codes):
        message = (
            f"Billed codes and providers are conditions of encounters and claims, not of a {universe.unit}."
        )
        raise UsageError(message)
    for code in universe.billed_codes:
        if not _CODES.fullmatch(code):
            message = f"'{code}' is no code and no range of codes."
            raise UsageError(message, hint="Write a code as 99214, or a range as 99202-99215.")
