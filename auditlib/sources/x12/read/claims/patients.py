"""Patients of 837 claims, with a pseudonym that is the same in every file."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import polars as pl

from auditlib.schema.core import PATIENT
from auditlib.sources.patient_keys import patient_keys
from auditlib.sources.x12.read.claims.claim_loops import ClaimLoops
from auditlib.sources.x12.read.columns import Columns
from auditlib.sources.x12.read.rejects import NOT_A_DATE, Rejects
from auditlib.sources.x12.read.scopes import NONE
from auditlib.sources.x12.read.segments import Mask, packed
from auditlib.sources.x12.read.values import NO_DAY, days

PSEUDONYM_LENGTH = 16
_SEXES = ("F", "M", "U")


def patients(
    loops: ClaimLoops, rejects: Rejects, *, source_file_id: int, keep: Mask
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pseudonym and keys of each claim's patient, and the patient table for the loaded claims.

    Notes
    -----
    The patient is the dependent (HL 23), else the subscriber. The pseudonym is a hash of birth date, sex,
    subscriber's member number and first name in upper case, so that twins differ and a changed family name
    does not matter. Without a member number, the family name is used. It is null if birth date, member number
    and family name are all unknown.
    """
    segments, element = loops.segments, loops.segments.element
    is_dependent = loops.patient_level != NONE
    subscriber = loops.above(loops.subscriber_level, "NM1", "IL")
    named = np.where(is_dependent, loops.above(loops.patient_level, "NM1", "QC"), subscriber)
    demographics = loops.above(np.where(is_dependent, loops.patient_level, loops.subscriber_level), "DMG")
    birth = days(segments, element(demographics, 2))
    rejects.add(demographics, birth.unreadable, "birth date cannot be read", NOT_A_DATE)
    sex = element(demographics, 3)
    code = segments.code(sex)
    known = np.isin(code, [packed(one) for one in _SEXES])
    rejects.add(demographics, sex.present & ~known, "sex is not one of the known codes", "F, M or U")

    written = element(demographics, 2).where(
        birth.first != NO_DAY, element(np.full_like(demographics, NONE), 2)
    )
    identified = np.where(named != NONE, named, np.where(subscriber != NONE, subscriber, loops.claim))
    frame = (
        Columns(segments)
        .upper(sex=sex, member=element(subscriber, 9), first=element(named, 4), family=element(named, 3))
        .text(birth=written)
        .days(birth_date=birth.first)
        .whole(source_offset=segments.offset(identified))
        .constant(source_file_id=source_file_id)
        .frame()
    )
    family = pl.when(pl.col("member").is_null()).then(pl.col("family")).otherwise(pl.lit(""))
    parts = [pl.col(name).fill_null("") for name in ("birth", "sex", "member", "first")]
    is_known = pl.any_horizontal(pl.col("birth", "member", "family").is_not_null())
    identity = pl.when(is_known).then(pl.concat_str(*parts, family.fill_null(""), separator="|"))
    frame = frame.with_columns(
        identity.alias("identity"), pl.when(pl.col("sex").is_in(_SEXES)).then(pl.col("sex")).alias("sex")
    )
    frame = frame.with_columns(_pseudonyms(frame["identity"]))
    table = (
        frame.filter(pl.Series(keep), pl.col("patient_id").is_not_null())
        .select("patient_id", "birth_date", "sex", "source_file_id", "source_offset")
        .unique("patient_id", keep="first", maintain_order=True)
    )
    keys = patient_keys(frame.select("member", "family", given="first"))
    return keys.with_columns(frame["patient_id"]), PATIENT.conform(table)


def _pseudonyms(identity: pl.Series) -> pl.Series:
    """Return the pseudonyms by SHA-256, since polars' hash may change between versions."""
    identities = identity.to_list()
    names = {one: sha256(one.encode()).hexdigest()[:PSEUDONYM_LENGTH] for one in set(identities) if one}
    return pl.Series("patient_id", [*map(names.get, identities)], dtype=pl.String)
