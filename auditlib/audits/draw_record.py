"""What the ledger holds of a draw: enough to list it, and to know its universe again, without its files."""

from __future__ import annotations

import hashlib

import polars as pl

from auditlib.sampling import Manifest


def units_sha256(unit_ids: pl.Series) -> str:
    """Return the SHA-256 of the units alone: the same whatever the frame's other columns, names and order."""
    ordered = unit_ids.cast(pl.String).sort()
    return hashlib.sha256("\n".join(ordered.to_list()).encode()).hexdigest()


def draw_payload(manifest: Manifest, frame: pl.DataFrame) -> dict[str, object]:
    """Return what the ledger holds of a draw, so that it can be listed without its files."""
    return {
        "manifest_sha256": manifest.content_sha256,
        "frame_sha256": manifest.frame.sha256,
        "units_sha256": units_sha256(frame["unit_id"]),
        "unit": manifest.universe.unit,
        "unit_count": manifest.frame.unit_count,
        "sample_count": manifest.design.sample_count,
        "design": manifest.design.method,
        "seed": manifest.design.seed,
    }
