"""Verdicts as a person reads them: each code before and after its review, as it stands on a claim."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes import shown_codes
from auditlib.review.evidence_passage import EvidencePassage

_MODIFIERS: Final = ("modifier_1", "modifier_2", "modifier_3", "modifier_4")
_NOTHING: Final = "(nothing)"
COLUMNS: Final = {
    "audit": pl.String(),
    "encounter_id": pl.String(),
    "code_number": pl.Int64(),
    "code_system": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "action": pl.String(),
    "error_kind": pl.String(),
    "cause": pl.String(),
    "error_severity": pl.String(),
    "comment": pl.String(),
    "evidence": pl.String(),
    "payment_difference": pl.Decimal(18, 2),
    "payment_difference_basis": pl.String(),
    "visit_result": pl.String(),
    "visit_rationale": pl.String(),
    "reviewer": pl.String(),
    "recorded_at": pl.Datetime("us"),
}
"""Columns of `before_and_after`."""


def before_and_after(verdicts: pl.DataFrame, codes: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return each verdict with the code before and after it, the sentence it rests on and its dollars.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame`.
    codes
        The coder's codes of these charts: encounter_id, code_number, code_system, code, code_role,
        poa_indicator, modifier_1 to modifier_4 and unit_count.
    documents
        ``document_id`` and ``text`` of the documents that are evidence, as far as they are loaded.

    Returns
    -------
    polars.DataFrame
        The columns of `COLUMNS`, in the order of the verdicts. Codes are written as on a claim, ``E11.22``,
        ``99214-25``, ``J3301-JZ x4``; role and present on admission stand behind them where they differ or a
        code was added. A deleted code has ``(nothing)`` after it, an added one before it. ``evidence`` is the
        sentence in one line; in brackets it says that the document is not loaded any more or has changed.
        ``visit_rationale`` is what was ticked for the level of a visit and what it supports, ``visit_result``
        whether the billed code is supported, over or under it; null where nothing was ticked.
    """
    own = pl.concat_list([pl.col(name) for name in _MODIFIERS]).list.drop_nulls().list.join("-")
    coded = codes.select(
        "encounter_id",
        "code_number",
        before_role="code_role",
        before_poa="poa_indicator",
        before_modifiers=own,
        before_units=_plain("unit_count"),
    )
    rows = verdicts.join(coded, on=["encounter_id", "code_number"], how="left", maintain_order="left")
    is_given = pl.col("corrected_code").is_not_null()
    stays = pl.col("action") == "agree"
    after = {
        "role": pl.col("corrected_code_role"),
        "poa": pl.col("corrected_poa_indicator"),
        "modifiers": pl.col("corrected_modifiers").fill_null("").str.replace_all(",", "-", literal=True),
        # Units that a corrected code omits stay as billed.
        "units": pl.coalesce("corrected_unit_count", "before_units"),
    }
    rows = rows.with_columns(
        before_code=shown_codes("code_system", "code"),
        after_code=shown_codes("corrected_code_system", "corrected_code"),
        **{f"after_{name}": value for name, value in after.items()},
    )
    is_added = pl.col("code").is_null()
    # A procedure has one role, which its code shows.
    is_procedure = pl.col("after_role") == "procedure"
    shows_role = (
        is_given
        & ~is_procedure.fill_null(value=False)
        & (is_added | pl.col("before_role").ne_missing(pl.col("after_role")))
    )
    shows_poa = is_given & (is_added | pl.col("before_poa").ne_missing(pl.col("after_poa")))
    before = _written("before", shows_role & ~is_added, shows_poa & ~is_added)
    return rows.select(
        "audit",
        "encounter_id",
        "code_number",
        code_system=pl.coalesce("code_system", "corrected_code_system"),
        before=pl.when(is_added).then(pl.lit(_NOTHING)).otherwise(before),
        after=pl.when(is_given)
        .then(_written("after", shows_role, shows_poa))
        .when(stays)
        .then(before)
        .otherwise(pl.lit(_NOTHING)),
        action="action",
        error_kind="error_kind",
        cause="cause",
        error_severity="error_severity",
        comment="comment",
        evidence=_sentences(rows, documents),
        payment_difference="payment_difference",
        payment_difference_basis="payment_difference_basis",
        visit_result="visit_result",
        visit_rationale="visit_rationale",
        reviewer="reviewer",
        recorded_at="recorded_at",
    ).match_to_schema(COLUMNS)


def _sentences(verdicts: pl.DataFrame, documents: pl.DataFrame) -> pl.Series:
    """Return the sentence that each verdict rests on; null where none was attached."""
    texts = dict(documents.select("document_id", "text").iter_rows())
    places = verdicts.select(
        "evidence_document_id", "evidence_start", "evidence_end", "evidence_sha256"
    ).iter_rows()
    return pl.Series(
        "evidence",
        [
            None if place[0] is None else EvidencePassage(*place).sentence(texts.get(place[0]))
            for place in places
        ],
        pl.String(),
    )


def _written(side: str, shows_role: pl.Expr, shows_poa: pl.Expr) -> pl.Expr:
    """Return a code of one side with modifiers and units, and with role and POA where they are shown."""
    modifiers, units = pl.col(f"{side}_modifiers").fill_null(""), pl.col(f"{side}_units")
    role, poa = pl.col(f"{side}_role"), pl.col(f"{side}_poa")
    with_modifiers = (
        pl.when(modifiers != "").then(pl.concat_str(pl.lit("-"), modifiers)).otherwise(pl.lit(""))
    )
    with_units = (
        pl.when(units.is_not_null() & (units != "1")).then(pl.format(" x{}", units)).otherwise(pl.lit(""))
    )
    with_role = pl.when(shows_role).then(pl.format(", {}", role.fill_null("no role"))).otherwise(pl.lit(""))
    with_poa = (
        pl.when(shows_poa & (pl.col("before_poa").is_not_null() | pl.col("after_poa").is_not_null()))
        .then(pl.format(", POA {}", poa.fill_null("not stated")))
        .otherwise(pl.lit(""))
    )
    return pl.concat_str(f"{side}_code", with_modifiers, with_units, with_role, with_poa)


def _plain(name: str) -> pl.Expr:
    """Return a number without trailing zeros, as text."""
    text = pl.col(name).cast(pl.String)
    has_point = text.str.contains(".", literal=True)
    return pl.when(has_point).then(text.str.strip_chars_end("0").str.strip_chars_end(".")).otherwise(text)
