"""What loading and verifying return: the report itself, with a frame and a display of its own."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import polars as pl

from auditlib.codesets.library.load_code_sets import CodeSetReport
from auditlib.loading.load import LoadReport
from auditlib.report.result import Notice, Result
from auditlib.sampling import Verification, verify_manifest
from auditlib.sampling.differences import Difference

_MOST_REASONS = 20


class LoadAnswer(LoadReport):
    """What a load did, as a notebook shows it."""

    __slots__ = ()

    @property
    def frame(self) -> pl.DataFrame:
        """One row a file: see `auditlib.loading.load.LoadReport`."""
        return self.files

    def _results(self) -> list[Result]:
        reasons = self.with_reasons.select("shown_name", "load_status", "rejected_count", "first_reason")
        results = [Result(self.by_status, "Loaded")]
        if reasons.height:
            results.append(Result(reasons, "Not loaded", row_limit=_MOST_REASONS))
        return results

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self._results()))

    def _repr_html_(self) -> str:
        return "".join(result._repr_html_() for result in self._results())


class CodeSetAnswer(CodeSetReport):
    """What a load of code sets did, as a notebook shows it."""

    __slots__ = ()

    @property
    def frame(self) -> pl.DataFrame:
        """One row for each release, and for each file that was refused or skipped."""
        return self.rows

    def _result(self) -> Result:
        return Result(self.rows, "Code sets", hidden=("sha256",))

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


class VerificationAnswer(Verification):
    """Whether the same draw came out, as a notebook shows it."""

    __slots__ = ()

    @property
    def frame(self) -> pl.DataFrame:
        """One row for each difference: kind, subject and sentence; none where the draw is verified."""
        schema = {"kind": pl.String(), "subject": pl.String(), "sentence": pl.String()}
        return pl.DataFrame([asdict(difference) for difference in self.differences], schema=schema)

    def __repr__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        return Notice(self.summary)._repr_html_()


def verification_answer(manifest_path: Path, draws: str = "", against_ledger: str = "") -> VerificationAnswer:
    """Draw a sample again from its manifest and return what differs; see `verify_manifest`.

    ``draws`` says how often the ledger holds that its universe was drawn, ``against_ledger`` that the ledger
    holds another draw.
    """
    found = verify_manifest(manifest_path)
    differences = found.differences
    if against_ledger:
        differences = (Difference("not the recorded draw", found.manifest.name, against_ledger), *differences)
    return VerificationAnswer(found.manifest, differences, found.has_memo, draws)
