"""Keys by which a claim and a payment are recognised as one patient's, made of names and member numbers.

Neither a name nor a member number is kept: a key is a hash, and what remains readable is the sound of a name
and the last four characters of a number.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias

import polars as pl

from auditlib.schema.core_columns import PATIENT_KEYS

_Work: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]

KEY_LENGTH: Final = 16
_MASKED: Final = r"[*]|X{3}|#{2}"
_PLAN_PREFIX: Final = r"^[A-Z]{1,3}([0-9]{6})"
_PERSON: Final = r"^([A-Z0-9]{7,})[0-9]{2}$"
_NAME_ENDING: Final = r"[ ,.]+(JR|SR|II|III|IV|MD)[.]?$"
_END_LENGTH: Final = 4
# A letter's class; a vowel only parts two consonants of one class.
_SOUNDS: Final = (
    ("[AEIOUY]", "0"),
    ("[BFPV]", "1"),
    ("[CGJKQSXZ]", "2"),
    ("[DT]", "3"),
    ("L", "4"),
    ("[MN]", "5"),
    ("R", "6"),
)
_SOUND_LENGTH: Final = 3


def patient_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `PATIENT_KEYS`, one row for each row of the frame.

    Parameters
    ----------
    frame
        Columns ``member``, ``family`` and ``given``: member number and names as a file has them, or null.

    Returns
    -------
    polars.DataFrame
        A masked member number, as ``XXXXX1234``, has an end and no key.

    References
    ----------
    The sound is that of the United States National Archives' Soundex, without zeros at its end.
    """
    member, family, given = (_by_value(frame[name], work) for name, work in _WORKS.items())
    return pl.concat((member, family, given), how="horizontal").select(column.name for column in PATIENT_KEYS)


def _by_value(values: pl.Series, work: _Work) -> pl.DataFrame:
    """Return what ``work`` makes of the values, each different value once."""
    one = values.rename("value").to_frame()
    made = work(one.unique().drop_nulls())
    return one.join(made, on="value", how="left", maintain_order="left").drop("value")


def _member(one: pl.DataFrame) -> pl.DataFrame:
    upper = pl.col("value").str.to_uppercase()
    plain = upper.str.replace_all(r"[^A-Z0-9]", "")
    core = plain.str.replace(_PLAN_PREFIX, "${1}").str.replace(r"^0+", "")
    made = one.with_columns(
        core=pl.when(~upper.str.contains(_MASKED), core != "").then(core),
        end=pl.when(plain.str.len_chars() >= _END_LENGTH).then(plain.str.slice(-_END_LENGTH)),
    ).with_columns(stem=pl.when(pl.col("core").str.contains(_PERSON)).then(pl.col("core").str.head(-2)))
    return made.select(
        "value",
        _hashed(made["core"]).alias("member_key"),
        _hashed(made["stem"]).alias("member_stem_key"),
        pl.col("end").alias("member_end"),
    )


def _name(one: pl.DataFrame, part: str, letters: pl.Expr) -> pl.DataFrame:
    made = one.with_columns(letters=pl.when(letters != "").then(letters))
    return made.select(
        "value",
        _hashed(made["letters"]).alias(f"{part}_name_key"),
        _sound(pl.col("letters")).alias(f"{part}_name_sound"),
    )


def _family(one: pl.DataFrame) -> pl.DataFrame:
    upper = pl.col("value").str.to_uppercase()
    return _name(one, "family", upper.str.replace(_NAME_ENDING, "").str.replace_all(r"[^\p{L}]", ""))


def _given(one: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("value").str.to_uppercase().str.strip_chars().str.extract(r"^([^ .,]+)")
    return _name(one, "given", first.str.replace_all(r"[^\p{L}]", ""))


def _sound(letters: pl.Expr) -> pl.Expr:
    first = letters.str.slice(0, 1)
    digits = first + letters.str.slice(1).str.replace_all("[HW]", "")
    for pattern, digit in _SOUNDS:
        digits = digits.str.replace_all(pattern, digit)
    for _, digit in _SOUNDS:
        digits = digits.str.replace_all(f"{digit}+", digit)
    return first + digits.str.slice(1).str.replace_all("[^1-6]", "").str.head(_SOUND_LENGTH)


def _hashed(values: pl.Series) -> pl.Series:
    """Return the hashes by SHA-256, since polars' hash may change between versions."""
    listed = values.to_list()
    hashes = {one: sha256(one.encode()).hexdigest()[:KEY_LENGTH] for one in set(listed) if one is not None}
    return pl.Series([*map(hashes.get, listed)], dtype=pl.String)


_WORKS: Final = {"member": _member, "family": _family, "given": _given}
