"""Every total that screens and reports use, beside the same total summed plainly from the raw files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.progress import Progress, SilentProgress
from auditlib.reconciliation.comparison import Comparison, compare
from auditlib.reconciliation.equations import Equation, equations
from auditlib.reconciliation.raw_files import COMPARED, NOT_SUMMED, NOTHING_LOADED, read_raw_files
from auditlib.reconciliation.raw_records import MEASURES, MONEY
from auditlib.reconciliation.screens import SCREEN_TOTALS, ScreenTotal, screen_frames
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.warehouse import Warehouse

_FILE: Final = "source_file_id"
_WITH_ANSWERS: Final = ("FHIR", "RIF ")
_NOT_COMPARED: Final = "in files that are not compared"
_REPEATED: Final = (
    r"^duplicate transaction: .* already holds it$",
    "in transactions that another file already holds",
)
_FORMS: Final = {"P": "professional", "I": "institutional", "D": "dental", "R": "pharmacy"}
_FILE_COLUMNS: Final = {
    "claim_count": ("claims and claim payments, by file", ("claim", "remit_claim"), "record_count"),
    "line_count": ("service lines, by file", ("claim_line", "remit_line"), "record_count"),
    "charge_amount": ("charges, by file", ("claim", "remit_claim"), "charge_amount"),
}

TOTALS_SCHEMA: Final = pl.Schema(
    {
        "total": pl.String(),
        "shown_in": pl.String(),
        "unit": pl.String(),
        "product_value": MONEY,
        "raw_value": MONEY,
        "accounted_value": MONEY,
        "difference": MONEY,
    }
)
EQUATION_SCHEMA: Final = pl.Schema(
    {"equation": pl.String(), "unit": pl.String(), "step": pl.String(), "value": MONEY, "difference": MONEY}
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The totals of a workspace beside those of its raw files.

    Attributes
    ----------
    totals
        A row a total and screen: ``product_value`` on the screen, ``raw_value`` summed from the raw files,
        ``accounted_value``: what the equations account for, ``difference``: the first less the other two.
    equations
        What is accounted for, and totals that rightly differ from each other.
    records
        The records that differ for no reason on record: record_kind, file_name, source_offset and both sides.
    files
        Every file with its state: compared, or why not.
    """

    totals: pl.DataFrame
    equations: tuple[Equation, ...]
    records: pl.DataFrame
    files: pl.DataFrame

    @property
    def equation_frame(self) -> pl.DataFrame:
        """Return the equations, a row a term; ``difference`` is what remains of the whole equation."""
        return pl.DataFrame(
            [
                (one.title, one.unit, text, value, one.difference)
                for one in self.equations
                for text, value in (one.start, *one.steps, one.result)
            ],
            schema=EQUATION_SCHEMA,
            orient="row",
        )

    @property
    def not_compared(self) -> pl.DataFrame:
        """Return the files that hold something loaded and were not compared, with the reason."""
        return self.files.filter(~pl.col("state").is_in([COMPARED, NOT_SUMMED, NOTHING_LOADED]))

    @property
    def unexplained_count(self) -> int:
        """Return the number of totals, equations and records that differ unexplained."""
        return (
            self.totals.filter(pl.col("difference") != 0).height
            + sum(one.difference != 0 for one in self.equations)
            + self.records.height
        )


def reconcile(
    warehouse: Warehouse,
    *,
    folder: Path | None = None,
    mappings: Sequence[TableMapping] = (),
    progress: Progress | None = None,
) -> Reconciliation:
    """Sum the raw files plainly and set the totals of all screens beside the sums.

    Parameters
    ----------
    warehouse
        The warehouse; it is only read.
    folder
        Where the files lie now, if they were moved since they were loaded.
    mappings
        The mappings by which tables were loaded.
    progress
        Advanced for each file.
    """
    raw = read_raw_files(warehouse, folder=folder, mappings=mappings, progress=progress or SilentProgress())
    loaded = warehouse.query("queries/reconciliation/loaded_record")
    compared = raw.compared_kinds
    comparison = compare(
        raw.records,
        loaded.join(compared, on=[_FILE, "record_kind"], how="semi"),
        warehouse.query("queries/reconciliation/rejected_place"),
        raw.files,
    )
    outside = loaded.join(compared, on=[_FILE, "record_kind"], how="anti")
    screens = screen_frames(warehouse)
    rows = [_row(total, screens, comparison, outside) for total in SCREEN_TOTALS]
    rows += _by_part(screens, comparison, outside, loaded)
    rows += _by_file(screens, comparison, outside, loaded, raw.files)
    found = comparison.unexplained.join(raw.files.select(_FILE, "file_name"), on=_FILE, how="left")
    names = [prefix + name for name in MEASURES for prefix in ("", "loaded_")]
    return Reconciliation(
        pl.DataFrame(rows, schema=TOTALS_SCHEMA, orient="row"),
        (*_loaded_equations(screens, comparison, outside), *equations(warehouse, screens, comparison)),
        found.select("record_kind", "file_name", "source_offset", *names),
        raw.files,
    )


def _total(frame: pl.DataFrame, column: str, record_kind: str) -> Decimal:
    return Decimal(frame.filter(pl.col("record_kind") == record_kind)[column].sum() or 0)


