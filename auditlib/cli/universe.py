"""`auditlib universe`: freeze universes to sample from, and show how they differ by now."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.values import FromDay, StratifyBy, ToDay, Unit, sampling_unit
from auditlib.nearest import unknown_name
from auditlib.text import format_dollars

if TYPE_CHECKING:
    import polars as pl

    from auditlib.audits.universe import FrozenUniverse, UniverseDifference
    from auditlib.sampling import Universe
    from auditlib.workbench import Workbench

app = App(name="universe")

CoderId = Annotated[str | None, Parameter(name="--coder")]
PayerId = Annotated[str | None, Parameter(name="--payer")]
EncounterClass = Annotated[str | None, Parameter(name="--class")]


def require_known_filters(workbench: Workbench, universe: Universe) -> None:
    """Refuse a coder, payer or class that no unit has, with the nearest ones that there are.

    Raises
    ------
    UsageError
        If there is one.
    """
    from auditlib.sampling import Universe

    filters = {
        "payer": ("payer_id", universe.payer_id),
        "coder": ("coder_id", universe.coder_id),
        "class of encounter": ("encounter_class", universe.encounter_class),
    }
    given = {kind: pair for kind, pair in filters.items() if pair[1] is not None}
    if not given:
        return
    frame = workbench.universes.frame(Universe("every unit", unit=universe.unit)).frame
    for kind, (column, value) in given.items():
        units = frame.drop_nulls(column) if column in frame.columns else frame
        known = units[column].unique().sort().to_list() if column in units.columns else []
        if value is not None and value not in known:
            raise unknown_name(kind, value, _named_payers(units) if kind == "payer" else known)


def _named_payers(units: pl.DataFrame) -> list[str]:
    """Return the payers by id and name: who knows the name need not know the id."""
    if "payer_name" not in units.columns:
        return []
    payers = units.unique("payer_id").sort("payer_id").select("payer_id", "payer_name")
    return [f"{payer_id} ({name})" if name else payer_id for payer_id, name in payers.iter_rows()]


@app.command
def freeze(
    name: Annotated[str, Parameter(name="--name")],
    *,
    unit: Unit = "encounter",
    stratify_by: StratifyBy | None = None,
    risk: bool = False,
    from_date: FromDay = None,
    to_date: ToDay = None,
    coder_id: CoderId = None,
    payer_id: PayerId = None,
    encounter_class: EncounterClass = None,
    session: InSession,
) -> Outcome:
    """Freeze a universe by a name; one that is frozen already and differs by now is refused.

    Parameters
    ----------
    name
        Name of the universe.
    unit
        Sampling unit.
    stratify_by
        Keep this column as the stratum of each unit.
    risk
        Weigh each unit by its findings.
    from_date
        First date of service.
    to_date
        Last date of service.
    coder_id
        Only this coder's encounters.
    payer_id
        Only this payer's.
    encounter_class
        Only this class of encounter.
    """
    from auditlib.sampling import Universe

    universe = Universe(
        name=name,
        unit=sampling_unit(unit),
        from_date=from_date,
        to_date=to_date,
        payer_id=payer_id,
        coder_id=coder_id,
        encounter_class=encounter_class,
        stratify_by=stratify_by,
        has_risk=risk,
    )
    workbench = session.workbench_to_write()
    require_known_filters(workbench, universe)
    frozen = workbench.universes.freeze(universe)
    return Outcome(lambda: asdict(frozen), _frozen_screen(frozen))


def _frozen_screen(frozen: FrozenUniverse) -> Screen:
    record = frozen.universe
    money = "" if frozen.charge_amount is None else f", {format_dollars(frozen.charge_amount)} charged"
    yield f"Universe '{record.name}': {frozen.unit_count:,} {record.unit}s{money}."
    yield f"  Key {record.unit_key}; dates mean the {record.date_basis}."
    for excluded in record.exclusions:
        yield f"  Left out: {excluded.unit_count:,}, {excluded.reason}"
    yield f"  SHA-256 {frozen.sha256}"


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """List the frozen universes."""
    universes = session.workbench().universes.list()
    return Outcome(lambda: {"universes": universes.frame}, (universes,))


@app.command
def diff(name: Annotated[str, Parameter(name="--name")], *, session: InSession) -> Outcome:
    """Show how a frozen universe would differ if it were frozen today.

    Parameters
    ----------
    name
        Name of the universe.
    """
    difference = session.workbench().universes.diff(name)
    return Outcome(
        lambda: {"universe": name, "is_different": difference.is_any, **asdict(difference)},
        _diff_lines(name, difference),
    )


def _diff_lines(name: str, difference: UniverseDifference) -> Screen:
    if not difference.is_any:
        yield f"The universe '{name}' is the same today."
        return
    yield f"The universe '{name}' differs today: {difference.sentence}."
    yield "  It stays as it was frozen; to sample from today's, freeze it under another name."
    rows = [
        (word, count_text(len(units)))
        for word, units in (
            ("gone", difference.gone),
            ("new", difference.new),
            ("changed", difference.changed),
        )
    ]
    yield Table(("units", "count"), rows)
