"""Draw an audit and write charts for it: python -m benchmarks.desk.made_charts WORKSPACE [--count 1100].

Each encounter that is drawn gets four documents of 4,000 characters, of sentences that assert, negate and
doubt what its codes describe between sentences about other things. The same workspace gives the same charts.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import polars as pl

from auditlib.sampling import SampleRequest, Universe
from auditlib.schema.core import DOCUMENT
from auditlib.workbench import Workbench

SEED = 14
CHARACTERS = 4_000
DOCUMENTS = (
    ("physician note", "History and physical"),
    ("physician note", "Progress note"),
    ("physician note", "Consultation"),
    ("discharge summary", "Discharge summary"),
)
HEADINGS = ("HISTORY", "MEDICATIONS", "EXAMINATION", "LABORATORY", "ASSESSMENT AND PLAN")
ABOUT_CODES = (
    "{title}, stable on the present treatment.",
    "No {title}.",
    "Denies symptoms of {title} since the last visit.",
    "Possible {title}, to be clarified by the specialist next week.",
    "Continue treatment of {title}; recheck in {number} weeks.",
    "Mother had {title}.",
)
OTHER = (
    "Blood pressure {number}/74, pulse {number} and regular, afebrile, saturation 97 % on room air.",
    "Lungs clear to auscultation; no wheeze, rales or rhonchi; heart regular without murmur.",
    "She walks {number} minutes a day without chest pain or shortness of breath, sleeps well.",
    "Lisinopril 20 mg once daily, metformin 500 mg twice daily, atorvastatin {number} mg at night.",
    "Creatinine 1.{number} mg/dL, sodium 139, potassium 4.2, hemoglobin A1c 7.{number} %.",
    "Abdomen soft, not tender, no masses; bowel sounds present in all four quadrants.",
    "The patient asks about diet; written advice was given, and questions were answered.",
    "X-ray of the chest of last month showed no infiltrate, effusion or pneumothorax.",
    "Former smoker, quit {number} years ago; drinks a glass of wine on weekends.",
    "Follow-up in {number} weeks, earlier if fever, dizziness or swelling of the legs develops.",
)


def text_of(draw: random.Random, titles: list[str]) -> str:
    """Return one document."""
    parts: list[str] = []
    length = 0
    while length < CHARACTERS:
        heading = f"\n\n{draw.choice(HEADINGS)}:\n" if not parts or draw.random() < 1 / 8 else " "
        about_code = bool(titles) and draw.random() < 1 / 4
        sentence = draw.choice(ABOUT_CODES if about_code else OTHER)
        title = draw.choice(titles) if titles else ""
        parts.append(heading + sentence.format(title=title, number=draw.randint(2, 90)))
        length += len(parts[-1])
    return "".join(parts).strip()


def make(workspace: Path, audit: str, count: int) -> None:
    """Draw the sample and write the documents of its encounters."""
    workbench = Workbench.open(workspace, user="benchmark")
    request = SampleRequest("simple", seed=str(SEED), count=count, spare_count=1)
    workbench.samples.draw(Universe("all encounters"), request, name=audit, size_basis="For a benchmark.")
    encounter_ids = [unit.unit_id for unit in workbench.audit(audit).manifest.selected]
    warehouse = workbench.workspace.warehouse()
    codes = warehouse.query("queries/encounters/chart_code", {"encounter_ids": encounter_ids})
    titles = codes.drop_nulls("description").group_by("encounter_id").agg("description")
    titles_of = dict(titles.iter_rows())
    draw = random.Random(SEED)
    rows = [
        {
            "document_id": f"{encounter_id}:{number}",
            "encounter_id": encounter_id,
            "document_number": number,
            "document_type": kind,
            "title": title,
            "text": text_of(draw, titles_of.get(encounter_id, [])),
            "source_file_id": 0,
            "source_offset": place,
        }
        for place, encounter_id in enumerate(encounter_ids)
        for number, (kind, title) in enumerate(DOCUMENTS, start=1)
    ]
    with warehouse.writing() as writer:
        writer.append(DOCUMENT, pl.DataFrame(rows))
    print(f"{len(encounter_ids)} charts of {len(DOCUMENTS)} documents in audit '{audit}'")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--audit", default="desk")
    parser.add_argument("--count", type=int, default=1_100)
    given = parser.parse_args()
    make(given.workspace, given.audit, given.count)


if __name__ == "__main__":
    main()
