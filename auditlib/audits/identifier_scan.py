"""Identifiers of patients in files that should hold none: found by the workspace's own values, never shown.

Names, member numbers and record numbers are not stored; but whoever has the key makes the hash of each word
of a file, and sees whether a patient has the same. Columns are compared whole, by joins.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.audits.chart_passages import passage_hashes, passages_of_charts
from auditlib.loading.keyed_patients import require_key
from auditlib.scratch import PREFIX
from auditlib.sources.patient_keys import patient_keys
from auditlib.sources.tabular.coded_encounter import pseudonym
from auditlib.workspace import Workspace
from auditlib.workspace.pseudonym_key import PSEUDONYM_KEY_NAME, PseudonymKey

NOT_READ: Final = "not read"
_STORES: Final = ("warehouse.duckdb", "ledger.db", PSEUDONYM_KEY_NAME)
# What was given by the user stays as it is; the rest is ours to keep clean.
_ORIGINALS: Final = frozenset({"releases", "attachments"})
_ZIPPED: Final = frozenset({".xlsx", ".docx", ".zip"})
_UNREADABLE: Final = frozenset({".pdf", ".png", ".parquet", ".gz"})
_TAG: Final = re.compile(r"<[^>]{0,500}>")
_WORD: Final = r"[\p{L}\p{N}](?:[\p{L}\p{N}._~/'-]*[\p{L}\p{N}])?"
_LEAST_NUMBER, _LEAST_ID = 5, 4
_DATE: Final = (
    (r"\b(\d{4}-\d{2}-\d{2})\b", "%Y-%m-%d"),
    (r"\b(\d{2}/\d{2}/\d{4})\b", "%m/%d/%Y"),
    (r"\b((?:19|20)\d{6})\b", "%Y%m%d"),
    (r"\b((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4})\b", "%b %-d, %Y"),
)
_HITS: Final = {"place": pl.Int64(), "kind": pl.String(), "count": pl.Int64()}
_SCHEMA: Final = {"file": pl.String(), "kind": pl.String(), "count": pl.Int64()}


def scanned_files(workspace: Workspace, also: Iterable[Path] = ()) -> list[Path]:
    """Return the files of a workspace that may hold identifiers unasked, and those of further places.

    The stores, the code sets that were loaded and the attachments of charts are left out: that is what they
    are for.
    """
    found: list[Path] = []
    for place in (workspace.root, *also):
        if place.is_file():
            found.append(place)
        for folder, names, files in os.walk(place):
            if Path(folder) == workspace.root:
                names[:] = [name for name in names if name not in _ORIGINALS]
            found += [Path(folder, name) for name in files if not name.startswith(_STORES)]
    return sorted(path for path in found if not path.is_symlink() and not path.name.endswith(".lock"))


def scan(workspace: Workspace, also: Iterable[Path] = ()) -> pl.DataFrame:
    """Return what identifies patients in files: file, kind and count, and never the value.

    Parameters
    ----------
    workspace
        The workspace whose patients are looked for.
    also
        Further files and folders, as one's own notebooks or a folder for temporary files.

    Returns
    -------
    polars.DataFrame
        file, kind and count, one row a file and kind. Kinds are account number, member number, record number,
        name (a family name within two words of the same patient's given name), date of birth (of patients
        born before the first visit), chart text (passages of eight words), left by a killed program, and not
        read, as of PDFs and pictures. A number shorter than five digits, or an id shorter than four
        characters, is not looked for.

    Raises
    ------
    StoreError
        If the patients have no keyed pseudonyms, or the key is gone.
    """
    key = require_key(workspace, workspace.warehouse())
    files = scanned_files(workspace, also)
    texts = [_text(path) for path in files]
    found = [(place, NOT_READ, 1) for place, text in enumerate(texts) if text is None]
    found += [
        (place, "left by a killed program", 1)
        for place, path in enumerate(files)
        if any(part.startswith(PREFIX) for part in path.parts)
    ]
    read = pl.DataFrame(
        {"place": range(len(files)), "text": texts}, schema={"place": pl.Int64(), "text": pl.String()}
    ).drop_nulls("text")
    hits = pl.concat(
        [
            pl.DataFrame(
                found, schema={"place": pl.Int64(), "kind": pl.String(), "count": pl.Int64()}, orient="row"
            ),
            *_by_token(workspace, key, read),
            _birth_dates(workspace, read),
            _passages(workspace, read),
        ]
    )
    names = pl.DataFrame(
        {"place": range(len(files)), "file": [_shown(path, workspace) for path in files]},
        schema={"place": pl.Int64(), "file": pl.String()},
    )
    return hits.join(names, on="place").select(*_SCHEMA).cast(pl.Schema(_SCHEMA)).sort("file", "kind")


def _shown(path: Path, workspace: Workspace) -> str:
    return str(path.relative_to(workspace.root) if path.is_relative_to(workspace.root) else path)


def _text(path: Path) -> str | None:
    """Return the words of a file; None where they cannot be read."""
    suffix = path.suffix.lower()
    if suffix in _UNREADABLE:
        return None
    try:
        if suffix in _ZIPPED:
            with zipfile.ZipFile(path) as parts:
                inside = (parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
                return unescape(_TAG.sub(" ", " ".join(inside)))
        text = path.read_bytes().decode("utf-8", "replace")
    except (OSError, zipfile.BadZipFile):
        return None
    if suffix == ".ipynb":
        try:
            text = " ".join(_strings(json.loads(text)))
        except json.JSONDecodeError:
            return text
    return unescape(_TAG.sub(" ", text))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        # The lines of a cell, and of its output, are one text.
        if value and all(isinstance(one, str) for one in value):
            yield "".join(value)
        else:
            for inner in value:
                yield from _strings(inner)


def _by_token(workspace: Workspace, key: PseudonymKey, read: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the account, member and record numbers and the names of files."""
    warehouse = workspace.warehouse()
    tokens = (
        read.select("place", token=pl.col("text").str.extract_all(_WORD)).explode("token").drop_nulls("token")
    )
    different = tokens.select("token").unique()
    accounts = warehouse.query("queries/privacy/account_number")["account_number"].drop_nulls().unique()
    yield _counted(
        tokens, different.filter(_is_long(), pl.col("token").is_in(accounts.implode())), "account number"
    )
    patients = warehouse.query("queries/privacy/patient_key")
    numbers = different.filter(_is_long(), pl.col("token").str.contains(r"[0-9]"))["token"]
    members = key.keyed_values(_keys(numbers)["member_key"])
    is_member = members.is_in(patients["member_key"].drop_nulls().unique().implode())
    yield _counted(tokens, numbers.filter(is_member).to_frame(), "member number")
    records = key.keyed_values(pl.Series([pseudonym("", one) for one in numbers], dtype=pl.String))
    is_record = records.is_in(patients["patient_id"].drop_nulls().unique().implode())
    yield _counted(tokens, numbers.filter(is_record).to_frame(), "record number")
    yield _names(tokens, key, patients)


