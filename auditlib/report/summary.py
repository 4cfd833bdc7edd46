"""The one-screen summary of a workspace: what is loaded, found, sampled and measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from html import escape

import polars as pl

from auditlib.checks.check_outcomes import since_when
from auditlib.report.table import DisplayTable, display_table
from auditlib.sampling import Manifest


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts and dollars of all files; ``paid_amount`` is net of reversals."""

    file_count: int
    encounter_count: int
    claim_count: int
    claim_line_count: int
    claim_charge_amount: Decimal
    claim_payment_count: int
    paid_amount: Decimal
    rejected_count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the summary shows.

    Parameters
    ----------
    totals
        What is loaded, by format of the file.
    money
        Rows and dollars of the tables of claims and payments.
    encounter_count
        Encounters of the workspace, those derived from claims included.
    check_outcomes
        Each check with its outcome and counts; empty if the checks have not run since the last load.
    audit, manifest, manifest_path
        The audit, its sample's manifest and where that is; None where no sample was drawn.
    accuracy
        Overall accuracy, by each definition.
    review_note
        What of the review does not count and why, and how missing records count; empty if nothing.
    denials
        Overall denial rates.
    weights_note
        How the charts behind the accuracy are weighted; empty where they count alike.
    draws
        How often the ledger holds that the universe of the audit was drawn; empty without a sample.
    warnings
        What does not fit together, a sentence each: samples of which the ledger knows nothing.
    """

    totals: pl.DataFrame
    money: pl.DataFrame
    encounter_count: int
    check_outcomes: pl.DataFrame
    audit: str | None
    manifest: Manifest | None
    manifest_path: str | None
    accuracy: pl.DataFrame
    review_note: str
    denials: pl.DataFrame
    warnings: tuple[str, ...] = ()
    weights_note: str = ""
    draws: str = ""

    @property
    def loaded(self) -> Loaded:
        """Counts and dollars of everything that is loaded; claims and payments apart."""
        tables = {row["table_name"]: row for row in self.money.iter_rows(named=True)}
        return Loaded(
            file_count=int(self.totals["file_count"].sum()),
            encounter_count=self.encounter_count,
            claim_count=tables["claim"]["row_count"],
            claim_line_count=tables["claim_line"]["row_count"],
            claim_charge_amount=tables["claim"]["charge_amount"],
            claim_payment_count=tables["remit_claim"]["row_count"],
            paid_amount=tables["remit_claim"]["paid_amount"],
            rejected_count=int(self.totals["rejected_count"].sum()),
        )

    @property
    def frame(self) -> pl.DataFrame:
        """The figures that the summary opens with, a row a figure."""
        loaded = asdict(self.loaded)
        return pl.DataFrame(
            {"figure": list(loaded), "value": [str(value) for value in loaded.values()]},
            schema={"figure": pl.String(), "value": pl.String()},
        )

    def _tables(self) -> list[DisplayTable]:
        tables = [
            display_table(self.totals, title="Loaded"),
            display_table(
                self.check_outcomes.drop("loaded_through"),
                title="Checks",
                note=since_when(self.check_outcomes),
            ),
        ]
        if self.audit is not None:
            title = f"Accuracy of coding, audit '{self.audit}'"
            note = " ".join(filter(None, (self.weights_note, self.review_note)))
            tables.append(display_table(self.accuracy, title=title, note=note))
        return [*tables, display_table(self.denials, title="Denials")]

    def _repr_html_(self) -> str:
        warnings = "".join(f"<p><strong>{escape(warning)}</strong></p>" for warning in self.warnings)
        return warnings + "".join(table._repr_html_() for table in self._tables())

    def __repr__(self) -> str:
        return "\n\n".join([*self.warnings, *map(repr, self._tables())])
