"""Corrected claims as our own reader reads what would be written."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.billing.claim_file import arranged, claim_file_text
from auditlib.billing.correction import CorrectedClaim
from auditlib.billing.verified import list_of
from auditlib.errors import BadInputError
from auditlib.sources.x12 import read_x12
from auditlib.sources.x12.write.envelope import Parties

X12_ENCODING: Final = "latin-1"
"""Each byte of the claims' own files is written as it was."""
_ANY: Final = Parties(("ZZ", "A"), ("ZZ", "B"), "A", "B")
# A date for the envelope of a file that nobody sees.
_UNSEEN: Final = dt.date(2000, 1, 1)
_MODIFIERS: Final = tuple(f"modifier_{number}" for number in range(1, 5))
_POINTERS: Final = tuple(f"diagnosis_pointer_{number}" for number in range(1, 5))

Named = tuple[str, str]
"""A diagnosis as its list (principal and secondary ones are one) and its code."""


def read_back(claims: Sequence[CorrectedClaim], *, made_on: dt.date = _UNSEEN) -> dict[str, pl.DataFrame]:
    """Return the tables of the 837 file that the claims would be.

    Parameters
    ----------
    claims
        At least one, without gaps.
    made_on
        Date of the file.

    Returns
    -------
    dict
        Table name to its rows, each with ``claim_number``: the place of its claim among those given, from 1.

    Raises
    ------
    BadInputError
        If they cannot be written, or do not read back as the same number of claims.
    """
    text = claim_file_text(claims, control_number=1, made_on=made_on, parties=_ANY)
    place_of = {id(claim): place for place, claim in enumerate(claims, start=1)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.edi"
        path.touch(mode=0o600)
        path.write_bytes(text.encode(X12_ENCODING))
        batches = list(read_x12(path, source_file_id=1))
    names = dict.fromkeys(name for batch in batches for name in batch.frames)
    frames = {
        name: pl.concat([batch.frames[name] for batch in batches if name in batch.frames]) for name in names
    }
    claim_ids = frames["claim"]["claim_id"] if "claim" in frames else pl.Series([], dtype=pl.Int64)
    if claim_ids.len() != len(claims) or any(batch.rejected.height for batch in batches):
        message = "The claims that were written do not read back as the same claims."
        raise BadInputError(message, hint="Load the claims' own file with --validate: it has a fault.")
    places = [place_of[id(claim)] for batch in arranged(claims) for claim in batch]
    numbered = pl.DataFrame({"claim_id": claim_ids, "claim_number": places})
    return {
        name: numbered.join(frame, on="claim_id", how="inner", maintain_order="left_right")
        for name, frame in frames.items()
        if "claim_id" in frame.columns
    }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis of a claim; ``poa`` is empty and ``pointer`` None if absent."""

    role: str
    code: str
    poa: str
    pointer: int | None

    @property
    def named(self) -> Named:
        """Its list and its code."""
        return list_of(self.role), self.code


@dataclass(frozen=True, slots=True)
class Service:
    """A service line of a claim."""

    code: str | None
    modifiers: tuple[str, ...]
    units: Decimal | None
    charge: Decimal | None
    pointers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One claim as the reader has it."""

    claim: Mapping[str, object]
    diagnoses: tuple[Diagnosis, ...]
    procedures: tuple[str, ...]
    services: tuple[Service, ...]

    @property
    def named(self) -> list[Named]:
        """Its diagnoses, in their order."""
        return [diagnosis.named for diagnosis in self.diagnoses]

    def pointed(self, service: Service) -> tuple[str, ...]:
        """Return the codes to which a line points, '' for a pointer to none."""
        codes = {diagnosis.pointer: diagnosis.code for diagnosis in self.diagnoses}
        return tuple(codes.get(pointer, "") for pointer in service.pointers)


def contents(claims: Sequence[CorrectedClaim]) -> list[Content]:
    """Return each claim as the reader has it.

    Raises
    ------
    BadInputError
        If they cannot be written, or do not read back as the same number of claims.
    """
    frames = read_back(claims)
    rows: dict[str, dict[int, list[dict[str, object]]]] = {}
    for name in ("claim", "claim_diagnosis", "claim_procedure", "claim_line"):
        by_claim: dict[int, list[dict[str, object]]] = defaultdict(list)
        for row in frames[name].iter_rows(named=True) if name in frames else ():
            by_claim[row["claim_number"]].append(row)
        rows[name] = by_claim
    return [
        Content(
            rows["claim"][number][0],
            tuple(
                Diagnosis(
                    str(row["code_role"]),
                    str(row["code"]),
                    str(row["poa_indicator"] or ""),
                    _int(row["pointer_number"]),
                )
                for row in rows["claim_diagnosis"][number]
            ),
            tuple(str(row["code"]) for row in rows["claim_procedure"][number]),
            tuple(_service(row) for row in rows["claim_line"][number]),
        )
        for number in range(1, len(claims) + 1)
    ]


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _service(row: Mapping[str, object]) -> Service:
    units, charge = row["unit_count"], row["charge_amount"]
    return Service(
        None if row["code"] is None else str(row["code"]),
        tuple(str(row[name]) for name in _MODIFIERS if row[name]),
        units if isinstance(units, Decimal) else None,
        charge if isinstance(charge, Decimal) else None,
        tuple(pointer for name in _POINTERS if isinstance(pointer := row[name], int)),
    )
