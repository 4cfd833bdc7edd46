"""Lines to sign: who prepared a workpaper and who reviewed it."""

from __future__ import annotations

from auditlib.report.contents import Section

_LINE = "_" * 30


def signature_section(*, prepared_by: str) -> Section:
    """Return the section in which preparer and reviewer sign, with room for name and day."""
    return Section(
        "Signatures",
        facts=(
            ("Prepared by", f"{prepared_by}   {_LINE}   date {_LINE}"),
            ("Reviewed by", f"{_LINE}   date {_LINE}"),
        ),
    )
