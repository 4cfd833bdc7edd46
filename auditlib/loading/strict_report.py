"""Strict validation of the X12 files of a load, beside the load's own result."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.progress import Progress, SilentProgress
from auditlib.sources.x12 import looks_like_x12
from auditlib.sources.x12.strict.strict_validation import StrictVerdict, validate_strictly

STRICT_COLUMNS: Final = {
    "strict_verdict": pl.String(),
    "strict_error_count": pl.Int64(),
    "strict_first_error": pl.String(),
}
_HEAD_BYTE_COUNT: Final = 65_536
_MOST_AT_ONCE: Final = 8


def with_strict_verdicts(files: pl.DataFrame, *, progress: Progress | None = None) -> pl.DataFrame:
    """Return the files of a load with pyx12's verdict on each, null for files that are not X12.

    Parameters
    ----------
    files
        The frame `LoadReport.files`.
    progress
        Advanced for each file.
    """
    progress = progress or SilentProgress()
    paths = [Path(path) for path in files["file_path"]]
    is_x12 = [_looks_like_x12(path) for path in paths]
    progress.start("Validating strictly", total=sum(is_x12))

    def verdict(path: Path) -> StrictVerdict:
        result = validate_strictly(path)
        progress.advance()
        return result

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_ONCE)) as pool:
        futures = [
            pool.submit(verdict, path) if is_one else None for path, is_one in zip(paths, is_x12, strict=True)
        ]
        verdicts = [future.result() if future else None for future in futures]
    rows = [
        dict(zip(STRICT_COLUMNS, (one.verdict, one.error_count, one.first_error), strict=True)) if one else {}
        for one in verdicts
    ]
    return files.hstack(pl.DataFrame(rows, schema=STRICT_COLUMNS))


def _looks_like_x12(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return looks_like_x12(file.read(_HEAD_BYTE_COUNT))
    except OSError:
        return False
