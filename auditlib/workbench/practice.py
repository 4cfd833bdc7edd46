"""Practice of a workspace: packs, attempts in files of their own, scores, and what items measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.audits.chart_reader import code_finder, note_on_search
from auditlib.codes import shown_code
from auditlib.embedded import embedded_folder
from auditlib.errors import AuditError, UsageError
from auditlib.nearest import unknown_name
from auditlib.practice.attempt import (
    PRACTICE,
    TEST,
    attempt_files,
    open_session,
    read_start,
    shown_cases,
    start_attempt,
)
from auditlib.practice.case import CaseKey
from auditlib.practice.pack import PACK_FILE, CasePack, read_pack
from auditlib.practice.results import (
    CREDIT_OVERRIDDEN,
    CreditOverride,
    ScoredAttempt,
    agreement_frames,
    definition_frame,
    item_number_of,
    learner_frame,
    line_frame,
    overrides_of,
    read_code,
    score_folder,
    skill_frame,
)
from auditlib.practice.scoring import with_credit
from auditlib.practice.sealing import open_keys, seal_pack
from auditlib.report.result import Result, missing
from auditlib.workbench.codesets import CodeSets
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    from auditlib.practice.items import ItemAnalysis

    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.widgets import PracticeCard, PracticeStart

CASEBOOK: Final = "casebook"
OPEN_KEYS: Final = "open: anybody who has the pack can read them"
SEALED_KEYS: Final = "sealed with the teacher's passphrase"
_NO_ATTEMPT: Final = "No attempt at this pack is in {folder} yet: start one by 'auditlib practice start'."


@dataclass(frozen=True, slots=True)
class PracticeScores:
    """The scores of some attempts at a pack.

    Parameters
    ----------
    learners
        A row an attempt.
    lines
        A row for each code that was entered or missed, with rationale and overrides.
    definitions
        What goes by the name of accuracy, over all of them.
    skills
        The weakest skills first: what to practise next.
    agreement, differences
        Of calibrations: each auditor against gold, and where they differ.
    problems
        Files that could not be read, with the reason.
    """

    learners: Result
    lines: Result
    definitions: Result
    skills: Result
    agreement: Result
    differences: Result
    problems: Mapping[str, str]

    def _repr_html_(self) -> str:
        return self.learners._repr_html_()


@answers_on_record
class Practice:
    """Packs of cases, and what learners make of them.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    codesets
        Its code sets, as the desk searches them.
    """

    def __init__(self, context: Context, codesets: CodeSets) -> None:
        self._context = context
        self._codesets = codesets

    @property
    def folder(self) -> Path:
        """Where the workspace keeps attempts; its folder ``packs`` holds packs of its own."""
        return self._context.workspace.root / "practice"

    def packs(self) -> Result:
        """Return the packs that are here: the one that is shipped, and those of the workspace."""
        rows = []
        for name, folder in self._pack_folders().items():
            pack = read_pack(folder)
            keys = SEALED_KEYS if pack.is_sealed else OPEN_KEYS
            rows.append((name, pack.title, pack.version, len(pack.cases), pack.minutes, keys))
        schema = {
            "pack": pl.String, "title": pl.String, "version": pl.String, "case_count": pl.Int64,
            "minutes": pl.Int64, "keys": pl.String,
        }  # fmt: skip
        return Result(pl.DataFrame(rows, schema=schema, orient="row"), "Practice packs")

    def pack(self, pack: str | Path = CASEBOOK) -> CasePack:
        """Return a pack by its name, or by the path of its folder.

        Raises
        ------
        UsageError
            If there is none.
        BadInputError
            If it is not as described in docs/practice.md.
        """
        return read_pack(self._pack_folder(pack))

    def cases(self, pack: str | Path = CASEBOOK) -> Result:
        """Return the cases of a pack: difficulty, class, skills; nothing of their keys."""
        chosen = self.pack(pack)
        rows = [
            (
                case.case_id, case.difficulty, case.encounter_class, case.title, ", ".join(case.skills),
                bool(case.coded),
            )
            for case in chosen.cases.values()
        ]  # fmt: skip
        schema = {
            "case_id": pl.String, "difficulty": pl.Int64, "encounter_class": pl.String, "title": pl.String,
            "skills": pl.String, "has_coder": pl.Boolean,
        }  # fmt: skip
        frame = pl.DataFrame(rows, schema=schema, orient="row").sort("difficulty", "case_id")
        return Result(frame, f"Cases of '{chosen.name}'")

    def check(self, pack: str | Path = CASEBOOK, *, passphrase: str = "") -> Result:
        """Return the codes of a pack's keys that are not in force on the day of their case.

        A code whose code set is not loaded for that day is *not checked*.
        """
        chosen = self.pack(pack)
        keys = open_keys(chosen, passphrase)
        named = [
            (case_id, system, code, case.discharge_date)
            for case_id, case in chosen.cases.items()
            for system, code in sorted(keys[case_id].codes())
        ]
        columns = ("case_ids", "code_systems", "codes", "days")
        params = {name: [row[place] for row in named] for place, name in enumerate(columns)}
        return self._context.result(
            "practice/key_code",
            params,
            title="Codes of keys",
            note=f"{len(named):,} codes of {len(chosen.cases)} cases were looked up.",
        )

    def start(
        self,
        pack: str | Path = CASEBOOK,
        *,
        learner: str | None = None,
        mode: str = PRACTICE,
        cases: Sequence[str] = (),
        minutes: int | None = None,
        messy: bool = False,
    ) -> Path:
        """Start an attempt and return its file, which is what the learner hands in.

        See `auditlib.practice.attempt.start_attempt`.
        """
        return start_attempt(
            self.folder,
            self.pack(pack),
            learner=learner or self._context.user,
            mode=mode,
            recorded_at=self._context.now(),
            case_ids=cases,
            minutes=minutes,
            is_messy=messy,
        )

    def open(self, attempt: Path | str, pack: str | Path | None = None) -> PracticeCard:
        """Return the practice desk on an attempt, which goes on where it stopped.

        Parameters
        ----------
        attempt
            Its file, or the name of one in the workspace.
        pack
            Its pack; by default the one of the name that the attempt has.
        """
        from auditlib.widgets import PracticeCard  # noqa: PLC0415 - see above

        path = Path(attempt) if Path(attempt).is_file() else self.folder / f"{attempt}.attempt"
        chosen = self.pack(read_start(path).pack_name if pack is None else pack)
        session = open_session(path, chosen)
        search = self._codesets.code_search
        return PracticeCard(
            session,
            shown_cases(session.start, chosen),
            chosen.keys,
            self._context.now,
            find_codes=code_finder(search),
            note_on_search=note_on_search(search),
            prepare_search=search.prepare,
            walk_case=chosen.walk_case,
        )

    def desk(self) -> PracticeStart:
        """Return a choice of pack, learner and mode, and the button that opens the desk."""
        from auditlib.widgets import PracticeStart  # noqa: PLC0415 - see above

        def opened(pack: str, learner: str, mode: str, is_messy: bool) -> PracticeCard:  # noqa: FBT001 - a call-back
            path = self._unfinished(pack, learner, mode) or self.start(
                pack, learner=learner, mode=mode, messy=is_messy
            )
            return self.open(path, pack)

        return PracticeStart(list(self._pack_folders()), learner=self._context.user, open_card=opened)

    def seal(self, pack: str | Path, out: Path | str, *, passphrase: str) -> CasePack:
        """Write a copy of a pack whose keys only the passphrase opens; see `auditlib.practice.sealing`."""
        return seal_pack(self._pack_folder(pack), Path(out), passphrase)

    def scores(
        self, pack: str | Path = CASEBOOK, *, attempts: Path | str | None = None, passphrase: str = ""
    ) -> PracticeScores:
        """Return the scores of the attempts at a pack.

        Parameters
        ----------
        pack
            The pack.
        attempts
            Folder with the attempts that a class handed in; by default those of the workspace.
        passphrase
            Of sealed keys.
        """
        chosen, keys, scored, problems = self._scored(pack, attempts, passphrase)
        if not scored:
            note = _NO_ATTEMPT.format(folder=self._attempts_folder(attempts).name)
            empty = missing(note, "Practice scores")
            return PracticeScores(empty, empty, empty, empty, empty, empty, problems)
        agreement, differences = agreement_frames(scored, chosen, keys)
        passing = f"Passed from {chosen.passing_share:.0%}."
        return PracticeScores(
            learners=Result(learner_frame(scored, chosen.passing_share), "Practice scores", passing),
            lines=Result(line_frame(scored, keys), "Codes entered and missed"),
            definitions=Result(definition_frame(scored), "Scores by definition"),
            skills=Result(skill_frame(scored, chosen), "Skills, the weakest first"),
            agreement=Result(agreement, "Auditors against gold"),
            differences=Result(differences, "Where auditors and gold differ"),
            problems=problems,
        )

    def items(
        self, pack: str | Path = CASEBOOK, *, attempts: Path | str | None = None, passphrase: str = ""
    ) -> ItemAnalysis:
        """Return the item analysis of a class; see `auditlib.practice.items.analyse_items`."""
        _, keys, scored, _ = self._scored(pack, attempts, passphrase)
        # scipy is slow to import: only an analysis pays for it.
        from auditlib.practice.items import analyse_items  # noqa: PLC0415 - slow to import

        return analyse_items(scored, keys)

    def override(
        self,
        attempt: str,
        case_id: str,
        code: str,
        *,
        credit: float,
        reason: str,
        pack: str | Path = CASEBOOK,
        attempts: Path | str | None = None,
        passphrase: str = "",
    ) -> CreditOverride:
        """Change the credit of a code in an attempt; who, when and why stay in this workspace's ledger.

        Parameters
        ----------
        attempt
            Name of the attempt, as in the scores.
        case_id, code
            The case, and the code with its system, as 'ICD-10-CM E11.22': one that was entered or missed.
        credit
            From 0 to 1.
        reason
            Why; the learner sees it beside the old credit.
        pack, attempts, passphrase
            As for `scores`.

        Raises
        ------
        UsageError
            If there is no such attempt, case or code, the credit is no share, or there is no reason.
        """
        chosen, keys, scored, _ = self._scored(pack, attempts, passphrase)
        found = next((each for each in scored if each.name == attempt), None)
        if found is None:
            what = "attempt"
            raise unknown_name(what, attempt, [each.name for each in scored])
        if case_id not in found.scores:
            what = "case"
            raise unknown_name(what, case_id, list(found.scores))
        plain = read_code(code)
        number = item_number_of(plain, keys[case_id])
        with_credit(found.scores[case_id], plain, credit, item_number=number)
        now = self._context.now()
        change = CreditOverride(attempt, case_id, plain, credit, reason, self._context.user, now)
        self._context.ledger.append(
            kind=CREDIT_OVERRIDDEN,
            audit=f"practice {chosen.name}",
            subject=attempt,
            actor=change.actor,
            payload=change.to_payload(),
            recorded_at=now,
        )
        return change

    def overrides(self, pack: str | Path = CASEBOOK) -> Result:
        """Return every changed credit of a pack: whose, which, by whom and why."""
        rows = [
            (one.attempt, one.case_id, one.code[0], shown_code(*one.code), one.credit, one.reason, one.actor)
            for one in self._overrides(self.pack(pack).name)
        ]
        names = ("attempt", "case_id", "code_system", "code", "credit", "reason", "actor")
        schema = {name: pl.Float64 if name == "credit" else pl.String for name in names}
        return Result(pl.DataFrame(rows, schema=schema, orient="row"), "Changed credits")

    def _scored(
        self, pack: str | Path, attempts: Path | str | None, passphrase: str
    ) -> tuple[CasePack, dict[str, CaseKey], list[ScoredAttempt], dict[str, str]]:
        chosen = self.pack(pack)
        keys = open_keys(chosen, passphrase)
        folder = self._attempts_folder(attempts)
        scored, problems = score_folder(folder, chosen, keys, self._overrides(chosen.name))
        return chosen, keys, scored, problems

    def _attempts_folder(self, attempts: Path | str | None) -> Path:
        if attempts is None:
            return self.folder
        folder = Path(attempts).expanduser()
        if not folder.is_dir():
            message = f"There is no folder {folder}."
            raise UsageError(message, hint="Name the folder into which the attempts were collected.")
        return folder

    def _overrides(self, pack_name: str) -> list[CreditOverride]:
        return overrides_of(
            self._context.ledger.events(audit=f"practice {pack_name}", kinds=[CREDIT_OVERRIDDEN])
        )

    def _unfinished(self, pack: str, learner: str, mode: str) -> Path | None:
        """Return the learner's latest attempt of that kind that can go on."""
        chosen = self.pack(pack)
        for path in reversed(attempt_files(self.folder)):
            try:
                start = read_start(path)
                if (start.pack_digest, start.learner, start.mode) != (chosen.digest, learner, mode):
                    continue
                session = open_session(path, chosen)
            except AuditError:
                continue
            is_over = mode == TEST and start.ends_at is not None and self._context.now() > start.ends_at
            is_done = session.progress.completed_chart_count == len(start.case_ids) and mode == PRACTICE
            if not (session.is_handed_in or is_over or is_done):
                return path
        return None

    def _pack_folders(self) -> dict[str, Path]:
        shipped = embedded_folder("data") / "practice"
        own = self.folder / "packs"
        folders = [*shipped.iterdir(), *(own.iterdir() if own.is_dir() else ())]
        return {path.name: path for path in sorted(folders) if (path / PACK_FILE).is_file()}

    def _pack_folder(self, pack: str | Path) -> Path:
        if Path(pack).is_dir():
            return Path(pack)
        folders = self._pack_folders()
        if str(pack) not in folders:
            what = "practice pack"
            raise unknown_name(what, str(pack), list(folders))
        return folders[str(pack)]
