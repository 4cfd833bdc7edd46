"""Business that comes again: payments under other control numbers, transactions cut off in transfer.

A payment is identified by payer, check or EFT number and date; its contents are its claims and provider
adjustments. If all of these were loaded, it is delivered again; if not, it is another part of its check. A
transaction without a real check number is identified by the segments above its first claim. Rules on frames
only; `auditlib.loading.load` reads and writes.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from auditlib.sources.batch import OFFSET_BITS

# Numbers that payers write where no check or transfer was made.
_NOT_A_CHECK = ("", "NON", "NONE", "NOCHECK", "NOPAYMENT", "NOPAY", "NA", "ZERO", "ZEROPAY")
_CLAIM_PAYMENT = (
    "patient_control_number",
    "payer_claim_control_number",
    "claim_status_code",
    "charge_amount",
    "paid_amount",
    "patient_responsibility_amount",
)
_PROVIDER_ADJUSTMENT = ("provider_id", "reason_code", "reference_number", "adjustment_amount")
_CLAIM = ("patient_control_number", "charge_amount", "frequency_code")
CONTENTS = {
    "claim": ("claim_id", _CLAIM),
    "remit_claim": ("remit_claim_id", _CLAIM_PAYMENT),
    "provider_adjustment": (None, _PROVIDER_ADJUSTMENT),
}
"""Tables that say what a transaction holds: the column of a row's id, and those that are compared."""

TRANSACTION = {
    "transaction_id": pl.Int64(),
    "key": pl.String(),
    "is_check": pl.Boolean(),
    "is_truncated": pl.Boolean(),
    "file_name": pl.String(),
}
"""Of a transaction: its id as a remittance has one, what it is known by, and its file."""

