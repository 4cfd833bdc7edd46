"""The same business delivered twice counts once; what only looks alike counts on its own."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.loading.load import LoadReport, load_files
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace
from tests.sources.x12 import texts

LOADED_AT = dt.datetime(2026, 3, 1)  # noqa: DTZ001 - the store keeps UTC without its zone


def payment(
    *claims: str,
    check: str = "CHK7",
    day: str = "20260201",
    payer: str = "N1*PR*ACME*XV*ACME1",
    method: str = "ACH",
    extra: tuple[str, ...] = (),
    number: str = "0001",
) -> bytes:
    """Return an 835; each claim is 'number status charge paid'."""
    rows = [claim.split() for claim in claims]
    total = sum((Decimal(row[3]) for row in rows), Decimal(0))
    body = [f"BPR*I*{total}*C*{method}************{day}", f"TRN*1*{check}*1999999999", payer, *extra, "LX*1"]
    for account, status, charge, paid in rows:
        body += [
            f"CLP*{account}*{status}*{charge}*{paid}**12*ICN{account}",
            f"SVC*HC:99213*{charge}*{paid}**1",
            "DTM*472*20260105",
        ]
    return texts.written(texts.group("HP", texts.transaction("835", body, number=number)))


def claims_file(*accounts: str, batch: str = "77", number: str = "0001") -> bytes:
    """Return an 837 with a claim for each account."""
    claims = [line.replace("E1", account) for account in accounts for line in texts.PROFESSIONAL_CLAIM]
    body = [texts.BILLING[0].replace("*77*", f"*{batch}*"), *texts.BILLING[1:], *texts.SUBSCRIBER, *claims]
    return texts.written(texts.group("HC", texts.transaction("837", body, number=number)))


def cut_before(data: bytes, text: bytes, *, more: int = 0) -> bytes:
    """Return a file as it is when its transfer ends there."""
    return data[: data.index(text) + more]


def load_in_turn(workspace: Workspace, folder: Path, *files: bytes) -> list[LoadReport]:
    """Load files one after the other."""
    reports = []
    for number, data in enumerate(files, start=1):
        path = folder / f"{number}.edi"
        path.write_bytes(data)
        reports.append(load_files(workspace, [path], loaded_at=LOADED_AT))
    return reports


def load_at_once(workspace: Workspace, folder: Path, *files: bytes) -> LoadReport:
    """Load files together."""
    for number, data in enumerate(files, start=1):
        (folder / f"{number}.edi").write_bytes(data)
    return load_files(workspace, [folder / f"{n}.edi" for n in range(1, len(files) + 1)], loaded_at=LOADED_AT)


def counted(workspace: Workspace) -> tuple[int, int, int]:
    """Return how many remittances, claim payments and claims are loaded; files say the same."""
    warehouse = workspace.warehouse()
    counts = {
        row["table_name"]: row["row_count"]
        for row in warehouse.query("queries/loading/table_counts").iter_rows(named=True)
    }
    _files_agree(warehouse, counts)
    return counts["remittance"], counts["remit_claim"], counts["claim"]


def _files_agree(warehouse: Warehouse, counts: dict[str, int]) -> None:
    files = warehouse.query("queries/files/source_file")
    assert files["claim_count"].sum() == counts["remit_claim"] + counts["claim"]
    assert files["rejected_count"].sum() == counts["rejected_record"]


def reasons(report: LoadReport) -> str:
    """Return the first reasons of the files of a load."""
    return " | ".join(str(reason) for reason in report.files["first_reason"])


FIRST, SECOND = "T1 1 100 80", "T2 1 100 80"


@pytest.mark.parametrize(
    "again",
    [
        payment(FIRST, SECOND, number="0099"),
        payment(SECOND, FIRST),
        payment(FIRST, SECOND, extra=("PER*BL*NEW DESK*TE*5555550000",)),
        payment(FIRST, SECOND, check="000CHK7", payer="N1*PR*Acme Health*XV*acme1"),
    ],
)
def test_a_payment_delivered_again_counts_once(workspace: Workspace, tmp_path: Path, again: bytes) -> None:
    _, report = load_in_turn(workspace, tmp_path, payment(FIRST, SECOND), again)
    assert counted(workspace) == (1, 2, 0)
    assert report.files["load_status"].to_list() == ["rejected"]
    assert report.files["remit_paid_amount"].sum() == 0
    assert "1.edi" in reasons(report)


@pytest.mark.parametrize("file_count", [1, 2])
def test_it_counts_once_within_a_load_and_a_file(
    workspace: Workspace, tmp_path: Path, file_count: int
) -> None:
    changed = payment(FIRST, SECOND, extra=("PER*BL*NEW DESK*TE*5555550000",))
    files = [payment(FIRST, SECOND), changed]
    report = load_at_once(workspace, tmp_path, *([b"".join(files)] if file_count == 1 else files))
    assert counted(workspace) == (1, 2, 0)
    assert report.files["remit_paid_amount"].sum() == 160
    assert "same payer, check and claims" in reasons(report)


@pytest.mark.parametrize(
    "other",
    [
        payment("T3 1 50 40"),
        payment(FIRST, "T3 1 50 40"),
        payment(FIRST, SECOND, check="CHK8"),
        payment(FIRST, SECOND, day="20270201"),
        payment(FIRST, SECOND, payer="N1*PR*OTHER*XV*OTHER1"),
        payment("T1 22 -100 -80", "T1 1 100 90", check="CHK9"),
        payment("T1 22 -100 -80", "T2 22 -100 -80"),
    ],
    ids=[
        "other part",
        "other part with a claim of the first",
        "other check",
        "number used again",
        "other payer",
        "correction",
        "reversal",
    ],
)
def test_what_only_looks_alike_counts(workspace: Workspace, tmp_path: Path, other: bytes) -> None:
    load_in_turn(workspace, tmp_path, payment(FIRST, SECOND), other)
    assert counted(workspace) == (2, 2 + other.count(b"CLP*"), 0)


def test_equal_claims_of_one_payment_both_count(workspace: Workspace, tmp_path: Path) -> None:
    load_in_turn(workspace, tmp_path, payment(FIRST, FIRST), payment(FIRST, FIRST, extra=("PER*BL*X",)))
    assert counted(workspace) == (1, 2, 0)


@pytest.mark.parametrize("check", ["0", "000000", "NON", ""])
def test_without_a_real_number_the_content_decides(workspace: Workspace, tmp_path: Path, check: str) -> None:
    denied = payment("T1 4 100 0", check=check, method="NON")
    again = payment("T1 4 100 0", check=check, method="NON", number="0033")
    other = payment("T1 4 100 0", "T2 4 60 0", check=check, method="NON")
    load_in_turn(workspace, tmp_path, denied, again, other)
    assert counted(workspace) == (2, 3, 0)


def test_claims_delivered_again_count_once_and_a_new_batch_counts(
    workspace: Workspace, tmp_path: Path
) -> None:
    sent = claims_file("A1", "A2")
    load_in_turn(
        workspace, tmp_path, sent, claims_file("A1", "A2", number="0044"), claims_file("A1", "A2", batch="78")
    )
    assert counted(workspace) == (0, 0, 4)


WHOLE = {"835": payment(FIRST, SECOND, "T3 1 50 40"), "837": claims_file("A1", "A2", "A3")}
CUT = {
    "835": [
        cut_before(WHOLE["835"], b"CLP*T2"),
        cut_before(WHOLE["835"], b"SVC*HC:99213*100*80**1", more=6),
        cut_before(WHOLE["835"], b"CLP*T3", more=9),
        cut_before(WHOLE["835"], b"SE*"),
    ],
    "837": [
        cut_before(WHOLE["837"], b"CLM*A2"),
        cut_before(WHOLE["837"], b"CLM*A3", more=4),
        cut_before(WHOLE["837"], b"SE*"),
    ],
}
CASES = [(kind, cut) for kind, cuts in CUT.items() for cut in cuts]
# With all of its claims, a truncated transaction is a duplicate, whichever comes first.
REPLACED = [(kind, cut) for kind, cuts in CUT.items() for cut in cuts[:-1]]


@pytest.mark.parametrize(("kind", "cut"), REPLACED)
def test_the_whole_transaction_replaces_the_truncated_one(
    workspace: Workspace, tmp_path: Path, kind: str, cut: bytes
) -> None:
    first, second = load_in_turn(workspace, tmp_path, cut, WHOLE[kind])
    assert counted(workspace) == ((1, 3, 0) if kind == "835" else (0, 0, 3))
    assert second.files["load_status"].to_list() == ["loaded"]
    rows = workspace.warehouse().query("queries/files/rejected_record")
    assert any("truncated transaction: 2.edi" in reason for reason in rows["reason"])
    assert first.files["load_status"].to_list() != ["rejected"]


@pytest.mark.parametrize(("kind", "cut"), CASES)
@pytest.mark.parametrize("is_whole_first", [False, True])
def test_order_and_load_do_not_matter(
    workspace: Workspace,
    tmp_path: Path,
    kind: str,
    cut: bytes,
    is_whole_first: bool,  # noqa: FBT001
) -> None:
    files = (WHOLE[kind], cut) if is_whole_first else (cut, WHOLE[kind])
    report = load_at_once(workspace, tmp_path, *files)
    expected = (1, 3, 0) if kind == "835" else (0, 0, 3)
    assert counted(workspace) == expected
    assert report.files["claim_count"].sum() == 3
    assert (kind, cut) not in REPLACED or "truncated" in reasons(report)
    assert sorted(report.files["claim_count"]) == [0, 3]


def test_a_longer_piece_replaces_a_shorter_one(workspace: Workspace, tmp_path: Path) -> None:
    short, long = CUT["835"][0], CUT["835"][2]
    load_in_turn(workspace, tmp_path, short, long, short + b"\n", WHOLE["835"])
    assert counted(workspace) == (1, 3, 0)


def test_a_truncated_transaction_is_marked(workspace: Workspace, tmp_path: Path) -> None:
    load_in_turn(workspace, tmp_path, CUT["835"][0])
    notes = workspace.warehouse().query("queries/files/file_note")
    marked = notes.filter(notes["segment"] == "ST")
    assert re.search("trailer missing", marked["note_kind"].item())


@pytest.mark.field
@pytest.mark.parametrize("case", ["era_redelivered", "truncated_then_whole"])
def test_field_cases(workspace: Workspace, field_data: Path, case: str) -> None:
    for step in ("1", "2"):
        load_files(workspace, [field_data / "field_cases" / "claims" / case / step], loaded_at=LOADED_AT)
    assert counted(workspace) == ((1, 1, 0) if case == "era_redelivered" else (1, 2, 0))
