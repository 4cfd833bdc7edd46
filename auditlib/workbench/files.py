"""What is loaded: files in, what could not be loaded, and what the files say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures import balances
from auditlib.progress import Progress
from auditlib.report.result import Result
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.loading.load import LoadReport
    from auditlib.sources.tabular.proposal import MappingDraft, Proposal
    from auditlib.sources.tabular.table_mapping import TableMapping
    from auditlib.sources.x12 import Passage
    from auditlib.widgets import ActionPanel, MappingScreen
    from auditlib.workbench.answers import LoadAnswer


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim or claim payment as its file has it.

    Attributes
    ----------
    kind
        claim or claim payment.
    row_id
        Its ``claim_id`` or ``remit_claim_id``.
    file_path
        The file.
    passages
        The headers and levels above it, and last the claim itself, each with its place and bytes.
    """

    kind: str
    row_id: int
    file_path: Path
    passages: tuple[Passage, ...]


@answers_on_record
class Files:
    """The files of one workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def load(
        self,
        paths: Iterable[Path | str] | Path | str,
        *,
        mapping: Path | str | None = None,
        dry_run: bool = False,
        validate: bool = False,
        progress: Progress | None = None,
    ) -> LoadAnswer:
        """Load files and folders, tables by a mapping file; see `auditlib.loading.load.load_files`.

        With ``validate``, the report also says what pyx12's strict validation makes of each X12 file.
        """
        from auditlib.loading.strict_report import with_strict_verdicts
        from auditlib.sources.tabular.mapping_file import read_mapping
        from auditlib.sources.x12.strict.strict_validation import require_validator
        from auditlib.workbench.answers import LoadAnswer

        several = [paths] if isinstance(paths, Path | str) else paths
        if validate:
            require_validator()
        report = self._load(
            [Path(path).expanduser() for path in several],
            None if mapping is None else read_mapping(Path(mapping)),
            dry_run=dry_run,
            progress=progress,
        )
        files = with_strict_verdicts(report.files, progress=progress) if validate else report.files
        return LoadAnswer(files)

    def _load(
        self, paths: Sequence[Path], mapping: TableMapping | None, *, dry_run: bool, progress: Progress | None
    ) -> LoadReport:
        from auditlib.audits.machine_acceptance import reopen_versions
        from auditlib.loading.load import load_files

        report = load_files(
            self._context.workspace,
            paths,
            loaded_at=self._context.recorded_at(),
            mapping=mapping,
            dry_run=dry_run,
            progress=progress,
        )
        if not dry_run:
            reopen_versions(
                self._context.workspace, actor=self._context.user, recorded_at=self._context.now()
            )
        return report

    def load_panel(self) -> ActionPanel:
        """Return a field for a path and a button that loads what is there; nothing is loaded before."""
        from auditlib.widgets import ActionPanel, TextField

        return ActionPanel(
            "Load files",
            fields=[TextField("path", "File or folder", placeholder="claims/2026-01")],
            button="Load",
            action=lambda path, progress: self.load(path, progress=progress),
        )

    def suggest_mapping(self, path: Path | str) -> str:
        """Return a proposed mapping file for a user's table, as YAML to be edited.

        Codes of ICD are looked up in the code sets that are loaded, if any are.
        """
        return self.propose_mapping(path).text

    def map(self, path: Path | str) -> MappingScreen:
        """Return the screen on which the proposed mapping of a table is checked, completed, tried and loaded.

        Nothing is loaded or written before a button says so, and nothing loads while a column is in doubt.

        Raises
        ------
        UsageError
            If there is no such file.
        BadInputError
            If it is not a table, or none of its columns is understood.
        """
        from auditlib.widgets import MappingScreen
        from auditlib.workbench.answers import LoadAnswer

        file = Path(path).expanduser()
        return MappingScreen(
            self._draft(file),
            load=lambda draft, is_trial, progress: LoadAnswer(
                self._load([file], draft.mapping(), dry_run=is_trial, progress=progress).files
            ),
            save=_save_mapping,
            default_path=file.with_suffix(".mapping.yaml"),
        )

    def propose_mapping(self, path: Path | str) -> Proposal:
        """Return a proposed mapping for a user's table, part by part, with what is in doubt."""
        return self._draft(Path(path)).proposal

    def _draft(self, path: Path) -> MappingDraft:
        from auditlib.sources.tabular.proposal import draft_mapping

        codes = self._context.query("files/known_code")
        known = {str(system[0]): frozenset(group["code"]) for system, group in codes.group_by("code_system")}
        return draft_mapping(path, known)

    def presets(self) -> Result:
        """Return the published layouts of tables that are mapped by themselves."""
        from auditlib.sources.tabular.proposal import preset_list

        return Result(preset_list(), "Published layouts")

    def list(self) -> Result:
        """Return every file that was given to load."""
        return self._context.result("files/source_file", title="Files", hidden=("sha256",))

    def not_loaded(self) -> Result:
        """Return every record that was not loaded, with its place in the file and the reason."""
        return self._context.result("files/rejected_record", title="Not loaded")

    def documents_without_encounter(self) -> Result:
        """Return the documents whose encounter no chart, table or claim names, by encounter."""
        return self._context.result(
            "files/document_without_encounter", title="Documents of encounters that nothing else names"
        )

    def totals(self) -> Result:
        """Return what is loaded, a row a format of file."""
        return self._context.result("files/loaded_totals", title="Loaded, by format of file")

    def contents(self) -> Result:
        """Return how many files, encounters, documents, claims and remittances there are, of which days."""
        return self._context.result("files/contents", title="What is here", hidden=("place",))

    def money_totals(self) -> Result:
        """Return rows and dollars of the tables of claims and payments, whatever format gave them."""
        return self._context.result("files/money_totals", title="Claims and payments")

    def encounter_count(self) -> int:
        """Return how many encounters there are, those derived from claims included."""
        return int(self._context.query("files/encounter_count").item())

    def notes(self) -> Result:
        """Return what disagrees with itself in X12 files: counts, control numbers, trailers, versions.

        Everything was loaded all the same; severity R asks for a person's eye, I informs.
        """
        return self._context.result("files/file_note", title="Notes on files")

    def acknowledgments(self) -> Result:
        """Return the verdicts of 999, 997 and TA1 files, with the loaded file that each is about.

        ``acknowledged_file_name`` is null where no loaded file, or more than one, could be meant.
        """
        return self._context.result("files/acknowledged", title="Acknowledgments")

    def balances(self, rule: str | None = None) -> Result:
        """Return what does not add up; see `auditlib.measures.balances.unbalanced`.

        Raises
        ------
        UsageError
            If there is no such rule.
        """
        self._context.require_known("balancing rule", rule, balances.BALANCE_RULES)
        return Result(balances.unbalanced(self._context.warehouse, rule), "Does not add up")

    def balance_totals(self) -> Result:
        """Return by file and rule how many were examined, how many add up, and the differences."""
        return Result(balances.balance_totals(self._context.warehouse), "Balances by file and rule")

    def segments(self, number: str | int) -> tuple[ShownClaim, ...]:
        """Return the segments of claims and claim payments, byte for byte from the files they came from.

        Parameters
        ----------
        number
            A ``claim_id``, a ``remit_claim_id``, or a patient control number, of which all are returned.

        Raises
        ------
        UsageError
            If nothing that is loaded has that number, or it did not come from an X12 file.
        BadInputError
            If a file was moved or changed since it was loaded.
        """
        places = self._context.query("files/passage_place", {"number": str(number)})
        if places.is_empty():
            message = "No loaded claim or claim payment has that number."
            hint = "A claim_id, a remit_claim_id, or a patient control number (CLM01 or CLP01)."
            raise UsageError(message, hint=hint)
        without = places.filter(pl.col("transaction_offset").is_null())
        if without.height:
            name, kind = without.select("file_name", "format").row(0)
            message = f"{name} ({kind}) has no X12 segments to show."
            hint = "Only claims of X12 files have; those loaded by an earlier version must be loaded again."
            raise UsageError(message, hint=hint)
        return tuple(_shown(row) for row in places.iter_rows(named=True))

    def not_taken(self, file: Path | str) -> Result:
        """Return the elements of an X12 file that have a value and no column, with how often each occurs.

        What repeats another place (the order of lines, the length of a date) is not among them; docs/x12.md
        says what is read.

        Parameters
        ----------
        file
            A file, loaded or not; of a loaded one its name will do.

        Raises
        ------
        UsageError
            If there is no such file, and none of that name is loaded.
        BadInputError
            If it is not an X12 file.
        """
        from auditlib.sources.x12 import elements_not_taken

        path = Path(file).expanduser()
        if not path.is_file():
            path = self._loaded_path(str(file))
        return Result(elements_not_taken(path), f"Elements of {path.name} that are not loaded")

    def _loaded_path(self, name: str) -> Path:
        loaded = self._context.query("files/loaded_path", {"file_name": name})
        paths = [Path(path) for path in loaded["file_path"].to_list()]
        present = next((path for path in paths if path.is_file()), None)
        if present is None:
            message = "There is no such file, and no loaded file of that name is where it was loaded from."
            raise UsageError(message, hint="Give its path, or its name in `auditlib files list`.")
        return present


def _shown(row: dict[str, Any]) -> ShownClaim:
    from auditlib.sources.x12 import Place, read_passages

    path = Path(row["file_path"])
    names = ("source_offset", "opening_offset", "group_offset", "transaction_offset", "byte_count", "sha256")
    place = Place(**{name: row[name] for name in names})
    return ShownClaim(row["kind"], row["row_id"], path, read_passages(path, place))


def _save_mapping(text: str, path: Path, *, replaces: bool) -> None:
    """Write a mapping file; one that this screen did not write is not replaced."""
    if path.exists() and not replaces:
        message = f"{path} exists."
        raise UsageError(message, hint="Name another file.")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written."
        raise UsageError(
            message, hint="Name a file in a folder that exists and can be written to."
        ) from error