def _is_long() -> pl.Expr:
    token = pl.col("token")
    least = pl.when(token.str.contains(r"^[0-9]+$")).then(_LEAST_NUMBER).otherwise(_LEAST_ID)
    return token.str.len_chars() >= least


def _keys(tokens: pl.Series) -> pl.DataFrame:
    return patient_keys(pl.DataFrame({"member": tokens, "family": tokens, "given": tokens}))


def _counted(tokens: pl.DataFrame, found: pl.DataFrame, kind: str) -> pl.DataFrame:
    hits = tokens.join(found.rename({found.columns[0]: "token"}), on="token", how="semi")
    return hits.group_by("place").agg(kind=pl.lit(kind), count=pl.len().cast(pl.Int64))


def _names(tokens: pl.DataFrame, key: PseudonymKey, patients: pl.DataFrame) -> pl.DataFrame:
    people = patients.select("family_name_key", "given_name_key").drop_nulls().unique()
    words = tokens.filter(pl.col("token").str.contains(r"^[\p{L}'-]{2,}$")).select("token").unique()["token"]
    keys = _keys(words)
    named = pl.DataFrame(
        {
            "token": words,
            "family": key.keyed_values(keys["family_name_key"]),
            "given": key.keyed_values(keys["given_name_key"]),
        }
    )
    known = named.filter(
        pl.col("family").is_in(people["family_name_key"].implode())
        | pl.col("given").is_in(people["given_name_key"].implode())
    )
    rows = tokens.join(known, on="token", how="left", maintain_order="left")
    pairs = []
    for step in (1, 2):
        for first, second in (("family", "given"), ("given", "family")):
            pairs.append(
                rows.select(
                    "place",
                    pl.col(first),
                    pl.col(second).shift(-step).over("place").alias(second),
                ).select("place", family_name_key="family", given_name_key="given")
            )
    hits = pl.concat(pairs).drop_nulls().join(people, on=["family_name_key", "given_name_key"], how="semi")
    return hits.group_by("place").agg(kind=pl.lit("name"), count=pl.len().cast(pl.Int64))


def _birth_dates(workspace: Workspace, read: pl.DataFrame) -> pl.DataFrame:
    warehouse = workspace.warehouse()
    born = warehouse.query("queries/privacy/patient_key")["birth_date"].drop_nulls().unique()
    first = warehouse.query("queries/privacy/first_service_date")["first_date"].item()
    known = born.filter(born < first) if first is not None else born
    dates = pl.concat(
        [
            read.select("place", day=pl.col("text").str.extract_all(pattern))
            .explode("day")
            .select("place", day=pl.col("day").str.to_date(form.replace("%-d", "%d"), strict=False))
            for pattern, form in _DATE
        ]
    )
    hits = dates.filter(pl.col("day").is_in(known.implode()))
    return hits.group_by("place").agg(kind=pl.lit("date of birth"), count=pl.len().cast(pl.Int64))


def _passages(workspace: Workspace, read: pl.DataFrame) -> pl.DataFrame:
    passages = passage_hashes(read["text"])
    known = passages_of_charts(workspace.warehouse(), passages["passage"].unique().to_numpy())
    hits = passages.filter(pl.col("passage").is_in(pl.Series(known).implode())).unique()
    places = pl.DataFrame({"text": pl.int_range(read.height, eager=True), "place": read["place"]})
    return (
        hits.join(places, on="text")
        .group_by("place")
        .agg(kind=pl.lit("chart text"), count=pl.len().cast(pl.Int64))
    )
