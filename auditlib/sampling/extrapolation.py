"""Which samples allow estimates of their universe, and by which appraisals."""

from __future__ import annotations

from typing import Final

from auditlib.errors import UsageError
from auditlib.sampling.manifest import Manifest

APPRAISALS: Final = {
    "simple random": ("variable", "attribute", "ratio", "regression", "post-stratified", "net"),
    "stratified random": ("stratified", "attribute-stratified", "ratio", "regression", "net"),
    "systematic": ("variable", "attribute", "ratio", "regression"),
    "cluster": ("cluster",),
    "two-stage": ("two-stage",),
    "PPS": ("unequal",),
    "risk-weighted": ("unequal",),
    "monetary unit": ("unequal",),
    "RHC": ("rhc",),
}


def require_extrapolation(manifest: Manifest, *, method: str | None = None) -> None:
    """Raise if the design of a sample does not allow an estimate of its universe.

    Parameters
    ----------
    manifest
        The sample's manifest.
    method
        The appraisal to use; None to check only that some appraisal is allowed.

    Raises
    ------
    UsageError
        If the sample is judgmental or sequential, or the appraisal does not fit its design.
    """
    if manifest.design.method == "sequential":
        message = f"Sample '{manifest.name}' is sequential: its limits are those of the running bound."
        raise UsageError(message, hint="Ask 'auditlib audit bound NAME --amounts FILE'.")
    allowed = APPRAISALS.get(manifest.design.method, ())
    if not allowed:
        message = f"Sample '{manifest.name}' is {manifest.design.method}: it says nothing about other units."
        raise UsageError(message, hint="Report what was found in the units themselves, or draw by chance.")
    if method is not None and method not in allowed:
        message = f"Sample '{manifest.name}' is {manifest.design.method}; '{method}' is not for that design."
        raise UsageError(message, hint=f"Appraisals of that design are {', '.join(allowed)}.")
