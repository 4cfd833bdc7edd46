"""Rules for encounters and their codes in a coder's file: text cells in, core rows out.

The tables and the chart folders share these rules. A reader judges only whether a value can be
stored; whether a code exists or a POA indicator is right is up to the checks, so such codes are loaded.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codes import normalised
from auditlib.codes.systems import CPT, HCPCS, ICD9CM, ICD10CM, ICD10PCS
from auditlib.schema.contract import ColumnType
from auditlib.schema.core import ENCOUNTER, ENCOUNTER_CODE, MACHINE_CODE, PATIENT
from auditlib.schema.vocabulary import HUMAN, MODEL, WORDS
from auditlib.sources.rejected_rows import Rule, apply_rules, rejected_rows
from auditlib.sources.tabular.cell_rules import (
    A_DATE,
    MODIFIER_FORM,
    QUANTITY_FORM,
    code_form_rule,
    date_of,
    date_rule,
    first_of,
    with_cells,
)

ENCOUNTER_CLASSES: Final = WORDS["encounter", "encounter_class"]
CODE_ROLES: Final = WORDS["encounter_code", "code_role"]
SPAN_COLUMNS: Final = ("span_document_number", "span_start", "span_end")
MODIFIER_COLUMNS: Final = ("modifier_1", "modifier_2", "modifier_3", "modifier_4")

ENCOUNTER_CELLS: Final = (
    "encounter_id",
    "encounter_class",
    "patient_id",
    "birth_date",
    "sex",
    "admit_date",
    "discharge_date",
    "facility_id",
    "provider_id",
    "specialty",
    "coder_id",
    "coded_date",
    "discharge_status_code",
    "billed_drg_code",
)
"""Columns of an encounter table; encounter id, class and admit date are required."""

CODE_CELLS: Final = (
    "encounter_id",
    "code_number",
    "code_system",
    "code",
    "code_role",
    "poa_indicator",
    "code_date",
    *MODIFIER_COLUMNS,
    "unit_count",
    "code_source",
    "coder_name",
    "coder_version",
    "confidence_share",
    *SPAN_COLUMNS,
)
"""Columns of an encounter code table; encounter id, code system and code are required."""

LONGEST_ID: Final = 38
"""The encounter id is the claim's patient control number, at most 38 characters in X12 5010."""