_CONTENT = {
    "transaction_id": pl.Int64(),
    "row_id": pl.Int64(),
    "content": pl.String(),
    "occurrence": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class Redelivery:
    """What of a file's transactions was loaded before, and what they replace.

    Attributes
    ----------
    repeated
        transaction_id, earlier_file and is_cut of whole transactions that were loaded before.
    replaced
        transaction_id of the truncated transaction, and replaced_by, the file that holds it whole.
    """

    repeated: pl.DataFrame
    replaced: pl.DataFrame


def transaction_keys(transactions: pl.DataFrame, remittances: pl.DataFrame, file_name: str) -> pl.DataFrame:
    """Return what each transaction is known by.

    Parameters
    ----------
    transactions
        source_file_id, source_offset, opening_fingerprint and is_truncated.
    remittances
        Rows of ``remittance`` of the same files.
    file_name
        Of all of them; where ``transactions`` has a column of that name, that.

    Returns
    -------
    DataFrame
        The columns of `TRANSACTION`; those that cannot be known again are left out.
    """
    number = pl.col("trace_number").fill_null("").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    payer = pl.coalesce("payer_id", "payer_name").fill_null("").str.to_uppercase()
    real = number.str.strip_chars_start("0")
    checks = remittances.select(
        pl.col("remittance_id").alias("transaction_id"),
        pl.when(~real.is_in(_NOT_A_CHECK))
        .then(pl.concat_str(payer, real, pl.col("payment_date").cast(pl.String).fill_null(""), separator="|"))
        .alias("check_key"),
    )
    names = {} if "file_name" in transactions.columns else {"file_name": pl.lit(file_name)}
    return (
        transactions.with_columns(
            transaction_id=pl.col("source_file_id") * (1 << OFFSET_BITS) + pl.col("source_offset"), **names
        )
        .join(checks, on="transaction_id", how="left")
        .select(
            "transaction_id",
            key=pl.coalesce("check_key", "opening_fingerprint"),
            is_check=pl.col("check_key").is_not_null(),
            is_truncated=pl.col("is_truncated").fill_null(value=False),
            file_name="file_name",
        )
        .filter(pl.col("key").is_not_null())
        .match_to_schema(TRANSACTION)
    )


def with_same_key(new: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the transactions, old and new, that share what they are known by with another, one of them new.

    Transactions without a check are compared only if one of them is truncated: a whole one that repeats
    another has the same fingerprint.
    """
    everything = pl.concat([known.filter(pl.col("key").is_in(new["key"].implode())), new])
    is_shared = (pl.len().over("key") > 1) & (pl.col("is_check") | pl.col("is_truncated").any().over("key"))
    return everything.filter(is_shared).sort("transaction_id")


def contents(tables: dict[str, pl.DataFrame], transactions: pl.DataFrame) -> pl.DataFrame:
    """Return what transactions hold, a row a claim, claim payment or provider adjustment.

    Parameters
    ----------
    tables
        Rows of the tables of `CONTENTS`, of whole files.
    transactions
        transaction_id of all transactions of these files.
    """
    starts = transactions.select("transaction_id", start="transaction_id").unique().sort("start")
    parts = [pl.DataFrame(schema=_CONTENT)]
    for name, frame in tables.items():
        row_id, compared = CONTENTS[name]
        values = [pl.col(column).cast(pl.String).fill_null("") for column in compared]
        place = pl.col("source_file_id") * (1 << OFFSET_BITS) + pl.col("source_offset")
        parts.append(
            frame.select(
                place=place,
                row_id=pl.col(row_id) if row_id else pl.lit(None, pl.Int64),
                content=pl.concat_str(pl.lit(name), *values, separator="|"),
            )
            .sort("place")
            .join_asof(starts, left_on="place", right_on="start")
            .filter(pl.col("transaction_id").is_not_null())
            .with_columns(occurrence=pl.int_range(pl.len()).over("transaction_id", "content"))
            .select(*_CONTENT)
            .match_to_schema(_CONTENT)
        )
    return pl.concat(parts)


def redelivered(transactions: pl.DataFrame, held: pl.DataFrame, first_new_id: int) -> Redelivery:
    """Return what was loaded before.

    Parameters
    ----------
    transactions
        From `with_same_key`; their ids grow in the order of loading.
    held
        From `contents`, of the same transactions.
    first_new_id
        The least id of a new transaction.
    """
    rows = held.join(transactions, on="transaction_id")
    is_new = pl.col("transaction_id") >= first_new_id
    replaced = _replaced(rows, first_new_id)
    rows = rows.join(replaced, on="transaction_id", how="anti")
    same = ("key", "content", "occurrence")
    judged = rows.with_columns(
        earlier_id=pl.col("transaction_id").min().over(same),
        is_last=(pl.col("row_id") == pl.col("row_id").max().over("transaction_id")) & pl.col("is_truncated"),
    ).with_columns(is_repeated=pl.col("earlier_id") < pl.col("transaction_id"))
    # The last claim of a cut transaction may itself be cut: it does not count against a repetition.
    earlier = pl.col("earlier_id").filter(pl.col("is_repeated"))
    whole = (
        judged.filter(is_new)
        .group_by("transaction_id", "is_check", "is_truncated", maintain_order=True)
        .agg(
            is_repeated=(pl.col("is_repeated") | pl.col("is_last")).all() & pl.col("is_repeated").any(),
            earlier_id=earlier.first(),
        )
        .filter(pl.col("is_repeated") & (pl.col("is_check") | pl.col("is_truncated")))
    )
    names = transactions.select(earlier_id="transaction_id", earlier_file="file_name")
    repeated = whole.join(names, on="earlier_id").select(
        "transaction_id", "earlier_file", is_cut="is_truncated"
    )
    return Redelivery(repeated, replaced)


def _replaced(rows: pl.DataFrame, first_new_id: int) -> pl.DataFrame:
    """Return the truncated transactions of which a new one holds all and more."""
    sizes = rows.group_by("transaction_id").agg(pl.len().alias("size"))
    rows = rows.join(sizes, on="transaction_id")
    cut = rows.filter(pl.col("is_truncated"))
    pairs = (
        cut.select("transaction_id", "key", "size")
        .unique()
        .join(
            rows.filter(pl.col("transaction_id") >= first_new_id)
            .select("key", "is_truncated", "file_name", by="transaction_id", by_size="size")
            .unique(),
            on="key",
        )
        .filter(pl.col("by") > pl.col("transaction_id"))
        .filter((pl.col("by_size") > pl.col("size")) | ~pl.col("is_truncated"))
    )
    is_last = pl.col("row_id") == pl.col("row_id").max().over("transaction_id")
    certain = cut.filter(~is_last.fill_null(value=False)).select("transaction_id", "content", "occurrence")
    missing = (
        pairs.join(certain, on="transaction_id")
        .join(
            rows.select("content", "occurrence", by="transaction_id"),
            on=["by", "content", "occurrence"],
            how="anti",
        )
        .select("transaction_id", "by")
    )
    return (
        pairs.join(missing, on=["transaction_id", "by"], how="anti")
        .sort("transaction_id", "by")
        .unique("transaction_id", keep="last", maintain_order=True)
        .select("transaction_id", replaced_by="file_name")
    )
