"""Patients of 837 claims, under a pseudonym that is the same in every file."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import polars as pl

from auditlib.schema.core import PATIENT
from auditlib.sources.x12.claim_loops import ClaimLoops
from auditlib.sources.x12.rejects import NOT_A_DATE, Rejects
from auditlib.sources.x12.scopes import NONE
from auditlib.sources.x12.segments import Mask, Segments
from auditlib.sources.x12.values import dates, days, texts

PSEUDONYM_LENGTH = 16


def pseudonym(identity: str) -> str:
    """Return the first digits of the SHA-256 of an identity."""
    return sha256(identity.encode()).hexdigest()[:PSEUDONYM_LENGTH]


def patients(
    segments: Segments, loops: ClaimLoops, rejects: Rejects, *, source_file_id: int, keep: Mask
) -> tuple[pl.Series, pl.DataFrame]:
    """Return the pseudonym of each claim's patient, and the patient table of the claims that are kept.

    Notes
    -----
    The patient is the dependent (HL 23) where there is one, else the subscriber. The pseudonym is over birth
    date, sex, member number of the subscriber and first name, upper-case: twins have two, a change of family
    name keeps it. It is null where none of birth date, member number and name is known.
    """
    is_dependent = loops.patient_level != NONE
    subscriber = loops.above(loops.subscriber_level, "NM1", "IL")
    dependent = loops.above(loops.patient_level, "NM1", "QC")
    named = np.where(is_dependent, dependent, subscriber)
    floor = np.where(is_dependent, loops.patient_level, loops.subscriber_level)
    demographics = loops.above(floor, "DMG")

    birth = days(segments, segments.element(demographics, 2))
    rejects.add(np.unique(demographics[birth.unreadable]), "birth date cannot be read", NOT_A_DATE)
    frame = texts(
        segments,
        {"sex": segments.element(demographics, 3), "member": segments.element(subscriber, 9), "first": segments.element(named, 4), "last": segments.element(named, 3)},
    ).with_columns(
        pl.col("sex").str.to_uppercase(),
        dates(birth.first).alias("birth_date"),
        pl.Series("source_offset", segments.offset(np.where(named != NONE, named, loops.claim))),
    )
    known = pl.any_horizontal(pl.col("birth_date", "member", "last").is_not_null())
    parts = [pl.col("birth_date").dt.strftime("%Y%m%d"), *(pl.col(name) for name in ("sex", "member", "first"))]
    family = pl.when(pl.col("member").is_null()).then(pl.col("last"))
    identity = pl.when(known).then(pl.concat_str([part.fill_null("") for part in (*parts, family)], separator="|"))
    frame = frame.with_columns(identity.str.to_uppercase().alias("identity"))
    unique = frame["identity"].drop_nulls().unique()
    names = pl.Series("patient_id", [pseudonym(one) for one in unique.to_list()], dtype=pl.String)
    lookup = pl.DataFrame([unique, names])
    frame = frame.join(lookup, on="identity", how="left", maintain_order="left")
    odd = frame.select((pl.col("sex").is_not_null() & ~pl.col("sex").is_in(["F", "M", "U"])).alias("odd"))["odd"]
    rejects.add(np.unique(demographics[odd.to_numpy()]), "sex is not one of the known codes", "F, M or U")
    table = (
        frame.filter(pl.Series(keep) & pl.col("patient_id").is_not_null())
        .select(
            "patient_id",
            "birth_date",
            pl.when(pl.col("sex").is_in(["F", "M", "U"])).then(pl.col("sex")).alias("sex"),
            pl.lit(source_file_id).alias("source_file_id"),
            "source_offset",
        )
        .unique("patient_id", keep="first", maintain_order=True)
    )
    return frame["patient_id"], PATIENT.conform(table)
