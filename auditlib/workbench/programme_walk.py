"""Audits by programme on the demo's data, walked from plan to review in a copy of its workspace."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codesets.library.optional_sets import add_optional
from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.progress import Progress, SilentProgress
from auditlib.sampling import Universe
from auditlib.text import counted, format_dollars
from auditlib.workbench.audit import Audit
from auditlib.workbench.context import Clock
from auditlib.workbench.workbench import Workbench
from auditlib.workspace import Workspace

WALK_USER: Final = "demo auditor"
_CODER, _OTHER_CODER = "C02", "C08"
_YEAR: Final = 2027
_GOAL: Final = 0.10
PASSES, FAILS, FULL = "cia passes", "cia fails", "cia full"
MANUAL, FIRST_ROUND, SECOND_ROUND, ENROLLEES = "pim", "tpe 1", "tpe 2", "radv"
SCHEMA: Final = {
    "audit": pl.String(),
    "programme": pl.String(),
    "units": pl.String(),
    "what_follows": pl.String(),
    "figure": pl.String(),
}
"""Columns of `Walk.frame`."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What the walk left behind.

    Parameters
    ----------
    workbench
        Of the copy.
    note
        What was left out, and why.
    """

    workbench: Workbench
    note: str = ""

    @property
    def frame(self) -> pl.DataFrame:
        """One row an audit: columns of `SCHEMA`."""
        rows = []
        for name in self.workbench.samples.names():
            audit = self.workbench.audit(name)
            done = audit.findings()
            finding = done.finding
            unit = audit.manifest.universe.unit
            rows.append(
                (
                    name,
                    done.plan.template_id,
                    (
                        f"{counted(audit.manifest.design.sample_count, unit)} of "
                        f"{audit.manifest.frame.unit_count:,}"
                    ),
                    " ".join([*done.sentences, *audit.compare_rounds()]),
                    "none"
                    if finding is None
                    else f"{finding.programme.demand}: {format_dollars(round(finding.demand, 2))}",
                )
            )
        return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def walk_programmes(
    demo: Path, folder: Path, *, moment: dt.datetime, progress: Progress | None = None
) -> Walk:
    """Walk five programmes on a copy of the demo: plan, draw and review; then `Walk.frame` says what follows.

    Parameters
    ----------
    demo
        Workspace of the demo, which is only read.
    folder
        Where the copy is made; it must not exist.
    moment
        The time that goes on record.
    progress
        Advanced for each audit.

    Notes
    -----
    Reviews are the recorded ones. Of the discovery sample that fails three records are said to be missing.
    What is paid for risk categories is made up.
    """
    progress = progress or SilentProgress()
    shutil.copytree(demo, folder, ignore=_what_was_decided)
    store = Workspace.open(demo).warehouse()
    store.copy_to(folder / store.path.name)
    Ledger(folder / "ledger.db", make_if_absent=True)
    bench = Workbench.open(folder, user=WALK_USER, clock=_stopped_at(moment))
    progress.start("Walking the programmes", total=7)
    office = Universe(
        f"Paid office claims of {_CODER}",
        unit="claim",
        coder_id=_CODER,
        encounter_class="office",
        is_paid_only=True,
    )
    _drawn(bench, PASSES, "cia-discovery", seed="2718", universe=office).replay()
    progress.advance()
    failing = _drawn(bench, FAILS, "cia-discovery", seed="3141", universe=office)
    lost = _dearest_charts(failing, 3)
    failing.state_record(lost, "missing")
    _review(failing, without=lost)
    progress.advance()
    _review(_drawn(bench, FULL, "cia-discovery", follows=FAILS), without=lost)
    progress.advance()
    evidence = "Made up: a probe of 30 claims in March 2026 found 40 % of the dollars in error."
    other = replace(office, name=f"Paid office claims of {_OTHER_CODER}", coder_id=_OTHER_CODER)
    ground = {"ground": "high error rate", "evidence": evidence}
    _drawn(bench, MANUAL, "pim", seed="1618", universe=other, count=60, **ground).replay()
    progress.advance()
    for name, follows, first, last in (
        (FIRST_ROUND, "", dt.date(2025, 10, 1), dt.date(2026, 3, 31)),
        (SECOND_ROUND, FIRST_ROUND, dt.date(2026, 4, 1), dt.date(2026, 9, 30)),
    ):
        of_round = Universe(
            f"Office claims of {_CODER}, {first} to {last}",
            unit="claim",
            from_date=first,
            to_date=last,
            coder_id=_CODER,
            encounter_class="office",
        )
        topic = {"topic": "office visits", "goal": _GOAL, "follows": follows}
        _drawn(bench, name, "tpe", seed=f"tpe {name}", universe=of_round, count=20, **topic).replay()
        progress.advance()
    note = _walk_enrollees(bench, folder, moment)
    progress.advance()
    return Walk(bench, note)


def _drawn(bench: Workbench, name: str, programme: str, *, seed: str = "", **plan: object) -> Audit:
    bench.programmes.plan(name, programme, **plan)  # type: ignore[arg-type] # options of a plan
    bench.programmes.draw(name, seed=seed)
    return bench.audit(name)


def _review(audit: Audit, *, without: Collection[str]) -> None:
    """Replay the recorded reviews of a sample but for some charts."""
    charts = audit.units().frame["encounter_id"].unique(maintain_order=True)
    audit.replay(encounter_ids=[chart for chart in charts if chart not in without])


def _walk_enrollees(bench: Workbench, folder: Path, moment: dt.datetime) -> str:
    """Draw and review enrollees; return why not, where the map of risk categories cannot be had."""
    try:
        add_optional(bench.workspace, loaded_at=moment.replace(tzinfo=None), only=("hcc",))
    except UsageError as error:
        return f"The audit of enrollees is left out: {error.message} {error.hint or ''}".strip()
    categories = bench.programmes.risk_categories().frame["category"]
    table = folder / "category_payments.csv"
    table.write_text(
        "\n".join(
            ["category,payment_amount,trumps"]
            + [f"{one},{1000 + 10 * int(one)}.00,{_TRUMPED.get(one, '')}" for one in categories]
        ),
        encoding="utf-8",
    )
    audit = _drawn(
        bench,
        ENROLLEES,
        "radv",
        seed="6561",
        payment_year=_YEAR,
        to_date=dt.date(2026, 9, 30),
        from_date=dt.date(2026, 1, 1),
        count=35,
        category_payments=table,
    )
    audit.replay()
    return ""


_TRUMPED: Final = {"35": "36 37 38", "36": "37 38", "37": "38", "224": "226", "326": "327 328 329"}
"""A part of the hierarchy, for the demo."""


def _dearest_charts(audit: Audit, count: int) -> list[str]:
    """Return the charts of the claims of a sample that were paid most."""
    units = audit.units().frame.sort("paid_amount", "unit_id", descending=[True, False])
    charts: list[str] = units["encounter_id"].head(count).to_list()
    return charts


def _what_was_decided(folder: str, names: list[str]) -> list[str]:
    """Return what is not copied: the demo's ledger with its anchors, and its folders of draws and reports.

    The warehouse is copied while nobody writes it.
    """
    if Path(folder).name in {"manifests", "reports", "universes"}:
        return names
    return [name for name in names if name.startswith(("ledger.db", "anchors.jsonl", "warehouse.duckdb"))]


def _stopped_at(moment: dt.datetime) -> Clock:
    return lambda: moment
