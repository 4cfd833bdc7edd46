"""Reproducible samples: universe, frame, design, tickets, manifest, verification."""

from typing import TYPE_CHECKING

from auditlib.names_at_use import names_at_use

if TYPE_CHECKING:
    from auditlib.sampling.design import draw, draw_simple, draw_stratified
    from auditlib.sampling.differences import Difference
    from auditlib.sampling.frame import canonical_frame, frame_sha256
    from auditlib.sampling.manifest import (
        Exclusion,
        Filter,
        Manifest,
        UniverseRecord,
        make_manifest,
        read_manifest,
        write_manifest,
    )
    from auditlib.sampling.memo import sampling_memo
    from auditlib.sampling.plan import Design, Drawn
    from auditlib.sampling.request import SampleRequest, design_of
    from auditlib.sampling.tickets import ticket
    from auditlib.sampling.universe import Universe, build_frame, universe_record
    from auditlib.sampling.verify import Verification, verify_draw, verify_manifest

__all__ = [
    "Design",
    "Difference",
    "Drawn",
    "Exclusion",
    "Filter",
    "Manifest",
    "SampleRequest",
    "Universe",
    "UniverseRecord",
    "Verification",
    "build_frame",
    "canonical_frame",
    "design_of",
    "draw",
    "draw_simple",
    "draw_stratified",
    "frame_sha256",
    "make_manifest",
    "read_manifest",
    "sampling_memo",
    "ticket",
    "universe_record",
    "verify_draw",
    "verify_manifest",
    "write_manifest",
]

__getattr__ = names_at_use(
    __name__,
    {
        "design": ("draw", "draw_simple", "draw_stratified"),
        "differences": ("Difference",),
        "frame": ("canonical_frame", "frame_sha256"),
        "manifest": (
            "Exclusion",
            "Filter",
            "Manifest",
            "UniverseRecord",
            "make_manifest",
            "read_manifest",
            "write_manifest",
        ),
        "memo": ("sampling_memo",),
        "plan": ("Design", "Drawn"),
        "request": ("SampleRequest", "design_of"),
        "tickets": ("ticket",),
        "universe": ("Universe", "build_frame", "universe_record"),
        "verify": ("Verification", "verify_draw", "verify_manifest"),
    },
)
