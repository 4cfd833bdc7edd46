"""What each page takes for granted: files beside the workspace, names, and what was done in between."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl
import xlsxwriter

from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from tests.codesets.publisher_files import write_order
from tests.documented.blocks import ROOT, documented
from tests.estimation.letters import right_letter, stated, write_letter
from tests.made_once import copied, demo_workspace, workspace_with_code_sets
from tests.sources.documents.texts import pdf
from tests.sources.fhir import texts as fhir
from tests.sources.rif import texts as rif

W = "W"
MOMENT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)

Step = Callable[[Path], object]


@dataclass(frozen=True)
class Situation:
    """What a page takes for granted.

    Parameters
    ----------
    files
        Makes the files that the page names, in the folder that holds the workspace.
    words
        What stands in place of a word of the page: of a chart of ours for one of theirs.
    before
        What its user does before a command that begins so.
    exit_codes
        With what a command ends that does not end with 0, by how it begins.
    """

    files: Step | None = None
    words: Mapping[str, str | Callable[[Path], str]] = field(default_factory=dict)
    before: Mapping[str, Step] = field(default_factory=dict)
    exit_codes: Mapping[str, int] = field(default_factory=dict)

    def word(self, word: str, folder: Path) -> str:
        """Return what is typed in place of a word of the page."""
        ours = self.words.get(word, word)
        return ours if isinstance(ours, str) else ours(folder)


def reviewed_workspace(to: Path) -> Path:
    """Return a copy of the demo with two more audits, whose recorded verdicts are entered: q2, then q1."""
    return copied("documented", _make, to)


def _make(root: Path) -> None:
    demo_workspace(root)
    bench = Workbench.open(root, clock=lambda: MOMENT)
    for name, seed in {"q2": "4", "q1": "3"}.items():
        bench.samples.draw(
            Universe("all of C07", coder_id="C07"), SampleRequest("simple", seed=seed, count=40), name=name
        )
        bench.audit(name).replay()


def bench_of(folder: Path) -> Workbench:
    """Open the workspace of a page's folder."""
    return Workbench.open(folder / W, clock=lambda: MOMENT)


def chart_with_finding(folder: Path, place: int = 0) -> str:
    """Return a chart of q1 in which the review changed something."""
    return str(_findings(folder)["encounter_id"].unique(maintain_order=True)[place])


def _findings(folder: Path) -> pl.DataFrame:
    return bench_of(folder).audit("q1").rebuttals().frame


def _reviewed_provider(folder: Path) -> str:
    with duckdb.connect(str(folder / W / "warehouse.duckdb"), read_only=True) as warehouse:
        row = warehouse.execute(
            "select provider_id from core.encounter where encounter_id = ?", [chart_with_finding(folder)]
        ).fetchone()
    assert row is not None
    return str(row[0])


def _open_dispute(folder: Path) -> str:
    """Return a finding that its coder disputes, and let the coder dispute another one where none is open."""
    findings = _findings(folder)
    disputed = findings.filter(pl.col("state") == "dispute open")["finding_id"]
    if not disputed.is_empty():
        return str(disputed[0])
    finding = str(findings.filter(pl.col("state") != "upheld")["finding_id"][0])
    bench_of(folder).audit("q1").rebuttal.answer(
        finding, "disputes the finding", coder="C07", evidence="The note."
    )
    return finding


def _second_query(folder: Path) -> None:
    bench_of(folder).audit("q1").provider_queries.send(
        chart_with_finding(folder, 1), "Which procedure was done?", provider="Dr Lee", indicators=["Op note"]
    )


def _code_set_files(folder: Path) -> None:
    (folder / "cpt.csv").write_text("CPT Code,Long\n99213,Invented title of a visit\n", encoding="utf-8")
    (folder / "releases").mkdir()
    write_order(folder / "releases", 2025)


def _mapped_workbook(folder: Path) -> None:
    rows = (
        ("Claim #", "Acct No", "Payer", "MRN", "DOS", "CPT", "Qty", "Chg Amt", "Dx Ptr", "Dx 1", "Dx 2"),
        ("C1", "A1", "INVENTED", "M1", "01/25/2026", "99213", 1, 100.5, "12", "I10", "E11.9"),
        ("C1", "A1", "INVENTED", "M1", "01/25/2026", "36415", 1, 18.25, "1", "I10", "E11.9"),
    )
    with xlsxwriter.Workbook(folder / "charges.xlsx") as book:
        sheet = book.add_worksheet("Charges")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    (folder / "Op report.pdf").write_bytes(pdf("OPERATIVE REPORT"))


