"""Whether a review may stop: its running bound, as the ledger stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.spares import SPARE_USED, spare_uses, units_to_review
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.number_table import NumberTable, read_number_table
from auditlib.estimation.stopping_bound import RunningBound, running_bound, running_dollar_bound
from auditlib.measures import accuracy
from auditlib.sampling import Manifest, read_manifest
from auditlib.sampling.frame import canonical_frame, frame_sha256, read_text_table
from auditlib.workspace.folder import Workspace


def bound_of_audit(
    workspace: Workspace,
    audit: str,
    *,
    threshold: float,
    confidence: float,
    amounts: Path | None,
    missing: Sequence[str] = (),
) -> RunningBound:
    """Return the limits after each chart reviewed so far.

    Parameters
    ----------
    workspace, audit
        The sample: simple random, for the share of charts in error; or sequential, for that of dollars.
    threshold, confidence
        Share to decide about, fixed before the review, and two-sided level of all looks at once.
    amounts
        For a sequential sample a CSV with unit_id, examined (what was paid or charged) and audited (what
        should have been). A completed chart without error needs no row; one in error without a row waits.
    missing
        Units whose record was not found: in error, for the full charge.

    Raises
    ------
    UsageError
        If the design has no running bound, or amounts are given where charts are counted.
    BadInputError
        If the file names units that are not in the sample, or amounts that cannot be.

    Notes
    -----
    A claim or line is without error if its chart is. A unit that a spare replaced is none of the universe: it
    keeps its place in the order as one without error.
    """
    path = audits.manifest_path(workspace, audit)
    manifest = read_manifest(path)
    uses = spare_uses(workspace.ledger().events(audit=audit, kinds=[SPARE_USED]), audit)
    strangers = sorted(set(missing) - set(units_to_review(manifest, uses)))
    if strangers:
        message = f"A missing record is not in the sample: {strangers[0]}."
        raise UsageError(message, hint="Name units as 'auditlib sample draw' and the manifest do.")
    wrong = _wrong_units(workspace, manifest)
    if manifest.design.method != "sequential":
        if amounts is not None:
            message = f"Sample '{audit}' is {manifest.design.method}: its running bound counts charts."
            raise UsageError(message, hint="Leave the amounts out; 'auditlib audit estimate' takes them.")
        left = {use.unit_out: False for use in uses}
        return running_bound(
            manifest,
            wrong | left | dict.fromkeys(missing, True),
            threshold=threshold,
            confidence=confidence,
            spares=[use.unit_in for use in uses],
        )
    known = {} if amounts is None else _dollars_in_error(read_number_table(amounts), manifest)
    frame = _frame(path, manifest)
    lost = frame.filter(pl.col("unit_id").is_in(list(missing)))
    # The ledger says that nothing was wrong; what something wrong comes to, only the file does.
    clean = {unit: 0.0 for unit, is_wrong in wrong.items() if not is_wrong}
    return running_dollar_bound(
        manifest,
        frame,
        clean
        | known
        | {unit: float(charge) for unit, charge in lost.select("unit_id", "charge_amount").iter_rows()},
        threshold=threshold,
        confidence=confidence,
    )


def _wrong_units(workspace: Workspace, manifest: Manifest) -> dict[str, bool]:
    """Return for each unit of the sample whose chart is completed whether anything in the chart was wrong."""
    found = audits.reviewed(workspace, manifest.name)
    charted = accuracy.chart_accuracy(workspace.warehouse(), found.verdicts, found.charts)
    is_wrong = pl.sum_horizontal("change_count", "delete_count", "add_count") > 0
    by_chart = dict(charted.select("encounter_id", is_wrong.alias("is_wrong")).iter_rows())
    unit_ids = [unit.unit_id for unit in manifest.selected]
    chart_of = audits.charts_of_units(workspace, manifest.universe.unit, unit_ids)
    return {unit: by_chart[chart] for unit, chart in chart_of.items() if chart in by_chart}


def _dollars_in_error(table: NumberTable, manifest: Manifest) -> dict[str, float]:
    units = table.texts("unit_id")
    strangers = set(units) - {unit.unit_id for unit in manifest.selected}
    if strangers:
        message = f"{len(strangers):,} units of {table.name} are not in the sample, as {min(strangers)}."
        raise BadInputError(message, hint=f"The sample is '{manifest.name}'.")
    if len(set(units)) < len(units):
        message = f"{table.name} names a unit twice."
        raise BadInputError(message, hint="One row a reviewed unit.")
    examined, audited = table.numbers("examined"), table.numbers("audited")
    # Underpayments are not offset.
    over = [max(0.0, first - second) for first, second in zip(examined, audited, strict=True)]
    return dict(zip(units, over, strict=True))


def _frame(path: Path, manifest: Manifest) -> pl.DataFrame:
    beside = path.parent / manifest.frame.file_name
    if not beside.is_file():
        message = f"The frame {beside.name} is not beside the manifest."
        raise BadInputError(message, hint="Restore the file.")
    frame = canonical_frame(read_text_table(beside.read_bytes(), subject=f"frame file {beside.name}"))
    if frame_sha256(frame) != manifest.frame.sha256:
        message = f"The frame {beside.name} is not the one that was drawn from."
        raise BadInputError(message, hint="Restore the file; 'auditlib sample verify' says what differs.")
    return frame
