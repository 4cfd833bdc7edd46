"""`auditlib audit attach` and `attachments`: files that are added to a chart by hand."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from auditlib.cli.outcome import Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.values import AuditName
from auditlib.errors import UsageError


def attach(
    chart: str,
    path: Path | None = None,
    *,
    take_back: int | None = None,
    reason: str | None = None,
    audit: AuditName = None,
    session: InSession,
) -> Outcome:
    """Attach a file to a chart of an audit, as its next document; or take an attached one back.

    Parameters
    ----------
    chart
        The encounter.
    path
        A PDF, picture, text, RTF, DOCX, HTML or C-CDA file; it is copied.
    take_back
        Number of an attached document that is no document of the chart any more; its file is kept.
    reason
        Why it is taken back.
    audit
        Name of the audit; by default the latest sample.
    """
    from auditlib.audits.attachments import attached_sentence

    if (path is None) == (take_back is None) or (take_back is None and reason is not None):
        message = "A file is attached, or an attached document is taken back, one at a time."
        raise UsageError(
            message, hint="As in: E1 'Op report.pdf'; or E1 --take-back 2 --reason 'Of another visit.'"
        )
    chosen = session.workbench_to_write().audit(audit)
    if path is not None:
        attached = chosen.attach(chart, path)
    else:
        attached = chosen.take_back_attachment(chart, take_back or 0, reason=reason or "")
    moments = {
        name: moment and moment.isoformat()
        for name, moment in (("attached_at", attached.attached_at), ("taken_back_at", attached.taken_back_at))
    }
    values = asdict(attached) | moments
    return Outcome(lambda: {"audit": chosen.name, **values}, (attached_sentence(attached),))


def attachments(audit: AuditName = None, *, session: InSession) -> Outcome:
    """List the files that were attached to charts: where, what, by whom, and which were taken back and why.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    """
    chosen = session.workbench().audit(audit)
    listed = chosen.attachments()

    def screen() -> Screen:
        if listed.missing:
            yield listed.missing
            return
        yield Table(
            ("chart", "document", "file", "bytes", "by", "SHA-256", "taken back"),
            [
                (
                    row["encounter_id"],
                    str(row["document_number"]),
                    row["file_name"],
                    count_text(row["byte_count"]),
                    row["attached_by"],
                    row["sha256"],
                    f"by {row['taken_back_by']}: {row['taken_back_reason']}" if row["taken_back_by"] else "",
                )
                for row in listed.frame.iter_rows(named=True)
            ],
        )

    return Outcome(lambda: {"audit": chosen.name, "attachments": listed.frame}, screen())
