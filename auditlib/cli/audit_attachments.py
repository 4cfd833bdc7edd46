"""`auditlib audit attach` and `attachments`: files that are added to a chart by hand."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from auditlib.cli.outcome import Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.values import AuditName


def attach(chart: str, path: Path, *, audit: AuditName = None, session: InSession) -> Outcome:
    """Attach a file to a chart of an audit: it is copied, and read as the next document of the chart.

    Parameters
    ----------
    chart
        The encounter.
    path
        A PDF, picture, text, RTF, DOCX, HTML or C-CDA file.
    audit
        Name of the audit; by default the latest sample.
    """
    from auditlib.audits.attachments import attached_sentence

    chosen = session.workbench_to_write().audit(audit)
    attached = chosen.attach(chart, path)
    values = asdict(attached) | {"attached_at": attached.attached_at.isoformat()}
    return Outcome(lambda: {"audit": chosen.name, **values}, (attached_sentence(attached),))


def attachments(audit: AuditName = None, *, session: InSession) -> Outcome:
    """List the files that were attached to charts: where, what, by whom and when.

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
            ("chart", "document", "file", "bytes", "by", "SHA-256"),
            [
                (
                    row["encounter_id"],
                    str(row["document_number"]),
                    row["file_name"],
                    count_text(row["byte_count"]),
                    row["attached_by"],
                    row["sha256"],
                )
                for row in listed.frame.iter_rows(named=True)
            ],
        )

    return Outcome(lambda: {"audit": chosen.name, "attachments": listed.frame}, screen())
