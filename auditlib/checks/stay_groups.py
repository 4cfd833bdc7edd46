"""Payment groups (MS-DRG) of hospital stays by the grouper of the extra ``groupers``: facts that checks read.

No SELECT can group a stay. This is done once on request, in batches of stays with the same codes, and the
checks say *not checked* of stays that were not grouped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import polars as pl

from auditlib.checks.lapsed_findings import let_findings_lapse
from auditlib.errors import MissingExtraError
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.core_derived import GROUPED_STAY, STAY_WITHOUT_DIAGNOSIS
from auditlib.warehouse import Warehouse

_BATCH: Final = 10_000
_DIED: Final = "20"
_COMPLICATIONS: Final = ("CC", "MCC")
_HIV_GROUPS: Final = ("969", "970")
_HIV: Final = "B20"
_NOT_PRESENT: Final = ("N", "U", "W")
"""Indicators that a grouper weighs; exempt and absent ones count as present on admission."""
_CODES: Final = ["version", "diagnoses", "poa_indicators", "procedures", "sex", "discharge_status_code"]


def group_stays(warehouse: Warehouse, *, progress: Progress | None = None) -> int:
    """Group every hospital stay that a version of the grouper includes, and replace what was grouped before.

    Parameters
    ----------
    warehouse
        With the claims; ``core.grouped_stay`` and ``core.stay_without_diagnosis`` are replaced.
    progress
        Advanced for each batch of 10,000 different stays.

    Returns
    -------
    int
        Stays grouped. Not those of an unknown sex, of days without a version, or whose group is impossible.

    Raises
    ------
    MissingExtraError
        If the extra ``groupers`` is not installed.
    """
    try:
        from drgpy.msdrg import DRGEngine  # noqa: PLC0415 - an extra
    except ImportError as error:
        purpose = "Grouping stays"
        raise MissingExtraError(purpose, "groupers") from error
    progress = progress or SilentProgress()
    stays = _with_version(warehouse.query("queries/checks/stay_to_group"))
    different = stays.select(_CODES).unique().sort(_CODES).with_row_index("stay_kind")
    progress.start("Grouping stays", total=-(-different.height // _BATCH))
    engines: dict[str, Any] = {}
    groups: list[tuple[int, str]] = []
    without: list[tuple[int, str, str]] = []
    for batch in different.iter_slices(_BATCH):
        for row in batch.iter_rows(named=True):
            name = row["version"]
            if name not in engines:
                engines[name] = DRGEngine(version=name)
            engine = engines[name]
            drg = _group(engine, row)
            if drg is not None:
                groups.append((row["stay_kind"], drg))
                without += [
                    (row["stay_kind"], code, other) for code, other in _without_each(engine, row, drg)
                ]
        progress.advance()
    package = f"drgpy {version('drgpy')} "
    kinds = stays.select("claim_id", *_CODES).join(different, on=_CODES, how="inner")
    grouped = kinds.join(
        pl.DataFrame(groups, schema={"stay_kind": pl.UInt32, "drg": pl.String}, orient="row"), on="stay_kind"
    ).with_columns(grouper=pl.lit(package) + pl.col("version"))
    dependent = kinds.select("claim_id", "stay_kind").join(
        pl.DataFrame(
            without, schema={"stay_kind": pl.UInt32, "code": pl.String, "drg": pl.String}, orient="row"
        ),
        on="stay_kind",
    )
    with warehouse.writing() as writer:
        writer.replace(GROUPED_STAY, GROUPED_STAY.conform(grouped.select(GROUPED_STAY.column_names)))
        marked = writer.query(
            "queries/checks/diagnosis_to_mark",
            frames={"dependent": dependent.select("claim_id", "code", "drg")},
        )
        writer.replace(STAY_WITHOUT_DIAGNOSIS, STAY_WITHOUT_DIAGNOSIS.conform(marked))
        let_findings_lapse(writer, writer.changed_tables)
    return grouped.height


@lru_cache(maxsize=2)
def _engine(version_name: str) -> Any:  # noqa: ANN401 - drgpy has no types
    """Return the engine of a version, which takes seconds to make."""
    from drgpy.msdrg import DRGEngine  # noqa: PLC0415 - an extra

    return DRGEngine(version=version_name)


def group_of_codes(
    diagnoses: Sequence[tuple[str, str | None]],
    procedures: Sequence[str],
    *,
    discharge_date: dt.date,
    sex: str,
    discharge_status_code: str | None,
) -> tuple[str, str] | None:
    """Return the group of one stay and the grouper by name and version.

    Parameters
    ----------
    diagnoses
        ICD-10-CM codes, the principal one first, each with its present-on-admission indicator.
    procedures
        ICD-10-PCS codes.
    discharge_date, sex, discharge_status_code
        Of the stay and its patient; a status that is not known counts as 01.

    Returns
    -------
    tuple
        Both, or None where the sex is not known, no version is in force, or no group is possible.

    Raises
    ------
    MissingExtraError
        If the extra ``groupers`` is not installed.
    """
    stay = {
        "claim_id": 1,
        "discharge_date": discharge_date,
        "sex": sex,
        "discharge_status_code": discharge_status_code or "01",
        "diagnoses": ",".join(code for code, _ in diagnoses),
        "poa_indicators": ",".join(poa or "" for _, poa in diagnoses),
        "procedures": ",".join(procedures),
    }
    try:
        rows = _with_version(pl.DataFrame([stay])).to_dicts() if diagnoses else []
        group = _group(_engine(rows[0]["version"]), rows[0]) if rows else None
    except ImportError as error:
        purpose = "Grouping stays"
        raise MissingExtraError(purpose, "groupers") from error
    return None if group is None else (group, f"drgpy {version('drgpy')} {rows[0]['version']}")


def _with_version(stays: pl.DataFrame) -> pl.DataFrame:
    """Return the stays on whose last day a version is in force, with its name."""
    from drgpy._versions import SUPPORTED_VERSIONS  # noqa: PLC0415 - an extra

    first_days = pl.DataFrame(
        {
            "first_day": [one.effective_date for one in SUPPORTED_VERSIONS],
            "version": [one.name for one in SUPPORTED_VERSIONS],
        }
    ).sort("first_day")
    newest: dt.date = SUPPORTED_VERSIONS[-1].effective_date
    # A fiscal year ends on 30 September; what comes after the newest version's is not known yet.
    last_day = dt.date(newest.year if newest.month < 10 else newest.year + 1, 9, 30)  # noqa: PLR2004 - October
    return (
        stays.filter(pl.col("sex").is_in(["F", "M"]) & (pl.col("discharge_date") <= last_day))
        .sort("discharge_date")
        .join_asof(first_days, left_on="discharge_date", right_on="first_day")
        .filter(pl.col("version").is_not_null())
        .drop("first_day")
        .sort("claim_id")
    )


def _group(engine: Any, row: dict[str, str], without: str = "") -> str | None:  # noqa: ANN401 - drgpy has no types
    """Return the group of one stay, or of one without a code; None where the grouper has no possible one."""
    pairs = [
        (code, poa if poa in _NOT_PRESENT else "Y")
        for code, poa in zip(row["diagnoses"].split(","), row["poa_indicators"].split(","), strict=True)
        if code != without
    ]
    drg = engine.get_drg(
        [code for code, _ in pairs],
        [code for code in row["procedures"].split(",") if code],
        gender=row["sex"],
        is_alive=row["discharge_status_code"] != _DIED,
        poa=[poa for _, poa in pairs],
        discharge_status=row["discharge_status_code"],
    )
    # The grouper gives some unrelated procedures the groups of HIV; without HIV they are impossible.
    if drg in _HIV_GROUPS and _HIV not in {code for code, _ in pairs}:
        return None
    return str(drg) if drg else None


def _without_each(engine: Any, row: dict[str, str], drg: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    """Yield each complication without which the group is another, with that group."""
    principal, *others = row["diagnoses"].split(",")
    for code in dict.fromkeys(others):
        if code != principal and _level(engine, code) in _COMPLICATIONS:
            other = _group(engine, row, without=code)
            if other is not None and other != drg:
                yield code, other


def _level(engine: Any, code: str) -> str:  # noqa: ANN401 - as above
    entry = engine.ccmap.get(code)
    return str(entry["level"]) if entry else ""
