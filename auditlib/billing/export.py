"""What the workbench sends to billing: corrected claims as an 837 file or as CSV, each file on record."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.billing.claim_file import claim_file_text
from auditlib.billing.corrected_claims import EXPORTED, WITHOUT_CLAIM, ClaimOut, ClaimsOut
from auditlib.billing.read_back import X12_ENCODING, read_back
from auditlib.billing.verified import SERVICE_SYSTEMS, CodeValue
from auditlib.errors import UsageError
from auditlib.scratch import written_aside
from auditlib.spreadsheet_cells import guarded_cells
from auditlib.workspace.folder import Workspace

_TABLES: Final = ("claim", "claim_diagnosis", "claim_procedure", "claim_line")
_OF_THE_LOAD: Final = ("claim_id", "source_file_id", "source_offset", "patient_id")
_MOST_CONTROL_NUMBER: Final = 999_999_999


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Parameters
    ----------
    claims
        All claims of the review, those that were not written with the reason.
    paths
        The files.
    control_number
        Of the interchange, None for CSV.
    """

    claims: ClaimsOut
    paths: tuple[Path, ...]
    control_number: int | None


def export_837(
    workspace: Workspace,
    claims: ClaimsOut,
    path: Path,
    *,
    actor: str,
    made_at: dt.datetime,
    control_number: int | None = None,
) -> Exported:
    """Write the claims that are ready as one 837 file, and enter the file in the ledger.

    Parameters
    ----------
    workspace
        Whose ledger records the file.
    claims
        From `auditlib.billing.corrected_claims.claims_out`.
    path
        A file that does not exist yet.
    actor, made_at
        Who writes it, and when, with its zone.
    control_number
        Of the interchange; by default the next one after all that this ledger knows.

    Raises
    ------
    UsageError
        If no claim is ready, the file exists, or sender and receiver are not known.
    """
    ready = _require_ready(claims)
    ledger = workspace.ledger()
    if control_number is None:
        control_number = _next_control_number(event.payload for event in ledger.events(kinds=[EXPORTED]))
    if not 0 < control_number <= _MOST_CONTROL_NUMBER:
        message = "The control number of an interchange has one to nine digits."
        raise UsageError(message)
    text = claim_file_text(
        [out.claim for out in ready if out.claim],
        parties=claims.parties,
        control_number=control_number,
        made_on=made_at.date(),
    )
    files = {path: text.encode(X12_ENCODING)}

    def record() -> None:
        _record(
            workspace,
            claims,
            ready,
            files,
            form="837",
            control_number=control_number,
            actor=actor,
            made_at=made_at,
        )

    write_new_files(files, record)
    return Exported(claims, (path,), control_number)


def export_csv(
    workspace: Workspace, claims: ClaimsOut, folder: Path, *, actor: str, made_at: dt.datetime
) -> Exported:
    """Write claims, diagnoses, procedures and lines as four CSV files, and enter them in the ledger.

    The claims that are ready are as in the 837 file. Reviewed encounters of which no claim is loaded are
    there with their verified codes, and without charges. A text that a spreadsheet would run has an
    apostrophe before it.

    Raises
    ------
    UsageError
        If there is nothing to write, or one of the files exists.
    """
    tables = claim_tables(claims, made_on=made_at.date())
    files = csv_files(folder, tables)

    def record() -> None:
        listed = [out for out in claims.claims if out.status == WITHOUT_CLAIM]
        written = (*claims.ready, *listed)
        _record(
            workspace, claims, written, files, form="csv", control_number=None, actor=actor, made_at=made_at
        )

    write_new_files(files, record)
    return Exported(claims, tuple(files), None)


def claim_tables(claims: ClaimsOut, *, made_on: dt.date) -> dict[str, pl.DataFrame]:
    """Return claims, diagnoses, procedures and lines as `export_csv` writes them.

    Raises
    ------
    UsageError
        If there is nothing to write.
    """
    listed = [out for out in claims.claims if out.status == WITHOUT_CLAIM]
    ready = claims.ready if listed else _require_ready(claims)
    return _tables(ready, listed, made_on=made_on)


def csv_files(folder: Path, tables: Mapping[str, pl.DataFrame]) -> dict[Path, bytes]:
    """Return the files of tables, in which a spreadsheet runs no cell."""
    return {
        folder / f"{name}.csv": guarded_cells(frame).write_csv().encode() for name, frame in tables.items()
    }


