"""`auditlib sample`: how many to review, the draw, its verification, and its spares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.universe import CoderId, EncounterClass, PayerId, require_known_filters
from auditlib.cli.values import AuditName, FromDay, ToDay, Unit, sampling_unit
from auditlib.errors import UsageError
from auditlib.text import format_dollars

if TYPE_CHECKING:
    from auditlib.estimation.sizes import Sizing
    from auditlib.sampling import Manifest
    from auditlib.workbench import Workbench

app = App(name="sample")

SizeKind: TypeAlias = Literal["attribute", "share", "discovery", "variable", "stratified", "net"]
DesignChoice: TypeAlias = Literal[
    "simple",
    "stratified",
    "systematic",
    "cluster",
    "two-stage",
    "pps",
    "monetary",
    "risk",
    "rhc",
    "sequential",
    "judgmental",
]
StratifyDrawBy: TypeAlias = Literal[
    "encounter_class", "coder_id", "provider_id", "payer_id", "service_month", "finding", "dollars"
]
_Several = Parameter(consume_multiple=True)


@app.command
def size(
    kind: Annotated[SizeKind, Parameter(name="KIND")],
    file: Annotated[Path | None, Parameter(name="STRATA.csv")] = None,
    /,
    *,
    universe: int | None = None,
    confidence: float = 0.90,
    precision: float | None = None,
    width: float | None = None,
    rate: float | None = None,
    mean: float | None = None,
    deviation: float | None = None,
    total: float | None = None,
    probe: Path | None = None,
    history: Path | None = None,
    audit: str | None = None,
    count: int | None = None,
    largest_underpayment: float | None = None,
    session: InSession,
) -> Outcome:
    """Say how many units to review, by which formula and rounding rule.

    Parameters
    ----------
    kind
        What is to be estimated.
    file
        Of a stratified sample: the strata.
    universe
        Units in the universe.
    confidence
        Two-sided level.
    precision
        Half width: of the total (0.25), a share (0.03); net: 1 for above 0.
    width
        Attribute: upper minus lower limit, 0.06 for six points.
    rate
        Expected share in error.
    mean
        Variable: mean per unit.
    deviation
        Variable: standard deviation per unit.
    total
        Variable, with --rate: dollars in the universe.
    probe
        CSV of a probe: 'value', or 'examined' and 'audited'.
    history
        A workspace: take the rate from its reviews.
    audit
        With --history: only this audit.
    count
        Stratified: share out this many units.
    largest_underpayment
        Net: the most dollars that a unit was paid too little.
    """
    del session
    from auditlib.estimation.planned_size import planned_size

    sizing = planned_size(
        kind,
        file,
        universe_count=universe,
        confidence=confidence,
        precision=precision,
        width=width,
        rate=_expected_rate(rate, history, audit),
        mean=mean,
        deviation=deviation,
        total=total,
        probe=probe,
        count=count,
        largest_underpayment=largest_underpayment,
    )
    return Outcome(lambda: _sizing_figures(sizing), _sizing_screen(sizing))


def _expected_rate(rate: float | None, history: Path | None, audit: str | None) -> float | None:
    if history is None:
        return rate
    if rate is not None:
        message = "Give either --rate or --history."
        raise UsageError(message)
    from auditlib.estimation.sizes import review_error_rate
    from auditlib.workbench import Workbench

    return review_error_rate(Workbench.open(history).workspace, audit=audit)


def _sizing_figures(sizing: Sizing) -> dict[str, object]:
    return {
        "count": sizing.count,
        "formula": sizing.formula,
        "rounding": sizing.rounding,
        "unrounded": sizing.unrounded,
        "others": sizing.others,
        "notes": sizing.notes,
        "strata": sizing.strata,
    }


def _sizing_screen(sizing: Sizing) -> Screen:
    yield f"Review {sizing.count:,} units."
    yield f"  Formula:  {sizing.formula}"
    yield f"  Rounding: {sizing.rounding} (unrounded {sizing.unrounded:,.3f})"
    if sizing.strata:
        yield Table(("stratum", "units"), [(name, f"{count:,}") for name, count in sizing.strata.items()])
    for name, count in sizing.others.items():
        yield f"  By another rule: {count:,} ({name})"
    for note in sizing.notes:
        yield f"  Note: {note}"


@app.command
def draw(
    name: Annotated[str, Parameter(name="--name")],
    *,
    seed: str = "",
    count: int = 0,
    spares: int = 0,
    design: DesignChoice | None = None,
    unit: Unit = "encounter",
    stratify_by: StratifyDrawBy | None = None,
    allocation: Literal["proportional", "neyman", "quota"] | None = None,
    minimum: int = 2,
    certainty: list[str] | None = None,
    strata: int = 3,
    boundaries: str = "lavallee-hidiroglou",
    certain_top: bool = False,
    order_by: str | None = None,
    cluster: str | None = None,
    per_cluster: int = 0,
    size: str = "charge_amount",
    generator: Literal["tickets", "ratstats"] = "tickets",
    numbering: Literal["rows", "sets", "frames"] = "rows",
    second_seed: str = "",
    purpose: Literal["estimate", "discovery", "probe"] = "estimate",
    units: Annotated[list[str] | None, _Several] = None,
    reason: str = "",
    objective: str = "",
    from_date: FromDay = None,
    to_date: ToDay = None,
    coder_id: CoderId = None,
    payer_id: PayerId = None,
    encounter_class: EncounterClass = None,
    universe: str | None = None,
    size_basis: str = "stated by the auditor",
    session: InSession,
) -> Outcome:
    """Freeze a universe and draw a sample from it, with a manifest by which `sample verify` draws it again.

    Parameters
    ----------
    name
        Name of the audit; letters, digits, hyphens.
    seed
        Any text; the same seed on the same frame draws the same sample.
    count
        How many units to draw (clusters, dollars, groups).
    spares
        How many spare units to draw after them.
    design
        By default simple, or stratified with --stratify-by.
    unit
        Sampling unit.
    stratify_by
        Draw from each stratum.
    allocation
        Share the count by size, by size times spread of charges (the rule of lavallee-hidiroglou, and its
        default), or --count of every stratum.
    minimum
        Least number of a stratum.
    certainty
        Stratum reviewed whole; may be repeated.
    strata
        With --stratify-by dollars: how many.
    boundaries
        Of dollars: lavallee-hidiroglou, root-f, or amounts as 100,2500.
    certain_top
        With --stratify-by dollars: review the top stratum whole.
    order_by
        Columns: the order (systematic) or the numbers (sets, frames).
    cluster
        Column whose values are the clusters.
    per_cluster
        Two-stage: units of each cluster.
    size
        Column of size.
    generator
        Source of random numbers.
    numbering
        What RAT-STATS' numbers are.
    second_seed
        RAT-STATS RHC: seed within groups.
    purpose
        What the sample is for.
    units
        Judgmental: the units.
    reason
        Judgmental: why these.
    objective
        What the audit is to find out.
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
    universe
        Draw from the frozen universe of this name; filters are its own.
    size_basis
        How the count was arrived at.
    """
    from auditlib.sampling import SampleRequest, Universe
    from auditlib.sampling.request import usual_allocation

    chosen = design or ("simple" if stratify_by is None else "stratified")
    if universe is not None and any((from_date, to_date, coder_id, payer_id, encounter_class)):
        message = "A frozen universe has its own filters."
        raise UsageError(message, hint="Leave the filters out, or freeze another universe.")
    if universe is None and (chosen == "stratified") != (stratify_by is not None):
        message = "A stratified sample needs --stratify-by, and no other design has strata."
        raise UsageError(message)
    is_by_dollars = stratify_by == "dollars"
    units_asked = Universe(
        name=name,
        unit=sampling_unit(unit),
        from_date=from_date,
        to_date=to_date,
        payer_id=payer_id,
        coder_id=coder_id,
        encounter_class=encounter_class,
        stratify_by=None if is_by_dollars else stratify_by,
        has_risk=chosen == "risk" or size.startswith("risk_"),
    )
    dollar_strata = boundaries if is_by_dollars else ""
    request = SampleRequest(
        chosen,
        seed=seed,
        count=count,
        spare_count=spares,
        allocation=allocation or usual_allocation(dollar_strata),
        minimum_per_stratum=minimum,
        certainty_strata=tuple(certainty or ()),
        dollar_strata=dollar_strata,
        dollar_stratum_count=strata,
        is_top_certain=certain_top,
        order_by=tuple((order_by or "").replace(",", " ").split()),
        numbering=numbering,
        cluster_column=cluster or "",
        units_per_cluster=per_cluster,
        size_column=size,
        generator="RAT-STATS 2005-2010" if generator == "ratstats" else "hash tickets",
        second_seed=second_seed,
        purpose=purpose,
        listed=tuple(units or ()),
        reason=reason,
    )
    workbench = session.workbench_to_write()
    if universe is None:
        require_known_filters(workbench, units_asked)
    manifest = workbench.samples.draw(
        units_asked if universe is None else universe,
        request,
        name=name,
        size_basis=size_basis,
        objective=objective,
    )
    return _drawn(workbench, manifest, session.command)


def _drawn(workbench: Workbench, manifest: Manifest, command: str) -> Outcome:
    from auditlib.audits.audit import manifest_path, memo_path

    path = manifest_path(workbench.workspace, manifest.name)
    memo = memo_path(workbench.workspace, manifest.name)
    return Outcome(
        lambda: {
            "manifest": str(path),
            "content_sha256": manifest.content_sha256,
            "design": manifest.design.method,
            "generator": manifest.generator,
            "frame_sha256": manifest.frame.sha256,
            "frame_unit_count": manifest.frame.unit_count,
            "sample": [unit.unit_id for unit in manifest.selected if unit.role == "sample"],
            "spares": [unit.unit_id for unit in manifest.selected if unit.role == "spare"],
            "strata": {stratum.stratum: stratum.sample_count for stratum in manifest.strata},
            "warnings": manifest.warnings,
        },
        _drawn_screen(manifest, path, memo, command),
    )


def _drawn_screen(manifest: Manifest, path: Path, memo: Path, command: str) -> Screen:
    design, frame = manifest.design, manifest.frame
    yield (
        f"Drew {design.sample_count:,} of {frame.unit_count:,} {manifest.universe.unit}s, {design.method}, "
        f"seed {design.seed}."
    )
    yield Table(
        ("stratum", "units", "charges", "sample", "spares"),
        [
            (
                stratum.stratum,
                count_text(stratum.unit_count),
                "" if stratum.charge_amount is None else format_dollars(stratum.charge_amount),
                count_text(stratum.sample_count),
                count_text(stratum.spare_count),
            )
            for stratum in manifest.strata
        ],
    )
    for warning in manifest.warnings:
        yield f"  Note: {warning}"
    yield f"Manifest: {path}"
    yield f"Memo:     {memo}"
    yield f"Next: name its reviewers and review it, on the start screen: {command} lab"


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """List the drawn samples, oldest first."""
    samples = session.workbench().samples.list()
    return Outcome(lambda: {"samples": samples.frame}, (samples,))


@app.command
def verify(manifest: Annotated[str, Parameter(name="MANIFEST")], /, *, session: InSession) -> Outcome:
    """Draw a sample again from its manifest, offline, and compare; compute again what its memo says.

    Parameters
    ----------
    manifest
        The manifest's JSON file, or the name of a sample in the workspace.
    """
    from auditlib.sampling import verify_manifest
    from auditlib.sampling.verify import NOT_PROVED

    path = Path(manifest)
    if path.suffix == ".json" or len(path.parts) > 1 or path.exists():
        verification = verify_manifest(path)
    else:
        verification = session.workbench().samples.verify(manifest)
    return Outcome(
        lambda: {
            "is_verified": verification.is_verified,
            "is_memo_compared": verification.has_memo,
            "not_proved": NOT_PROVED,
            "draws": verification.draws,
            "differences": [
                {"kind": one.kind, "subject": one.subject, "sentence": one.sentence}
                for one in verification.differences
            ],
        },
        (verification.summary,),
        ExitCode.DONE if verification.is_verified else ExitCode.BAD_INPUT,
    )


@app.command
def spare(
    audit: AuditName = None,
    *,
    unit: str | None = None,
    reason: str = "",
    note: str = "",
    session: InSession,
) -> Outcome:
    """Put the next spare in a unit's place, or list the spares used; either writes the file of spares.

    Parameters
    ----------
    audit
        Name of the sample; by default the latest.
    unit
        The unit that is not one of the universe; without it, the uses are listed.
    reason
        Why it is not: other payer, not paid, duplicate, voided, other dates, other provider, other service,
        other patient, test data. A record that is missing, lost or refused is no reason.
    note
        What shows it, in a line.
    """
    workbench = session.workbench() if unit is None else session.workbench_to_write()
    sampled = workbench.audit(audit)
    manifest = sampled.manifest
    if unit is not None:
        sampled.use_spare(unit, reason=reason, note=note)
    uses = sampled.spare_uses()
    written = sampled.write_spare_file()

    def lines() -> Iterator[str]:
        yield f"Policy: {manifest.spare_policy}"
        for use in uses:
            yield f"  {use.recorded_at:%Y-%m-%d %H:%M} {use.unit_in} for {use.unit_out}, by {use.actor}:"
            yield f"    {use.why}"
        if written is None:
            yield "  No spare was used."
        else:
            yield f"  Recorded beside the manifest: {written.name}"

    return Outcome(
        lambda: {"spare_policy": manifest.spare_policy, "uses": [asdict(use) for use in uses]}, lines()
    )
