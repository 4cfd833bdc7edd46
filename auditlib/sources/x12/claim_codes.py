"""HI segments of 837 claims: diagnoses, ICD procedures and the DRG, any number of composites to a segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM_DIAGNOSIS, CLAIM_PROCEDURE
from auditlib.sources.x12.codes import DIAGNOSIS_ROLES, PROCEDURE_ROLES, normal_code
from auditlib.sources.x12.rejects import NOT_A_DATE, Rejects
from auditlib.sources.x12.scopes import NONE, first_of_each, kept, number_within
from auditlib.sources.x12.segments import Codes, Field, Mask, Rows, Segments, packed
from auditlib.sources.x12.values import dates, days, text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.claim_loops import ClaimLoops

_POA_COMPONENT = 9


@dataclass(frozen=True, slots=True)
class _Composites:
    """Composites of the HI segments of claims: the segment, the claim, the bytes and the qualifier of each."""

    row: Rows
    claim: Rows
    field: Field
    qualifier: Codes

    def under(self, qualifiers: Mapping[str, object]) -> _Composites:
        found = np.isin(self.qualifier, [packed(qualifier) for qualifier in qualifiers])
        return _Composites(self.row[found], self.claim[found], self.field.pick(found), self.qualifier[found])


def _composites(segments: Segments, loops: ClaimLoops) -> _Composites:
    rows = loops.in_claim("HI")
    counts = segments.count[rows] - 1
    repeated = np.repeat(rows, counts)
    field = segments.element(repeated, number_within(repeated))
    qualifier = segments.code(segments.component(field, 1))
    return _Composites(repeated, loops.of_segment[repeated], field, qualifier)


def _named(qualifier: Codes, roles: Mapping[str, tuple[str, str]]) -> list[pl.Series]:
    numbers = pl.Series("qualifier", qualifier)
    return [
        numbers.replace_strict(
            [packed(name) for name in roles], [named[place] for named in roles.values()], return_dtype=pl.String
        ).alias(column)
        for place, column in enumerate(("code_system", "code_role"))
    ]


def claim_diagnoses(
    segments: Segments, loops: ClaimLoops, rejects: Rejects, *, claim_id: Rows, keep: Mask, source_file_id: int
) -> pl.DataFrame:
    """Return the claim_diagnosis table."""
    found = _composites(segments, loops).under(DIAGNOSIS_ROLES)
    code = segments.component(found.field, 2)
    reason = "diagnosis without a code"
    rejects.add(found.row[~code.present], reason, "a code in the second component of HI")
    has_code = code.present & kept(keep, found.claim)
    found = _Composites(found.row[has_code], found.claim[has_code], found.field.pick(has_code), found.qualifier[has_code])
    values = {"code": segments.component(found.field, 2), "poa_indicator": segments.component(found.field, _POA_COMPONENT)}
    frame = texts(segments, values).with_columns(
        normal_code("code"),
        pl.col("poa_indicator").str.to_uppercase(),
        *_named(found.qualifier, DIAGNOSIS_ROLES),
        pl.Series("claim_id", claim_id[found.claim]),
        pl.Series("diagnosis_number", number_within(found.claim)),
        pl.Series("pointer_number", _pointer_numbers(found), dtype=pl.Int64).replace(0, None),
        pl.lit(source_file_id).alias("source_file_id"),
        pl.Series("source_offset", segments.file_offset(found.field.start)),
    )
    return CLAIM_DIAGNOSIS.conform(frame)


def _pointer_numbers(found: _Composites) -> Rows:
    """1 for the principal diagnosis, then the secondary ones in order; 0 for other roles."""
    principal = np.isin(found.qualifier, [packed("ABK"), packed("BK")])
    pointable = np.flatnonzero(principal | np.isin(found.qualifier, [packed("ABF"), packed("BF")]))
    order = pointable[np.lexsort((pointable, ~principal[pointable], found.claim[pointable]))]
    number = np.zeros(len(found.row), dtype=np.int64)
    number[order] = number_within(found.claim[order])
    return number


def claim_procedures(
    segments: Segments, loops: ClaimLoops, rejects: Rejects, *, claim_id: Rows, keep: Mask, source_file_id: int
) -> pl.DataFrame:
    """Return the claim_procedure table."""
    found = _composites(segments, loops).under(PROCEDURE_ROLES)
    code = segments.component(found.field, 2)
    rejects.add(found.row[~code.present], "procedure without a code", "a code in the second component of HI")
    has_code = code.present & kept(keep, found.claim)
    found = _Composites(found.row[has_code], found.claim[has_code], found.field.pick(has_code), found.qualifier[has_code])
    done = days(segments, segments.component(found.field, 4))
    rejects.add(found.row[done.unreadable], "date of the procedure cannot be read", NOT_A_DATE)
    frame = texts(segments, {"code": segments.component(found.field, 2)}).with_columns(
        normal_code("code"),
        *_named(found.qualifier, PROCEDURE_ROLES),
        pl.Series("claim_id", claim_id[found.claim]),
        pl.Series("procedure_number", number_within(found.claim)),
        dates(done.first).alias("procedure_date"),
        pl.lit(source_file_id).alias("source_file_id"),
        pl.Series("source_offset", segments.file_offset(found.field.start)),
    )
    return CLAIM_PROCEDURE.conform(frame)


def drg_codes(segments: Segments, loops: ClaimLoops) -> pl.Series:
    """Return the DRG of each claim, null where it has none."""
    found = _composites(segments, loops).under({"DR": None})
    first = first_of_each(np.arange(len(found.row), dtype=np.int64), found.claim, len(loops.claim))
    if not len(found.row):
        return pl.Series("drg_code", [None], dtype=pl.String).extend_constant(None, max(len(first) - 1, 0)).head(len(first))
    code = segments.component(found.field, 2).pick(np.maximum(first, 0))
    return text(segments, Field(code.start, np.where(first != NONE, code.end, code.start)))