def _row(
    total: ScreenTotal, screens: Mapping[str, pl.DataFrame], comparison: Comparison, outside: pl.DataFrame
) -> tuple[object, ...]:
    shown = Decimal(str(total.value(screens)))
    raw = _total(comparison.records, total.measure, total.record_kind)
    accounted = sum(value for _, value in _accounted(total, comparison, outside))
    where = f"{total.screen}.{total.column}"
    return total.name, where, total.unit, shown, raw, Decimal(accounted), shown - raw - accounted


def _accounted(
    total: ScreenTotal, comparison: Comparison, outside: pl.DataFrame
) -> Iterable[tuple[str, Decimal]]:
    """Yield why a total differs from the raw files, and by how much."""
    explained = (
        comparison.explained.filter(record_kind=total.record_kind)
        .with_columns(pl.col("reason").str.replace(*_REPEATED))
        .group_by("reason", maintain_order=True)
        .agg(pl.col(f"difference_{total.measure}").sum())
    )
    for reason, value in explained.iter_rows():
        if value:
            yield reason, Decimal(value)
    if value := _total(outside, total.measure, total.record_kind):
        yield _NOT_COMPARED, value


def _loaded_equations(
    screens: Mapping[str, pl.DataFrame], comparison: Comparison, outside: pl.DataFrame
) -> Iterable[Equation]:
    """Yield an equation for each total of records that is not the plain sum of the files."""
    for total in SCREEN_TOTALS:
        steps = tuple(_accounted(total, comparison, outside))
        if total.screen == "files.money_totals" and steps:
            raw = _total(comparison.records, total.measure, total.record_kind)
            yield Equation(
                f"In the files against loaded: {total.name}",
                total.unit,
                (f"{total.name} in the files", raw),
                steps,
                (f"{total.name} loaded", Decimal(str(total.value(screens)))),
            )


def _by_part(
    screens: Mapping[str, pl.DataFrame], comparison: Comparison, outside: pl.DataFrame, loaded: pl.DataFrame
) -> Iterable[tuple[object, ...]]:
    """Yield claims by form, adjustments by group, and the patients' share of claim payments."""

    def row(
        name: str, shown_in: str, shown: Decimal, kind: str, *, measure: str, part: str | None = None
    ) -> tuple[object, ...]:
        of_part = pl.lit(value=True) if part is None else pl.col("part") == part
        raw_part = pl.lit(value=True) if part is None else pl.coalesce("raw_part", "part") == part
        raw = _total(comparison.records.filter(raw_part), measure, kind)
        accounted = _total(comparison.explained_records.filter(raw_part), f"difference_{measure}", kind)
        accounted += _total(outside.filter(of_part), measure, kind)
        unit = "records" if measure == "record_count" else "dollars"
        return name, shown_in, unit, shown, raw, accounted, shown - raw - accounted

    for form in screens["claims.totals"].iter_rows(named=True):
        what = _FORMS.get(form["form"], form["form"])
        for name, column, measure in (
            ("claims", "claim_count", "record_count"),
            ("charges of claims", "charge_amount", "charge_amount"),
        ):
            shown = Decimal(form[column])
            where = f"claims.totals.{column}"
            yield row(f"{name}, {what}", where, shown, "claim", measure=measure, part=form["form"])
    adjustments = loaded.filter(record_kind="adjustment")
    for group in sorted(adjustments["part"].drop_nulls().unique()):
        shown = _total(adjustments.filter(part=group), "other_amount", "adjustment")
        name = f"adjustments of claim payments, group {group}"
        yield row(name, "core.adjustment", shown, "adjustment", measure="other_amount", part=group)
    shown = _total(loaded, "other_amount", "remit_claim")
    name = "patient responsibility of claim payments (CLP05)"
    yield row(name, "core.remit_claim", shown, "remit_claim", measure="other_amount")


def _by_file(
    screens: Mapping[str, pl.DataFrame],
    comparison: Comparison,
    outside: pl.DataFrame,
    loaded: pl.DataFrame,
    files: pl.DataFrame,
) -> Iterable[tuple[object, ...]]:
    """Yield the totals by file, where a claim with its payment in one record counts once."""
    counted = _counted(loaded, files)
    for column, (name, kinds, measure) in _FILE_COLUMNS.items():
        unit = "records" if measure == "record_count" else "dollars"
        raw, accounted, beside = (
            Decimal(
                frame.filter(pl.col("record_kind").is_in(kinds))
                .join(counted, on=[_FILE, "record_kind"], how="semi")[measured]
                .sum()
                or 0
            )
            for frame, measured in (
                (comparison.records, measure),
                (comparison.explained_records, f"difference_{measure}"),
                (outside, measure),
            )
        )
        for screen in ("files.list", "files.totals"):
            shown = Decimal(screens[screen][column].sum() or 0)
            yield (
                name,
                f"{screen}.{column}",
                unit,
                shown,
                raw,
                accounted + beside,
                shown - raw - accounted - beside,
            )


def _counted(loaded: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """Return which kinds of records count for each file: of FHIR and RIF files claims, else payments."""
    held = loaded.select(_FILE, "record_kind").unique().join(files, on=_FILE)
    is_paid_claim = pl.col("format").str.starts_with(_WITH_ANSWERS[0]) | pl.col("format").str.starts_with(
        _WITH_ANSWERS[1]
    )
    has_claims = (pl.col("record_kind") == "claim").any().over(_FILE)
    is_payment = pl.col("record_kind").is_in(["remit_claim", "remit_line"])
    return held.filter(~(is_paid_claim & has_claims & is_payment)).select(_FILE, "record_kind")
