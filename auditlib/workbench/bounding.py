"""Whether a review may stop: its running bound, as the ledger stands."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.measures import accuracy
from auditlib.measures.sequential import RunningBound, running_bound, running_dollar_bound
from auditlib.sampling import Manifest, read_manifest
from auditlib.sampling.frame import canonical_frame, frame_sha256, read_text_table
from auditlib.workbench import audits
from auditlib.workbench.number_table import NumberTable, read_number_table
from auditlib.workbench.workspace import Workspace


def bound_of_audit(
    workspace: Workspace, audit: str, *, threshold: float, confidence: float, amounts: Path | None
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

    Raises
    ------
    UsageError
        If the design has no running bound, or amounts are given where charts are counted.
    BadInputError
        If the file names units that are not in the sample, or amounts that cannot be.
    """
    path = audits.manifest_path(workspace, audit)
    manifest = read_manifest(path)
    wrong = _wrong_charts(workspace, audit)
    if manifest.design.method != "sequential":
        if amounts is not None:
            message = f"Sample '{audit}' is {manifest.design.method}: its running bound counts charts."
            raise UsageError(message, hint="Leave the amounts out; 'auditlib estimate' takes them.")
        return running_bound(manifest, wrong, threshold=threshold, confidence=confidence)
    known = {} if amounts is None else _dollars_in_error(read_number_table(amounts), manifest)
    # The ledger says that nothing was wrong; what something wrong comes to, only the file does.
    clean = {unit: 0.0 for unit, is_wrong in wrong.items() if not is_wrong}
    return running_dollar_bound(
        manifest,
        _frame(path, manifest),
        clean | known,
        threshold=threshold,
        confidence=confidence,
    )


def _wrong_charts(workspace: Workspace, audit: str) -> dict[str, bool]:
    found = audits.reviewed(workspace, audit)
    charted = accuracy.chart_accuracy(workspace.warehouse(), found.verdicts, found.charts)
    is_wrong = pl.sum_horizontal("change_count", "delete_count", "add_count") > 0
    return dict(charted.select("encounter_id", is_wrong.alias("is_wrong")).iter_rows())


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