def write_new_files(files: Mapping[Path, bytes], record: Callable[[], None]) -> None:
    """Write files that are not there yet, for this user alone, once they are on record; all of them or none.

    Raises
    ------
    UsageError
        If one of them exists or cannot be written.
    StoreError
        If they cannot be recorded.
    """
    for path in files:
        if path.exists():
            message = f"{path} exists already."
            raise UsageError(message, hint="Name another: what went to billing is never overwritten.")
    try:
        with ExitStack() as aside:
            for path, data in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                unfinished = aside.enter_context(written_aside(path))
                with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                    file.write(data)
            record()
    except OSError as error:
        message = f"{error.filename} cannot be written: {error.strerror}."
        raise UsageError(message, hint="Name a file in a folder that you may write to.") from error


def _record(
    workspace: Workspace,
    claims: ClaimsOut,
    written: Sequence[ClaimOut],
    files: Mapping[Path, bytes],
    *,
    form: str,
    control_number: int | None,
    actor: str,
    made_at: dt.datetime,
) -> None:
    """Enter the files that were written in the ledger."""
    workspace.ledger().append(
        kind=EXPORTED,
        audit=claims.audit,
        subject=claims.audit,
        actor=actor,
        payload={
            "form": form,
            "purpose": claims.purpose,
            "control_number": control_number,
            "encounter_ids": list(dict.fromkeys(out.encounter_id for out in written)),
            "files": {path.name: hashlib.sha256(data).hexdigest() for path, data in files.items()},
        },
        recorded_at=made_at,
    )


def _require_ready(claims: ClaimsOut) -> tuple[ClaimOut, ...]:
    if not claims.ready:
        message = f"No claim of '{claims.audit}' is ready to be written."
        counts = claims.frame.group_by("status", maintain_order=True).len().iter_rows()
        listed = ", ".join(f"{count:,} {status}" for status, count in counts)
        raise UsageError(message, hint=f"Claims: {listed or 'none'}.")
    return claims.ready


def _next_control_number(payloads: Iterable[Mapping[str, object]]) -> int:
    known = (payload.get("control_number") for payload in payloads)
    # An interchange has up to two groups, whose numbers count on from its own.
    return max((number + 1 for number in known if isinstance(number, int)), default=0) + 1


def _tables(
    ready: Sequence[ClaimOut], listed: Sequence[ClaimOut], *, made_on: dt.date
) -> dict[str, pl.DataFrame]:
    """Return the tables of a CSV export; a claim's place in it is its ``claim_number``."""
    frames = _read_back(ready, made_on) if ready else {}
    numbers = {name: [frame] for name, frame in frames.items()}
    for claim_number, out in enumerate(listed, start=len(ready) + 1):
        for name, frame in _bare_tables(out, claim_number).items():
            numbers.setdefault(name, []).append(frame)
    return {name: pl.concat(found, how="diagonal_relaxed") for name, found in numbers.items()}


def _read_back(ready: Sequence[ClaimOut], made_on: dt.date) -> dict[str, pl.DataFrame]:
    """Return the tables of the 837 file that the claims would be: what is in one is in the other."""
    frames = read_back([out.claim for out in ready if out.claim], made_on=made_on)
    encounters = pl.DataFrame(
        {
            "claim_number": range(1, len(ready) + 1),
            "encounter_id": [out.encounter_id for out in ready],
        }
    )
    return {
        name: encounters.join(frames[name], on="claim_number", how="inner", maintain_order="left_right").drop(
            column for column in _OF_THE_LOAD if column in frames[name].columns
        )
        for name in _TABLES
    }


def _bare_tables(out: ClaimOut, claim_number: int) -> dict[str, pl.DataFrame]:
    """Return the verified codes of an encounter of which no claim is loaded."""
    codes = [code.verified for code in out.codes if code.verified]
    own = {"claim_number": claim_number, "encounter_id": out.encounter_id}

    def rows(found: list[CodeValue], number: str) -> pl.DataFrame:
        return pl.DataFrame(
            [
                {
                    **own,
                    number: position,
                    "code_system": code.code_system,
                    "code": code.code,
                    **({} if number == "line_number" else {"code_role": code.code_role}),
                    **({"poa_indicator": code.poa_indicator} if number == "diagnosis_number" else {}),
                    **({"unit_count": code.unit_count} if number == "line_number" else {}),
                    **{f"modifier_{place}": text for place, text in enumerate(code.modifiers, start=1)},
                }
                for position, code in enumerate(found, start=1)
            ],
            schema_overrides={"poa_indicator": pl.String(), "unit_count": pl.Decimal(18, 4)},
        )

    return {
        "claim": pl.DataFrame([own]),
        "claim_diagnosis": rows([c for c in codes if c.code_system == "ICD-10-CM"], "diagnosis_number"),
        "claim_procedure": rows([c for c in codes if c.code_system == "ICD-10-PCS"], "procedure_number"),
        "claim_line": rows([c for c in codes if c.code_system in SERVICE_SYSTEMS], "line_number"),
    }
