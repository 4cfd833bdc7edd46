"""How well the confidence that a record names a code tells own codes from others.

    python -m benchmarks.evidence [--folder FOLDER] [--part dev]     the table, and what is missed
    python -m benchmarks.evidence --fit                              the weights, of the training part
    python -m benchmarks.evidence --rarity                           the counts of words in titles

The folder has human-coded cases in the form of CodiEsp. Everything is chosen on `train`; `dev` only reports.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auditlib import evidence
from auditlib.evidence import Associations, ChartIndex, ChartText
from auditlib.evidence.compounds import american
from auditlib.evidence.confidence import (
    log_odds,
    log_odds_with,
    names_of_products,
    probability,
    with_products,
)
from auditlib.evidence.learnt import LEARNT_FEATURES
from auditlib.evidence.meaning import is_silent, said_and_aside
from auditlib.evidence.naming import FEATURES
from auditlib.evidence.words import stem, words_of
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from benchmarks.evidence.baseline import overlap, words_in
from benchmarks.evidence.corpus import CATEGORY_LENGTH, Asked, Case, Meanings, questions, read_cases
from benchmarks.evidence.figures import Figures, figures, threshold
from benchmarks.evidence.fitting import cross_fitted, fit, fold_of

SHARED: Final = Path(os.environ.get("AUDITLIB_FIELD_DATA", "../shared"))
PRODUCT: Final = Path(evidence.__file__).parent
SEED: Final = 20260601
LEAST_CATEGORIES: Final = 3
DOCUMENTS: Final = 5
CODES: Final = 15
MOST_MISSED: Final = 40

_FLOATS = NDArray[np.float64]


class Scored:
    """The questions of a part of the corpus, with the features of each."""

    def __init__(self, cases: Sequence[Case], meanings: Meanings) -> None:
        self.cases = cases
        self.asked: list[Asked] = []
        self.stems: dict[str, frozenset[str]] = {}
        words: list[float] = []
        features: list[_FLOATS] = []
        for case, asked in questions(cases, meanings, SEED):
            index = ChartIndex([ChartText(1, case.text)])
            self.stems[case.name] = frozenset(index.stems)
            known = {code: index.features(meanings.of(code)) for code in {each.code for each in asked}}
            text_words = words_in(case.text)
            words += [overlap(meanings.titles[each.code], text_words) for each in asked]
            features += [known[each.code] for each in asked]
            self.asked += asked
        self.overlap = np.array(words)
        self.features = np.array(features)

    def learnt(self, associations: Associations | dict[str, Associations]) -> _FLOATS:
        """Return the features of what was learnt, for all cases or apart for each."""
        return np.array(
            [
                (
                    associations if isinstance(associations, Associations) else associations[each.case]
                ).features(each.code, self.stems[each.case])
                for each in self.asked
            ]
        )


def associations_of(cases: Iterable[Case], stems: dict[str, frozenset[str]]) -> Associations:
    """Return what is learnt of coded cases."""
    return Associations((stems[case.name], case.codes) for case in cases)


def report(folder: Path, part: str, meanings: Meanings) -> None:
    """Print the table of a part."""
    scored = Scored(read_cases(folder, part), meanings)
    rows = [("share of the title's words in the text", figures(scored.asked, scored.overlap))]
    odds = np.array([log_odds(row) for row in scored.features])
    rows.append(("as shipped", figures(scored.asked, odds)))
    if part != "train":
        taught = read_cases(folder, "train")
        stems = {case.name: frozenset(ChartIndex([ChartText(1, case.text)]).stems) for case in taught}
        learnt = scored.learnt(associations_of(taught, stems))
        both = np.array([log_odds_with(o, row) for o, row in zip(odds, learnt.tolist(), strict=True)])
        rows.append(("with words learnt of the training part", figures(scored.asked, both)))
    own = sum(each.kind == "own" for each in scored.asked)
    print(f"{part}: {len(scored.cases)} cases, {own} codes")
    show(rows)
    show_missed(scored, odds, meanings.titles)
    took = answered_ms(scored.cases, meanings)
    print(f"A chart of {DOCUMENTS} documents and {CODES} codes: {took:.0f} ms of processor time")


def show(rows: Sequence[tuple[str, Figures]]) -> None:
    """Print figures as a table of the documentation."""
    print("| score | AUC | sibling pairs won | recall at 5 % false alarms |")
    print("| --- | --- | --- | --- |")
    for name, found in rows:
        print(f"| {name} | {found.area:.3f} | {found.pairs_won:.3f} | {found.recall:.3f} |")


def answered_ms(cases: Sequence[Case], meanings: Meanings) -> float:
    """Return the median processor time to read five documents and ask codes of them, in milliseconds."""
    took = []
    for at in range(0, min(len(cases), 20 * DOCUMENTS) - DOCUMENTS + 1, DOCUMENTS):
        together = cases[at : at + DOCUMENTS]
        codes = [code for case in together for code in case.codes if code in meanings.titles][:CODES]
        asked = [meanings.of(code) for code in codes]
        begun = time.process_time()
        index = ChartIndex([ChartText(number, case.text) for number, case in enumerate(together, start=1)])
        for meaning in asked:
            index.confidence(meaning)
            index.support_for(meaning, limit=4)
        took.append((time.process_time() - begun) * 1e3)
    return float(np.median(took))


def show_missed(scored: Scored, odds: _FLOATS, titles: Mapping[str, str]) -> None:
    """Print the own codes below the score that 5 % of other codes pass, most often missed first."""
    least = threshold(scored.asked, odds)
    everywhere = Counter(each.code for each in scored.asked if each.kind == "own")
    found = Counter(
        each.code
        for each, score in zip(scored.asked, odds, strict=True)
        if each.kind == "own" and score <= least
    )
    print(f"Of {everywhere.total()} own codes {found.total()} are missed; most often:")
    for code, count in found.most_common(MOST_MISSED):
        print(f"{code} {titles[code]}: {count} of {everywhere[code]}")


def fit_weights(folder: Path, meanings: Meanings) -> None:
    """Fit the weights on the training part, print what cross-fitting says of them, and write them."""
    scored = Scored(read_cases(folder, "train"), meanings)
    columns = with_products(scored.features)
    odds = cross_fitted(columns, scored.asked)
    part = fold_of(list(scored.stems))
    of_part = {
        at: associations_of((case for case in scored.cases if part[case.name] != at), scored.stems)
        for at in set(part.values())
    }
    learnt = scored.learnt({case.name: of_part[part[case.name]] for case in scored.cases})
    corrected = with_products(np.column_stack([odds, learnt]))
    show(
        [
            ("cross-fitted on train", figures(scored.asked, odds)),
            ("cross-fitted with words learnt", figures(scored.asked, cross_fitted(corrected, scored.asked))),
        ]
    )
    least = threshold(scored.asked, odds)
    own = odds[np.array([each.kind == "own" for each in scored.asked])]
    print(f"NAMED {probability(least):.3f}, NOT_FOUND {probability(float(np.quantile(own, 0.1))):.4f}")
    write_weights("confidence_weights.csv", list(FEATURES), fit(columns, scored.asked))
    write_weights("learnt_weights.csv", ["log odds", *LEARNT_FEATURES], fit(corrected, scored.asked))


def write_weights(name: str, names: Sequence[str], fitted: tuple[float, _FLOATS]) -> None:
    """Write fitted weights beside the code that uses them."""
    start, weights = fitted
    rows = [("constant", start), *zip(names_of_products(names), weights.tolist(), strict=True)]
    write_rows(name, ("column", "weight"), [(column, f"{weight:.6g}") for column, weight in rows])


def write_rarity(meanings: Meanings) -> None:
    """Write in how many categories of diagnoses the titles have each word."""
    categories: dict[str, set[str]] = defaultdict(set)
    for code, title in meanings.titles.items():
        for text in said_and_aside(title):
            for word in words_of(text):
                lower = american(word.lower)
                if not is_silent(lower):
                    categories[stem(lower)].add(code[:CATEGORY_LENGTH])
    counts = sorted((item, len(found)) for item, found in categories.items())
    rows = [(item, str(count)) for item, count in counts if count >= LEAST_CATEGORIES]
    write_rows("stem_rarity.csv", ("stem", "category_count"), rows)


def write_rows(name: str, header: tuple[str, str], rows: Iterable[tuple[str, str]]) -> None:
    """Write a table of two columns beside the code that uses it."""
    with (PRODUCT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Do what the arguments ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=SHARED / "benchmarks_data" / "codiesp")
    parser.add_argument("--part", default="dev")
    parser.add_argument("--workspace", type=Path, help="one with code sets; else a new one is made")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--rarity", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = asked.workspace or Path(temporary) / "workspace"
        if asked.workspace is None:
            Workbench.create(root)
        meanings = Meanings(Warehouse(root / "warehouse.duckdb"))
        if asked.fit:
            fit_weights(asked.folder, meanings)
        elif asked.rarity:
            write_rarity(meanings)
        else:
            report(asked.folder, asked.part, meanings)


if __name__ == "__main__":
    main()
