"""Exemptions from a payer's downcoding programme: charts drawn, what their review shows, the signed pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.audits.audit import audit_names
from auditlib.audits.exemption import Exemption, ExemptionTerms, exemption, plan_exemption
from auditlib.errors import UsageError
from auditlib.measures.payer_metrics import payer_ids
from auditlib.progress import SilentProgress
from auditlib.report.file_names import file_part, report_stem
from auditlib.report.packs.exemption_pack import SignedBy, exemption_pack
from auditlib.report.write_files import require_formats, write_reports
from auditlib.sampling import Manifest
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.version import __version__
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

FORMATS = ("html", "pdf", "xlsx")


class Exemptions:
    """The evidence of one workspace to be taken off a downcoding programme.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    audit_of
        Gives an audit by name, with a rule for missing records.
    """

    def __init__(self, context: Context, audit_of: Callable[[str, MissingRecordRule | None], Audit]) -> None:
        self._context = context
        self._audit_of = audit_of

    def draw(
        self, terms: ExemptionTerms, *, name: str, count: int, seed: str, spare_count: int = 0
    ) -> Manifest:
        """Draw the charts as an audit of that name, to be reviewed on the desk; the terms go on record.

        Parameters
        ----------
        terms
            Payer (its name or identifier), providers, codes, days, threshold and confidence: fixed by the
            draw.
        name, count, seed, spare_count
            Of the draw; see `auditlib.audits.exemption.plan_exemption`.

        Raises
        ------
        UsageError
            If so few charts cannot meet the threshold even if all are right, the name has other terms, or no
            claim or several identifiers are of such a payer.
        BadInputError
            If no chart meets the conditions.
        """
        return plan_exemption(
            self._context.workspace,
            replace(terms, payer_id=self._payer_id(terms.payer_id)),
            name=name,
            count=count,
            seed=seed,
            spare_count=spare_count,
            software_version=__version__,
            drawn_by=self._context.user,
            drawn_at=self._context.now(),
        )

    def find(self, name: str, *, missing_rule: MissingRecordRule | None = None) -> Exemption:
        """Return what the review of an audit shows: its charts, n of m right, the bound and the state.

        Raises
        ------
        UsageError
            If there is no such audit, it was not drawn for an exemption, or the user reviews it blind.
        """
        return self._found(name, missing_rule)[0]

    def write(
        self,
        name: str,
        *,
        signed_by: str | None = None,
        signed_on: dt.date | None = None,
        formats: Sequence[str] = FORMATS,
        missing_rule: MissingRecordRule | None = None,
    ) -> list[Path]:
        """Write the pack into the workspace's reports and return the paths.

        Parameters
        ----------
        name
            The audit.
        signed_by, signed_on
            Who signs and when; without both it is a draft and says so.
        formats
            Of html, pdf, xlsx and docx.
        missing_rule
            How missing records count.

        Raises
        ------
        UsageError
            If a review that is not finished is to be signed, or the day is before its last decision.
        """
        found, rule, last_day = self._found(name, missing_rule)
        signed = _signed(found, signed_by, signed_on, last_day=last_day, today=self._context.now().date())
        contents = exemption_pack(
            found,
            rule,
            signed,
            made_at=self._context.now(),
            made_by=self._context.user,
            software_version=__version__,
        )
        workspace = self._context.workspace
        stem = report_stem(file_part(name), "exemption", taken=audit_names(workspace))
        named = require_formats(formats)
        paths = [workspace.reports / f"{stem}.{ending}" for ending in named]
        self._context.write_on_record("exemption", *paths, audit=name)
        return write_reports({stem: contents}, workspace.reports, named, progress=SilentProgress())

    def _payer_id(self, payer: str) -> str:
        ids = payer_ids(self._context.warehouse.query("queries/claims/payer"), payer)
        if len(ids) > 1:
            message = f"Several identifiers are of payer '{payer}': {', '.join(sorted(ids))}."
            raise UsageError(message, hint="Give the identifier of the programme's payer.")
        return ids[0]

    def _found(
        self, name: str, missing_rule: MissingRecordRule | None
    ) -> tuple[Exemption, MissingRecordRule, dt.date | None]:
        audit = self._audit_of(name, missing_rule)
        reviewed = audit.reviewed
        events = self._context.ledger.events(audit=name)
        found = exemption(self._context.warehouse, audit.manifest, reviewed, events, audit.spare_uses())
        last = max((event.recorded_at.astimezone(dt.UTC).date() for event in events), default=None)
        return found, reviewed.missing_rule, last


def _signed(
    found: Exemption, name: str | None, day: dt.date | None, *, last_day: dt.date | None, today: dt.date
) -> SignedBy | None:
    if name is None and day is None:
        return None
    if name is None or day is None or not name.strip():
        message = "A signature is a name and a day."
        raise UsageError(message, hint="Give both, or neither for a draft.")
    if found.state == "not finished":
        message = f"A review that is not finished cannot be signed. {found.sentence}"
        raise UsageError(message, hint="Finish the charts that result 'not reviewed to the end' names.")
    if last_day is not None and not last_day <= day <= today:
        message = (
            f"The pack cannot be signed on {day}: its last decision is of {last_day}, and today is {today}."
        )
        raise UsageError(message, hint="Give the day on which it is signed.")
    return SignedBy(name.strip(), day)