def _payers_files(folder: Path) -> None:
    fhir.written(folder / "explanations.ndjson", fhir.explanation())
    fhir.written(folder / "bundle.json", fhir.bundle(fhir.explanation(id="EOB2")), indent=1)
    rif.written(folder / "carrier.txt", rif.CARRIER)


def _fill_in_letter(folder: Path) -> None:
    form = folder / "upic-2026" / "letter.toml"
    assert form.is_file()
    form.unlink()
    form.parent.rmdir()
    write_letter(stated(right_letter(7)), form.parent)


def _prices(folder: Path) -> None:
    text = documented("docs/export.md", "[submitter]                     #")
    (folder / "prices.toml").write_text(text.replace("E00123", chart_with_finding(folder)), encoding="utf-8")


def _one_month(folder: Path) -> None:
    """Leave a small workspace in place of the demo, and a table in it that a mapping explains."""
    shutil.rmtree(folder / W)
    bench = Workbench.open(workspace_with_code_sets(folder / W))
    shutil.copy(ROOT / "data" / "claims" / "837P_2025-11.edi", folder)
    (folder / "charges.yaml").write_text(
        "tables:\n  - table: claim\n    columns: {claim_id: Acct, patient_control_number: Acct, "
        "form: {constant: P}, from_date: {column: DOS, format: '%m/%d/%Y'}, charge_amount: Chg}\n",
        encoding="utf-8",
    )
    (folder / "charges.csv").write_text("Acct,DOS,Chg\nZ1,01/25/2026,10.00\n", encoding="utf-8")
    bench.files.load([folder / "837P_2025-11.edi"])
    bench.files.load([folder / "charges.csv"], mapping=folder / "charges.yaml")


def _found_too_much(folder: Path) -> None:
    """Review a discovery sample as recorded, and take the first error of a chart for all that was paid."""
    with duckdb.connect(str(folder / W / "warehouse.duckdb"), read_only=True) as warehouse:
        paid = dict(
            warehouse.execute(
                "select patient_control_number, sum(paid_amount) from core.remit_claim group by all"
            ).fetchall()
        )
    lines = []
    for line in (
        (ROOT / "data" / "audit" / "recorded_verdicts.ndjson").read_text(encoding="utf-8").splitlines()
    ):
        chart = json.loads(line)
        errors = [verdict for verdict in chart["verdicts"] if verdict["action"] != "agree"]
        for verdict in errors:
            is_first = verdict is errors[0]
            verdict["payment_difference"] = (
                f"{paid.get(chart['encounter_id'], 0):.2f}" if is_first else "0.00"
            )
        lines.append(json.dumps(chart))
    (folder / "priced.ndjson").write_text("\n".join(lines), encoding="utf-8")
    for name in {"discovery", "q1-full"} & set(bench_of(folder).samples.names()):
        bench_of(folder).audit(name).replay(folder / "priced.ndjson")


SITUATIONS: dict[str, Situation] = {
    "docs/code_sets.md": Situation(files=_code_set_files, words={"PATH...": "releases"}),
    "docs/demand_letters.md": Situation(before={"letter check": _fill_in_letter}),
    "docs/export.md": Situation(
        files=_prices,
        words={"E00123": chart_with_finding},
        # Of some claims something is missing that billing alone knows.
        exit_codes={"audit export q1 --form csv --out others": 0, "audit export q1 --purpose": 0, "": 1},
    ),
    "docs/fhir_and_rif.md": Situation(files=_payers_files),
    "docs/loading.md": Situation(files=_mapped_workbook, words={"E00012": chart_with_finding}),
    "docs/programmes.md": Situation(
        words={"q1": "discovery"}, before={"audit next": _found_too_much, "audit report": _found_too_much}
    ),
    "docs/queries.md": Situation(
        words={"E00012": chart_with_finding}, before={"audit query Q2": _second_query}
    ),
    "docs/rebuttal.md": Situation(words={"C1": "C07", "ID": _open_dispute}),
    "docs/reconcile.md": Situation(
        files=_one_month, words={"ARCHIVE": "."}, exit_codes={"reconcile --mapping": 0, "": 1}
    ),
    "docs/missing_records.md": Situation(
        words={
            "E0012": chart_with_finding,
            "E0045": lambda folder: chart_with_finding(folder, 1),
            "E0077": lambda folder: chart_with_finding(folder, 2),
        }
    ),
    "docs/reports.md": Situation(words={"1234567893": _reviewed_provider}),
}
