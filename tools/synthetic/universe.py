"""The whole universe from one seed, and the files that it is written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.synthetic.authored import AuthoredCase, read_authored
from tools.synthetic.billing import Visit
from tools.synthetic.clinical import Diagnosis, clinic, undotted
from tools.synthetic.coding import CoderCode, Coding, code_encounter
from tools.synthetic.dice import Dice
from tools.synthetic.encounters import ENCOUNTER_COUNT, Encounter, GoldCode, draw_encounters
from tools.synthetic.episodes import Episode, bill
from tools.synthetic.machine_coder import machine_files
from tools.synthetic.notes import Document, write_chart
from tools.synthetic.payments import Transaction, make_transactions
from tools.synthetic.priced_verdicts import with_evidence_and_dollars
from tools.synthetic.verdicts import SECOND_REVIEW_SHARE, record_verdicts, second_verdicts
from tools.synthetic.write_835 import remittance_files
from tools.synthetic.write_837 import claim_files
from tools.synthetic.write_charts import code_table, document_lines, encounter_table, verdict_lines

DEFAULT_SEED = 2026
_WRITTEN_WHOLE = ("claims", "remittances")


@dataclass(frozen=True, slots=True)
class Case:
    """One generated encounter with everything that is known of it."""

    encounter: Encounter
    documents: tuple[Document, ...]
    coding: Coding
    drg_code: str | None
    episode: Episode
    verdicts: list[dict[str, object]]


@dataclass(slots=True)
class Universe:
    """Every authored and every generated encounter, and every remittance."""

    seed: int
    authored: list[AuthoredCase]
    cases: list[Case] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)

    @property
    def episodes(self) -> list[Episode]:
        """What was sent and answered, encounter by encounter."""
        return [*(case.episode for case in self.authored), *(case.episode for case in self.cases)]


def make_universe(
    seed: int = DEFAULT_SEED, *, folder: Path | None = None, encounter_count: int = ENCOUNTER_COUNT
) -> Universe:
    """Invent the universe of a seed, and bill the charts that were written by hand.

    Parameters
    ----------
    seed
        Equal seeds give equal universes.
    folder
        Data folder whose ``charts`` and ``answer_keys`` are billed too; none without it.
    encounter_count
        How many encounters are invented.

    Raises
    ------
    BadInputError
        If an authored chart cannot be read.
    """
    dice = Dice(f"universe {seed}")
    universe = Universe(seed, read_authored(folder, dice.fork("authored")) if folder else [])
    for encounter in draw_encounters(dice, encounter_count=encounter_count):
        universe.cases.append(_case(dice.fork(encounter.encounter_id), encounter))
    remits = [remit for episode in universe.episodes for remit in episode.remits]
    universe.transactions.extend(make_transactions(dice.fork("payments"), remits))
    return universe


def universe_files(universe: Universe) -> dict[str, str]:
    """Return the text of every file by its path under the data folder."""
    cases = universe.cases
    claims = [claim for episode in universe.episodes for claim in episode.claims]
    files = {f"claims/{name}": text for name, text in claim_files(claims).items()}
    remittances = remittance_files(universe.transactions)
    files.update({f"remittances/{name}": text for name, text in remittances.items()})
    files["encounters/encounters.csv"] = encounter_table((case.encounter, case.drg_code) for case in cases)
    files["encounters/encounter_codes.csv"] = code_table(
        (case.encounter.encounter_id, case.coding.codes) for case in cases
    )
    files["encounters/documents.ndjson"] = document_lines(
        (case.encounter.encounter_id, case.documents) for case in cases
    )
    recorded = [(case.encounter_id, case.verdicts) for case in universe.authored]
    recorded.extend((case.encounter.encounter_id, case.verdicts) for case in cases)
    files["audit/recorded_verdicts.ndjson"] = verdict_lines(recorded)
    files["audit/second_reviews.ndjson"] = verdict_lines(
        _second_reviews(universe.seed, recorded), reviewer="R02"
    )
    files.update(machine_files(universe))
    return files


def _second_reviews(
    seed: int, recorded: Sequence[tuple[str, list[dict[str, object]]]]
) -> list[tuple[str, list[dict[str, object]]]]:
    """Return the charts that a second reviewer judged, blind, with that reviewer's verdicts."""
    dice = Dice(f"second reviews {seed}")
    chosen = [(name, verdicts, dice.fork(name)) for name, verdicts in recorded]
    return [
        (name, second_verdicts(own, verdicts))
        for name, verdicts, own in chosen
        if own.chance(SECOND_REVIEW_SHARE)
    ]


def write_universe(folder: Path, files: dict[str, str]) -> None:
    """Write the files, and remove those of an earlier universe from the folders that are written whole."""
    for name in _WRITTEN_WHOLE:
        for old in sorted((folder / name).glob("*.edi")):
            if f"{name}/{old.name}" not in files:
                old.unlink()
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def gold_as_coded(gold: Sequence[GoldCode]) -> list[CoderCode]:
    """Return the gold codes as a coder without error gives them."""
    return [
        CoderCode(
            row.code, number, row.points, 0 if isinstance(row.entry, Diagnosis) else row.entry.charge_cents
        )
        for number, row in enumerate(gold)
    ]


def _case(dice: Dice, encounter: Encounter) -> Case:
    coding = code_encounter(
        dice.fork("coder"),
        encounter.gold,
        coder_id=encounter.coder_id,
        coded_date=encounter.coded_date,
        encounter_class=encounter.encounter_class,
    )
    drg = _drg(encounter, [row.code.code for row in coding.codes])
    visit = Visit(
        encounter_id=encounter.encounter_id,
        encounter_class=encounter.encounter_class,
        patient=encounter.patient,
        first=encounter.first,
        last=encounter.last,
        facility_id=encounter.facility_id,
        provider_id=encounter.provider_id,
        discharge_status_code=encounter.discharge_status_code,
        drg_code=drg,
    )
    episode = bill(
        dice.fork("claim"),
        visit,
        coded=coding.codes,
        right=gold_as_coded(encounter.gold),
        coded_date=encounter.coded_date,
    )
    documents = write_chart(dice.fork("chart"), encounter)
    verdicts = with_evidence_and_dollars(
        record_verdicts(coding, encounter.gold),
        encounter_id=encounter.encounter_id,
        coding=coding,
        gold=encounter.gold,
        documents=documents,
        episode=episode,
    )
    return Case(encounter, documents, coding, drg, episode, verdicts)


def _drg(encounter: Encounter, codes: Sequence[str]) -> str | None:
    """Group a stay: the worst complication on the list decides within the family of the profile."""
    if not encounter.profile.drg:
        return None
    severities = {undotted(row.code): row.severity for row in clinic().diagnoses.values()}
    worst = {severities.get(code) for code in codes[1:]}
    rank = 0 if "mcc" in worst else 1 if "cc" in worst else 2
    return encounter.profile.drg[rank]