_WHOLE_PERCENT: Final = 100
_POSITION: Final = r"^[0-9]{1,9}$"
_SYSTEMS: Final = {"ICD10CM": ICD10CM, "ICD10PCS": ICD10PCS, "CPT": CPT, "HCPCS": HCPCS, "ICD9CM": ICD9CM}
_SEXES: Final = WORDS["patient", "sex"]
_PSEUDONYM: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Encounters:
    """Encounters that can be loaded, their patients, and rejected rows for the others."""

    encounter: pl.DataFrame
    patient: pl.DataFrame
    rejected: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes that can be loaded, those of models apart, and rejected rows for the others."""

    encounter_code: pl.DataFrame
    machine_code: pl.DataFrame
    rejected: pl.DataFrame


def id_rules() -> tuple[Rule, ...]:
    """Return the rules for ``encounter_id``: present, not too long, no control characters."""
    encounter_id = pl.col("encounter_id")
    return (
        Rule(encounter_id.is_null(), "encounter_id is missing", "an encounter_id"),
        Rule(
            (encounter_id.str.len_chars() > LONGEST_ID) | encounter_id.str.contains(r"\p{C}"),
            "encounter_id is too long or holds control characters",
            f"1 to {LONGEST_ID} printable characters",
        ),
    )


def pseudonym(encounter_id: str, patient_id: str | None) -> str:
    """Return the pseudonym of a patient: 16 hexadecimal digits.

    An id of that form already is a pseudonym and stays; any other, such as a record number, is hashed. An
    encounter without a patient id gets a separate patient.
    """
    if patient_id is not None and _PSEUDONYM.fullmatch(patient_id):
        return patient_id
    identity = f"encounter|{encounter_id}" if patient_id is None else f"patient|{patient_id}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def read_encounters(cells: pl.DataFrame, *, source_file_id: int) -> Encounters:
    """Return the rows of ``encounter`` and ``patient`` for the text cells of encounters.

    Parameters
    ----------
    cells
        The `ENCOUNTER_CELLS` (some may be missing), ``source_offset`` and ``record_number``.
    source_file_id
        File that they were read from.

    Notes
    -----
    An empty discharge date means the admit date, but an inpatient stay without one is rejected. Of two
    encounters with one id the first is loaded; a patient's birth date and sex are the first ones in the file.
    """
    admit, discharge = date_of("admit_date"), date_of("discharge_date")
    is_inpatient = pl.col("encounter_class") == "inpatient"
    prepared = with_cells(cells, ENCOUNTER_CELLS).with_columns(
        pl.col("encounter_class").str.to_lowercase(), pl.col("sex").str.to_uppercase()
    )
    rules = (
        *id_rules(),
        *(
            Rule(pl.col(name).str.contains(r"\p{C}"), f"{name} holds control characters", "printable text")
            for name in ("patient_id", "facility_id", "provider_id", "specialty", "coder_id")
        ),
        Rule(
            ~pl.col("encounter_class").is_in(ENCOUNTER_CLASSES).fill_null(value=False),
            "encounter_class is not known",
            f"one of {', '.join(ENCOUNTER_CLASSES)}",
        ),
        Rule(pl.col("admit_date").is_null(), "admit_date is missing", A_DATE),
        *(date_rule(name) for name in ("admit_date", "discharge_date", "birth_date", "coded_date")),
        Rule(
            is_inpatient & pl.col("discharge_date").is_null(),
            "an inpatient stay without a discharge_date",
            "stays that have ended",
        ),
        Rule(discharge < admit, "discharge_date is before admit_date", "a stay that ends after it began"),
        Rule(~pl.col("sex").is_in(_SEXES), "sex is not known", f"one of {', '.join(_SEXES)}, or empty"),
    )
    valid, rejected = apply_rules(source_file_id, "encounter", prepared, rules)
    valid, duplicates = first_of(
        valid, ["encounter_id"], source_file_id, "encounter", "encounter_id occurs earlier in this file"
    )
    # polars has no SHA-256: one hash per encounter.
    pseudonyms = [pseudonym(*ids) for ids in valid.select("encounter_id", "patient_id").iter_rows()]
    loaded = valid.with_columns(
        pl.lit(source_file_id).alias("source_file_id"),
        pl.Series("patient_id", pseudonyms, dtype=pl.String),
        pl.lit("encounter").alias("origin"),
        admit.alias("admit_date"),
        pl.coalesce(discharge, admit).alias("discharge_date"),
        *(date_of(name).alias(name) for name in ("birth_date", "coded_date")),
    )
    patient, contradicted = _patients(loaded, source_file_id)
    return Encounters(
        encounter=ENCOUNTER.conform(loaded.select(ENCOUNTER.column_names)),
        patient=patient,
        rejected=pl.concat([rejected, duplicates, contradicted]),
    )


def read_codes(cells: pl.DataFrame, *, source_file_id: int) -> Codes:
    """Return the rows of ``encounter_code`` and ``machine_code`` for the text cells of codes.

    Parameters
    ----------
    cells
        The `CODE_CELLS` (some may be missing), ``source_offset`` and ``record_number``.
    source_file_id
        File that they were read from.

    Notes
    -----
    Without a ``code_number`` column a code's number is its position among the rows of its encounter, of one
    version of a model among that version's. Without a ``code_role`` column the first diagnosis of such a list
    is principal and the others secondary; procedure and supply codes need no role. A row is a human coder's
    unless its ``code_source`` says model.
    """
    system = pl.col("code_system").str.to_uppercase().str.replace_all(r"[- ]", "")
    prepared = with_cells(cells, CODE_CELLS).with_columns(
        system.replace_strict(_SYSTEMS, default=None, return_dtype=pl.String).alias("code_system"),
        normalised("code"),
        pl.col("code_role").str.to_lowercase(),
        # A word that is not known stays null, and its row is rejected.
        pl.col("code_source").str.to_lowercase(),
        pl.col("confidence_share").str.strip_chars().alias("_confidence"),
        share_of("confidence_share"),
        *(pl.col(name).str.to_uppercase() for name in ("poa_indicator", *MODIFIER_COLUMNS)),
    )
    is_model = (pl.col("code_source") == MODEL).fill_null(value=False)
    prepared = prepared.with_columns(
        _list=pl.when(is_model).then(pl.concat_str("coder_name", "coder_version", separator="\n"))
    )
    own_list = ("encounter_id", "_list")
    is_diagnosis = pl.col("code_system").is_in([ICD10CM, ICD9CM])
    role = (
        pl.when(is_diagnosis | pl.col("code_role").is_not_null())
        .then("code_role")
        .otherwise(pl.lit("procedure"))
    )
    if "code_role" not in cells.columns:
        is_first = is_diagnosis & (is_diagnosis.cast(pl.Int64).cum_sum().over(own_list) == 1)
        role = (
            pl.when(is_first)
            .then(pl.lit("principal"))
            .when(is_diagnosis)
            .then(pl.lit("secondary"))
            .otherwise(pl.lit("procedure"))
        )
    prepared = prepared.with_columns(role.alias("code_role"))
    if "code_number" not in cells.columns:
        position = pl.int_range(1, pl.len() + 1).over(own_list)
        prepared = prepared.with_columns(position.cast(pl.String).alias("code_number"))

    rules = (
        *id_rules(),
        Rule(
            ~pl.col("code_number").str.contains(r"^[0-9]{1,6}$").fill_null(value=False)
            | pl.col("code_number").str.contains(r"^0+$"),
            "code_number is not a position",
            "a whole number from 1",
        ),
        Rule(
            pl.col("code_system").is_null(),
            "code_system is not known",
            f"one of {', '.join(_SYSTEMS.values())}",
        ),
        Rule(pl.col("code").is_null(), "code is missing", "a code"),
        code_form_rule("code"),
        Rule(
            ~pl.col("code_role").is_in(CODE_ROLES).fill_null(value=False),
            "code_role is not known",
            f"one of {', '.join(CODE_ROLES)}",
        ),
        Rule(
            ~pl.col("poa_indicator").str.contains(r"^[A-Z0-9]$"),
            "poa_indicator is not one letter or digit",
            "Y, N, U, W, 1 or empty",
        ),
        date_rule("code_date"),
        *(
            Rule(
                ~pl.col(name).str.contains(MODIFIER_FORM),
                f"{name} is not a modifier",
                "two letters or digits",
            )
            for name in MODIFIER_COLUMNS
        ),
        Rule(
            ~pl.col("unit_count").str.contains(QUANTITY_FORM),
            "unit_count is not a quantity",
            "a number from 0 with at most four decimals",
        ),
        *_model_rules(is_model),
    )
    valid, rejected = apply_rules(source_file_id, "code", prepared, rules)
    loaded = valid.with_columns(
        pl.lit(source_file_id).alias("source_file_id"),
        *(pl.col(name).cast(pl.Int64) for name in ("code_number", *SPAN_COLUMNS)),
        date_of("code_date").alias("code_date"),
        pl.col("unit_count").cast(ColumnType.QUANTITY.polars),
    )
    loaded, repeated = first_of(
        loaded,
        [*own_list, "code_number"],
        source_file_id,
        "code",
        "code_number occurs earlier in this encounter",
    )
    return Codes(
        ENCOUNTER_CODE.conform(loaded.filter(~is_model).select(ENCOUNTER_CODE.column_names)),
        MACHINE_CODE.conform(loaded.filter(is_model).select(MACHINE_CODE.column_names)),
        pl.concat([rejected, repeated]),
    )


def share_of(name: str) -> pl.Expr:
    """Return a column of text as a share from 0 to 1; of 97 % as 0.97, null where it is no number."""
    number = (
        pl.col(name).str.strip_chars().str.strip_suffix("%").str.strip_chars().cast(pl.Float64, strict=False)
    )
    return (
        pl.when(pl.col(name).str.contains("%", literal=True)).then(number / 100).otherwise(number).alias(name)
    )


def _model_rules(is_model: pl.Expr) -> tuple[Rule, ...]:
    """Return the rules for who or which model assigned a code, how sure it is, and what it showed."""
    share, written = pl.col("confidence_share"), pl.col("_confidence")
    is_share = share.is_between(0, 1).fill_null(value=False)
    # 97 beside 1 is percent, and then 1 may be one in a hundred.
    has_sign = written.str.contains("%", literal=True)
    has_percent = (
        ((share > 1) & (share <= _WHOLE_PERCENT) & ~has_sign).any().over("coder_name", "coder_version")
    )
    expected = "a share from 0 to 1, as 0.97, or with its sign, as 97%"
    spans = [pl.col(name) for name in SPAN_COLUMNS]
    is_position = pl.all_horizontal(span.str.contains(_POSITION).fill_null(value=False) for span in spans)
    document, start, end = (span.cast(pl.Int64, strict=False) for span in spans)
    return (
        Rule(
            ~pl.col("code_source").is_in([HUMAN, MODEL]).fill_null(value=True),
            "code_source is not known",
            "human, model or empty",
        ),
        *(
            Rule(
                is_model & pl.col(name).is_null(),
                f"{name} is missing in a code of a model",
                "the model's name, and its version or prompt id",
            )
            for name in ("coder_name", "coder_version")
        ),
        *(
            Rule(
                (pl.col(name).str.len_chars() > LONGEST_ID) | pl.col(name).str.contains(r"\p{C}"),
                f"{name} is too long or holds control characters",
                f"1 to {LONGEST_ID} printable characters",
            )
            for name in ("coder_name", "coder_version")
        ),
        Rule(
            written.is_not_null() & is_share & has_percent & ~has_sign,
            "confidence_share may be in percent, as others of this version are",
            expected,
        ),
        Rule(written.is_not_null() & ~is_share, "confidence_share is not a share from 0 to 1", expected),
        Rule(
            pl.any_horizontal(span.is_not_null() for span in spans)
            & ~(is_position & (document > 0) & (start < end)).fill_null(value=False),
            "the span is not a passage of a document",
            "span_document_number from 1, span_start from 0 and a larger span_end",
        ),
    )


def _patients(loaded: pl.DataFrame, source_file_id: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row per patient, from the patient's first row, and rejected rows for contradictions."""
    known = loaded.with_columns(
        pl.col(name).drop_nulls().first().over("patient_id").alias(f"first_{name}")
        for name in ("birth_date", "sex")
    )
    is_contradicted = (pl.col("birth_date") != pl.col("first_birth_date")) | (
        pl.col("sex") != pl.col("first_sex")
    )
    contradicted = rejected_rows(
        source_file_id,
        "patient",
        known.filter(is_contradicted),
        reason="birth_date or sex differs from an earlier encounter of the patient",
        expected="the same birth_date and sex throughout; the first were loaded",
    )
    patient = known.filter(pl.int_range(pl.len()).over("patient_id") == 0).with_columns(
        pl.col("first_birth_date").alias("birth_date"), pl.col("first_sex").alias("sex")
    )
    return PATIENT.conform(patient.select(PATIENT.column_names)), contradicted
