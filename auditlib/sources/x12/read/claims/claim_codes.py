"""HI segments of 837 claims: diagnoses, ICD procedures and the DRG."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM_DIAGNOSIS, CLAIM_PROCEDURE
from auditlib.sources.x12.read.codes import CLAIM_CODE_KINDS, DIAGNOSIS_ROLES, PROCEDURE_ROLES
from auditlib.sources.x12.read.columns import Columns
from auditlib.sources.x12.read.rejects import NOT_A_DATE, Rejects
from auditlib.sources.x12.read.scopes import NONE, first_of_each, number_within, owner_is_kept
from auditlib.sources.x12.read.segments import Codes, Composite, Field, Mask, Rows, Segments, packed
from auditlib.sources.x12.read.values import days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditlib.schema import Table
    from auditlib.sources.x12.read.claims.claim_loops import ClaimLoops

_CODE, _DATE, _POA = 2, 4, 9
_DRG = "DR"
_QUALIFIERS = [packed(name) for name in (*DIAGNOSIS_ROLES, *PROCEDURE_ROLES, *CLAIM_CODE_KINDS, _DRG)]
_DIAGNOSIS_CODES = [packed(qualifier) for qualifier in DIAGNOSIS_ROLES]


@dataclass(frozen=True, slots=True)
class HealthCodes:
    """The composites of the HI segments of the loaded claims.

    Attributes
    ----------
    segments
        The chunk.
    claim_id
        Id of each claim of the chunk.
    source_file_id
        File that they were read from.
    row, claim, field, qualifier
        Segment, claim, bytes and first component of each composite.
    """

    segments: Segments
    claim_id: Rows
    source_file_id: int
    row: Rows
    claim: Rows
    field: Field
    qualifier: Codes

    def under(self, qualifiers: Iterable[str]) -> HealthCodes:
        """Return the composites with one of the qualifiers."""
        return self.pick(np.isin(self.qualifier, [packed(qualifier) for qualifier in qualifiers]))

    def with_code(self, rejects: Rejects, reason: str) -> tuple[HealthCodes, Composite, Mask]:
        """Return the composites with a code, their components, and a mask of them."""
        components = self.segments.composite(self.field)
        code = components[_CODE]
        present = code.present
        if not self.segments.lacks(code, ".", " "):
            present &= Columns(self.segments).code(code=code).frame()["code"].is_not_null().to_numpy()
        if present.all():
            return self, components, present
        rejects.add(self.row, ~present, reason, "a code in the second component of HI")
        coded = self.pick(present)
        return coded, self.segments.composite(coded.field), present

    def frame(
        self,
        columns: Columns,
        rejects: Rejects,
        table: Table,
        number: str,
        roles: Mapping[str, tuple[str, str]],
    ) -> pl.DataFrame:
        """Return a table of codes with role, number and file position."""
        names = list(roles.values())
        order = np.argsort([packed(qualifier) for qualifier in roles])
        known = np.array([packed(qualifier) for qualifier in roles])[order]
        index = order.take(np.searchsorted(known, self.qualifier))
        columns.chosen("code_system", [name[0] for name in names], index)
        columns.chosen("code_role", [name[1] for name in names], index)
        columns.whole(
            claim_id=self.claim_id.take(self.claim), source_offset=self.segments.file_offset(self.field.start)
        )
        columns.whole(**{number: number_within(self.claim)})
        columns.constant(source_file_id=self.source_file_id)
        return table.conform(columns.frame(rejects, self.row))

    def pick(self, mask: Mask) -> HealthCodes:
        """Return the composites selected by the mask."""
        return replace(
            self,
            row=self.row[mask],
            claim=self.claim[mask],
            field=self.field.pick(mask),
            qualifier=self.qualifier[mask],
        )


def find_composites(loops: ClaimLoops, *, keep: Mask, claim_id: Rows, source_file_id: int) -> HealthCodes:
    """Return the composites of the HI segments of claims."""
    segments = loops.segments
    rows = loops.in_claim("HI")
    rows = rows[owner_is_kept(keep, loops.of_segment.take(rows))]
    row = np.repeat(rows, segments.count.take(rows) - 1)
    field = segments.element(row, number_within(row))
    row, field = one_code_each(segments, row, field)
    qualifier = segments.code(segments.composite(field)[1])
    return HealthCodes(segments, claim_id, source_file_id, row, loops.of_segment.take(row), field, qualifier)


def one_code_each(segments: Segments, row: Rows, field: Field) -> tuple[Rows, Field]:
    """Return composites cut where another qualifier and code follow, as in ``ABF:E119:ABF:I10``."""
    while True:
        components = segments.composite(field)
        if components.most < _CODE + 2:
            return row, field
        third, fourth = components[_CODE + 1], components[_CODE + 2]
        is_cut = third.present & fourth.present
        if not is_cut.any():
            return row, field
        is_cut &= np.isin(segments.code(third), _QUALIFIERS)
        if not is_cut.any():
            return row, field
        order = np.argsort(np.concatenate((field.start, third.start[is_cut])), kind="stable")
        first = Field(field.start, np.where(is_cut, third.start - 1, field.end))
        rest = field.pick(is_cut)
        row = np.concatenate((row, row[is_cut])).take(order)
        field = Field(
            np.concatenate((first.start, third.start[is_cut])).take(order),
            np.concatenate((first.end, rest.end)).take(order),
        )


def claim_diagnoses(composites: HealthCodes, rejects: Rejects) -> pl.DataFrame:
    """Return the claim_diagnosis table."""
    unknown = _under_no_known_qualifier(composites)
    reason = "code with an unknown qualifier: the code is not loaded"
    rejects.add(composites.row, unknown, reason, "a qualifier of HI such as ABK or ABF")
    in_roles = composites.under(DIAGNOSIS_ROLES)
    diagnoses, components, has_code = in_roles.with_code(rejects, "diagnosis without a code")
    columns = Columns(diagnoses.segments).code(code=components[_CODE]).upper(poa_indicator=components[_POA])
    slots = composites.pick(unknown | np.isin(composites.qualifier, _DIAGNOSIS_CODES))
    is_diagnosis = np.isin(slots.qualifier, _DIAGNOSIS_CODES)
    columns.positive(pointer_number=_pointer_numbers(slots)[is_diagnosis][has_code])
    return diagnoses.frame(columns, rejects, CLAIM_DIAGNOSIS, "diagnosis_number", DIAGNOSIS_ROLES)


def _under_no_known_qualifier(composites: HealthCodes) -> Mask:
    unknown: Mask = composites.field.present & ~np.isin(composites.qualifier, _QUALIFIERS)
    return unknown


def _pointer_numbers(slots: HealthCodes) -> Rows:
    """Return the pointer number of each diagnosis: 1 for the principal, then in order; 0 for other roles.

    A code that is not loaded keeps its number; otherwise pointers to later ones would be wrong.
    """
    principal = np.isin(slots.qualifier, [packed("ABK"), packed("BK")])
    unpointed = ~principal & ~np.isin(slots.qualifier, [packed("ABF"), packed("BF")])
    unpointed &= np.isin(slots.qualifier, _DIAGNOSIS_CODES)
    pointable = np.flatnonzero(~unpointed)
    claim, is_secondary = slots.claim[pointable], ~principal[pointable]
    order = pointable[np.argsort(claim * 2 + is_secondary, kind="stable")]
    number = np.zeros(len(slots.row), dtype=np.int64)
    number[order] = number_within(slots.claim[order])
    return number


def claim_procedures(composites: HealthCodes, rejects: Rejects) -> pl.DataFrame:
    """Return the claim_procedure table."""
    procedures, components, _ = composites.under(PROCEDURE_ROLES).with_code(
        rejects, "procedure without a code"
    )
    done = days(procedures.segments, components[_DATE])
    rejects.add(procedures.row, done.unreadable, "date of the procedure cannot be read", NOT_A_DATE)
    columns = Columns(procedures.segments).code(code=components[_CODE]).days(procedure_date=done.first)
    return procedures.frame(columns, rejects, CLAIM_PROCEDURE, "procedure_number", PROCEDURE_ROLES)


def drg_codes(composites: HealthCodes, claim_count: int) -> Field:
    """Return the DRG of each claim, or empty."""
    drgs = composites.under([_DRG])
    if not len(drgs.row):
        nothing = np.zeros(claim_count, dtype=np.int64)
        return Field(nothing, nothing)
    first = first_of_each(np.arange(len(drgs.row), dtype=np.int64), drgs.claim, claim_count)
    code = drgs.segments.composite(drgs.field)[_CODE].pick(np.maximum(first, 0))
    return Field(code.start, np.where(first != NONE, code.end, code.start))
