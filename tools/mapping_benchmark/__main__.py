"""Print how the exports of the benchmark fare; ``python -m tools.mapping_benchmark``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.mapping_benchmark.exports import EXPORTS, export_files, judged
from tools.mapping_benchmark.outcomes import Result
from tools.mapping_benchmark.stated_values import judged_by_stated_values, stated_exports

FOLDERS = {
    "first": "Twenty on which the proposal was improved",
    "second": "Ten written afterwards, on whose kinds of fault it was improved again",
    "third": "Ten more, likewise",
    "fourth": "Ten kept apart until then, on whose kinds of fault it was improved once more",
    "fifth": "Twenty of other systems, likewise",
    "apart": "Ten kept apart longer, on whose kinds of fault it was improved as well",
    "sixth": "Twenty by another author, on whose kinds of fault it was improved likewise",
    "seventh": "Twenty more by that author, likewise",
    "eighth": "Twenty more by that author, likewise once more",
    "ninth": "Twenty by another author again, on whose kinds of fault it was improved last",
}


def results(folder: str) -> list[Result]:
    """Return how each export of a folder fares."""
    if stated := stated_exports(EXPORTS / folder):
        return [judged_by_stated_values(path) for path in stated]
    with tempfile.TemporaryDirectory() as scratch:
        return [judged(path, Path(scratch)) for path in export_files(folder)]


def page(found: Mapping[str, list[Result]]) -> str:
    """Return the tables of ``docs/mapping_benchmark.md``, as Markdown."""
    return "\n".join(_section(heading, found[folder]) for folder, heading in FOLDERS.items())


def _section(heading: str, rows: list[Result]) -> str:
    counts = [
        f"{sum(row.outcome == outcome for row in rows)} {outcome.lower()}"
        for outcome in ("right", "wrong with a mark", "WRONG WITHOUT A MARK")
    ]
    table = "\n".join(f"| {row.name} | {row.row_count} | {row.outcome} | {row.check_count} |" for row in rows)
    head = (
        "| export | claims, encounters, payments | outcome | lines marked CHECK |\n| --- | --- | --- | --- |"
    )
    return f"## {heading}\n\nOf {len(rows)}: {', '.join(counts)}.\n\n{head}\n{table}\n"


def main() -> None:
    """Print the tables, and beside them what differs; of another folder if one is given."""
    if sys.argv[1:]:
        found = {
            name: [judged_by_stated_values(path) for path in stated_exports(Path(name))]
            for name in sys.argv[1:]
        }
        sys.stdout.write("\n".join(_section(name, rows) for name, rows in found.items()))
    else:
        found = {folder: results(folder) for folder in FOLDERS}
        sys.stdout.write(page(found))
    for folder, rows in found.items():
        for row in rows:
            for difference in row.differences:
                sys.stderr.write(f"{folder} {row.name}: {difference}\n")


if __name__ == "__main__":
    main()
