"""Encounter, Condition and Procedure resources to encounters and their codes."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from auditlib.codes.systems import CPT, HCPCS, ICD10PCS
from auditlib.schema.core import ENCOUNTER, ENCOUNTER_CODE
from auditlib.sources.fhir.facts import last_part
from auditlib.sources.fhir.people import date, no_people, patient_ids, referred
from auditlib.sources.fhir.systems import (
    DIAGNOSIS_SYSTEMS,
    HCPCS_BY_SHAPE,
    PROCEDURE_SYSTEMS,
    SERVICE_SYSTEMS,
    chosen,
    codings_of,
)
from auditlib.sources.rejected_rows import RejectedRows
from auditlib.sources.tabular.coded_encounter import id_rules

_KEY = "source_offset"
_CLASSES = {
    "AMB": "office",
    "EMER": "emergency",
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "NONAC": "inpatient",
}
_NOT_A_VISIT = ("planned", "cancelled", "entered-in-error", "arrived", "triaged")
_NOT_DONE = ("not-done", "entered-in-error", "preparation", "stopped")
_NOT_SO = ("refuted", "entered-in-error")
_ADMISSION = "AD"
_FIRST_PROCEDURE = 1_001
"""First number of procedures, which often come in a separate file from the conditions."""


@dataclass(slots=True)
class Numbers:
    """Counters of numbered rows by encounter, within one file."""

    counts: dict[str, pl.DataFrame] = field(default_factory=dict)

    def give(self, kind: str, rows: pl.DataFrame, name: str, first: int = 1) -> pl.DataFrame:
        """Return rows numbered within their encounters, continuing from earlier rows of the same kind."""
        before = self.counts.get(
            kind, pl.DataFrame(schema={"encounter_id": pl.String(), "before": pl.Int64()})
        )
        position = pl.int_range(pl.len(), dtype=pl.Int64).over("encounter_id")
        numbered = rows.join(before, on="encounter_id", how="left", maintain_order="left").with_columns(
            (position + pl.col("before").fill_null(0) + first).alias(name)
        )
        new = rows.group_by("encounter_id").agg(pl.len().cast(pl.Int64).alias("before"))
        self.counts[kind] = pl.concat([before, new]).group_by("encounter_id").agg(pl.col("before").sum())
        return numbered.drop("before")


def encounter_frame(resources: pl.DataFrame, rejects: RejectedRows, *, source_file_id: int) -> pl.DataFrame:
    """Return the rows of ``encounter``; encounters that did not take place or have no start are rejected."""
    period = pl.col("period").struct
    disposition = pl.col("hospitalization").struct.field("dischargeDisposition").struct.field("coding")
    rows = resources.with_columns(
        last_part("id").alias("encounter_id"),
        period.field("start").alias("start"),
        period.field("end").alias("end"),
        pl.col("class")
        .struct.field("code")
        .str.to_uppercase()
        .replace_strict(_CLASSES, default="other", return_dtype=pl.String)
        .alias("encounter_class"),
        pl.Series("patient_id", patient_ids(resources, "subject")),
        _number(resources, "serviceProvider").alias("facility_id"),
        _participant(resources).alias("provider_id"),
        disposition.list.first().struct.field("code").alias("disposition"),
    ).with_columns(date("start").alias("admit_date"), date("end").alias("last"))
    is_stay = pl.col("encounter_class") == "inpatient"
    rows = _valid(
        rows,
        rejects,
        "Encounter",
        (
            *((rule.is_broken, rule.reason, rule.expected) for rule in id_rules()),
            (
                pl.col("status").is_in(_NOT_A_VISIT),
                "its status says that it did not take place",
                "finished visits",
            ),
            (pl.col("admit_date").is_null(), "its period has no first day", "period.start"),
            (is_stay & pl.col("last").is_null(), "an inpatient stay without a last day", "stays that ended"),
            (pl.col("last") < pl.col("admit_date"), "its period ends before it starts", "a period in order"),
        ),
    )
    return ENCOUNTER.conform(
        rows.select(
            "encounter_id",
            "encounter_class",
            "patient_id",
            "admit_date",
            pl.coalesce("last", "admit_date").alias("discharge_date"),
            "facility_id",
            "provider_id",
            pl.when(pl.col("disposition").str.contains(r"^[0-9]{2}$"))
            .then("disposition")
            .alias("discharge_status_code"),
            pl.lit("encounter").alias("origin"),
            pl.lit(source_file_id).alias("source_file_id"),
            _KEY,
        )
    )


def condition_frame(
    resources: pl.DataFrame,
    encounters: pl.DataFrame | None,
    numbers: Numbers,
    rejects: RejectedRows,
    *,
    source_file_id: int,
) -> pl.DataFrame:
    """Return the rows of ``encounter_code`` for conditions.

    Notes
    -----
    An encounter in the same part of the file may rank its conditions and name the admitting one; otherwise
    the first condition is principal and the others are secondary.
    """
    rows = resources.with_columns(
        _target("encounter").alias("encounter_id"),
        pl.col("code").struct.field("coding").alias("coding"),
        pl.col("verificationStatus")
        .struct.field("coding")
        .list.first()
        .struct.field("code")
        .alias("verified"),
    )
    rows = _coded(
        rows,
        DIAGNOSIS_SYSTEMS,
        rejects,
        "Condition",
        (
            (
                pl.col("verified").is_in(_NOT_SO),
                "it is refuted or an error",
                "conditions that the patient has",
            ),
        ),
    )
    rows = numbers.give("condition", rows, "code_number").with_columns(last_part("id").alias("condition_id"))
    rows = rows.join(
        _ranks(encounters), on=["encounter_id", "condition_id"], how="left", maintain_order="left"
    )
    ranked = pl.col("rank").is_not_null().any().over("encounter_id")
    is_first = pl.when(ranked).then(pl.col("rank") == 1).otherwise(pl.col("code_number") == 1)
    role = (
        pl.when(pl.col("use") == _ADMISSION)
        .then(pl.lit("admitting"))
        .when(is_first.fill_null(value=False))
        .then(pl.lit("principal"))
        .otherwise(pl.lit("secondary"))
    )
    return _codes(rows.with_columns(role.alias("code_role"), pl.lit(None).alias("code_date")), source_file_id)


def procedure_code_frame(
    resources: pl.DataFrame, numbers: Numbers, rejects: RejectedRows, *, source_file_id: int
) -> pl.DataFrame:
    """Return the rows of ``encounter_code`` for procedures."""
    rows = resources.with_columns(
        _target("encounter").alias("encounter_id"),
        pl.col("code").struct.field("coding").alias("coding"),
        pl.col("performedPeriod").struct.field("start").alias("start"),
    )
    of_charts = {HCPCS_BY_SHAPE, CPT, HCPCS, ICD10PCS}
    systems = {
        uri: name for uri, name in {**SERVICE_SYSTEMS, **PROCEDURE_SYSTEMS}.items() if name in of_charts
    }
    rows = _coded(
        rows,
        systems,
        rejects,
        "Procedure",
        ((pl.col("status").is_in(_NOT_DONE), "its status says that it was not done", "procedures done"),),
    )
    rows = numbers.give("procedure", rows, "code_number", _FIRST_PROCEDURE)
    return _codes(
        rows.with_columns(
            pl.lit("procedure").alias("code_role"),
            pl.coalesce(date("performedDateTime"), date("start")).alias("code_date"),
        ),
        source_file_id,
    )


def _target(element: str) -> pl.Expr:
    """Return the id in a reference."""
    reference = pl.col(element).struct.field("reference").str.strip_chars()
    return reference.str.replace(r"/_history/[^/]*$", "").str.extract(r"([^/:#]+)/?$", 1)


def _number(resources: pl.DataFrame, element: str) -> pl.Series:
    references = referred(resources, element, no_people())
    return references.select(pl.coalesce("number", "target").alias(element)).to_series()


def _participant(resources: pl.DataFrame) -> pl.Series:
    first = resources.select(_KEY, pl.col("participant").list.first().struct.field("individual").alias("who"))
    return _number(first, "who")


def _valid(
    rows: pl.DataFrame, rejects: RejectedRows, kind: str, rules: tuple[tuple[pl.Expr, str, str], ...]
) -> pl.DataFrame:
    """Return the rows that satisfy the rules; the others are rejected."""
    for is_broken, reason, expected in rules:
        broken = is_broken.fill_null(value=False)
        rejects.add(kind, rows.filter(broken), f"{kind} not loaded: {reason}", expected)
        rows = rows.filter(~broken)
    return rows


def _coded(
    rows: pl.DataFrame,
    systems: dict[str, str],
    rejects: RejectedRows,
    kind: str,
    rules: tuple[tuple[pl.Expr, str, str], ...],
) -> pl.DataFrame:
    """Return the rows with an encounter and a code in a known system; the others are rejected."""
    reason = "it refers to no encounter"
    ids = tuple((rule.is_broken, reason, "a reference to an Encounter") for rule in id_rules())
    rows = _valid(rows, rejects, kind, (*rules, *ids))
    codes, _ = chosen(rows, "coding", ["record_number"], systems)
    coded = rows.join(codes, on="record_number", how="inner", maintain_order="left")
    names = " or ".join(
        dict.fromkeys("HCPCS" if name == HCPCS_BY_SHAPE else name for name in systems.values())
    )
    rejects.add(
        kind,
        rows.join(codes, on="record_number", how="anti"),
        f"{kind} not loaded: it has no code in a code system that claims use",
        f"a code in {names}",
    )
    return coded.drop("code", strict=False).rename({"code_right": "code"}, strict=False)


def _ranks(encounters: pl.DataFrame | None) -> pl.DataFrame:
    """Return rank and use of the conditions that encounters list."""
    schema = {
        "encounter_id": pl.String(),
        "condition_id": pl.String(),
        "rank": pl.Int64(),
        "use": pl.String(),
    }
    if encounters is None:
        return pl.DataFrame(schema=schema)
    rows = (
        encounters.select(last_part("id").alias("encounter_id"), "diagnosis")
        .drop_nulls("diagnosis")
        .explode("diagnosis", empty_as_null=False)
        .unnest("diagnosis")
        .with_row_index("__row")
    )
    uses = codings_of(
        rows.select("__row", pl.col("use").struct.field("coding").alias("use")), "use", ["__row"]
    ).unique("__row", keep="first", maintain_order=True)
    return (
        rows.select("__row", "encounter_id", _target("condition").alias("condition_id"), "rank")
        .join(uses.select("__row", pl.col("code").str.to_uppercase().alias("use")), on="__row", how="left")
        .with_columns(pl.col("rank").cast(pl.Int64, strict=False))
        .with_columns(
            pl.when(pl.col("use").ne_missing(_ADMISSION))
            .then(pl.col("rank"))
            .rank("ordinal")
            .over("encounter_id")
            .cast(pl.Int64)
            .alias("rank")
        )
        .select(list(schema))
        .unique(["encounter_id", "condition_id"], keep="first", maintain_order=True)
    )


def _codes(rows: pl.DataFrame, source_file_id: int) -> pl.DataFrame:
    return ENCOUNTER_CODE.conform(
        rows.select(
            "encounter_id",
            "code_number",
            "code_system",
            "code",
            "code_role",
            "code_date",
            pl.lit(source_file_id).alias("source_file_id"),
            _KEY,
        )
    )
