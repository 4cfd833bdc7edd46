"""A naive reader, a plain split, proves envelopes and sums of every committed file."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

Segment = list[str]


def segments(path: Path) -> list[Segment]:
    text = path.read_text(encoding="ascii").replace("\n", "")
    assert text.endswith("~")
    return [row.split("*") for row in text.removesuffix("~").split("~")]


def files(folder: str) -> list[Path]:
    return sorted((Path(__file__).parents[2] / "data" / folder).glob("*.edi"))


def transactions(rows: list[Segment]) -> Iterator[list[Segment]]:
    start = 0
    for number, row in enumerate(rows):
        if row[0] == "ST":
            start = number
        elif row[0] == "SE":
            yield rows[start : number + 1]


@pytest.mark.parametrize("path", [*files("claims"), *files("remittances")], ids=lambda path: path.stem)
def test_envelopes_count_what_they_hold(path: Path) -> None:
    rows = segments(path)
    isa, gs, ge, iea = rows[0], rows[1], rows[-2], rows[-1]
    assert [isa[0], gs[0], ge[0], iea[0]] == ["ISA", "GS", "GE", "IEA"]
    assert len("*".join(isa)) == 105
    assert iea[1:] == ["1", isa[13]]
    found = list(transactions(rows))
    assert ge[1:] == [str(len(found)), gs[6]]
    assert sum(len(rows) for rows in found) == len(rows) - 4
    for number, transaction in enumerate(found, start=1):
        assert transaction[0][2] == transaction[-1][2] == f"{number:04d}"
        assert transaction[-1][1] == str(len(transaction))
    assert gs[8] == {"837P": "005010X222A1", "837I": "005010X223A2"}.get(path.stem[:4], "005010X221A1")


@pytest.mark.parametrize("path", files("claims"), ids=lambda path: path.stem)
def test_a_claim_charges_the_sum_of_its_lines(path: Path) -> None:
    charge: Decimal | None = None
    lines = Decimal(0)
    for row in [*segments(path), ["CLM", "", "0"]]:
        if row[0] == "CLM":
            assert charge is None or lines == charge
            charge, lines = Decimal(row[2]), Decimal(0)
        elif row[0] in {"SV1", "SV2"}:
            lines += Decimal(row[2 if row[0] == "SV1" else 3])


@pytest.mark.parametrize("path", files("claims"), ids=lambda path: path.stem)
def test_levels_number_upwards_and_point_to_their_parent(path: Path) -> None:
    for transaction in transactions(segments(path)):
        kinds: dict[str, str] = {}
        for row in transaction:
            if row[0] == "HL":
                assert row[1] == str(len(kinds) + 1)
                kinds[row[1]] = row[3]
                assert (kinds.get(row[2]), row[3]) in {(None, "20"), ("20", "22"), ("22", "23")}


def adjusted(rows: list[Segment]) -> Decimal:
    return sum((Decimal(amount) for row in rows if row[0] == "CAS" for amount in row[3::3]), Decimal(0))


def parts(rows: list[Segment], head: str) -> list[list[Segment]]:
    starts = [number for number, row in enumerate(rows) if row[0] == head]
    if not starts:
        return []
    return [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]


@pytest.mark.parametrize("path", files("claims"), ids=lambda path: path.stem)
def test_what_the_first_payer_decided_balances_on_a_second_claim(path: Path) -> None:
    for claim in parts(segments(path), "CLM"):
        lines = parts(claim, "LX")
        head = claim[: len(claim) - sum(map(len, lines))]
        paid = [Decimal(row[2]) for row in head if row[:2] == ["AMT", "D"]]
        if not paid:
            continue
        by_line = Decimal(0)
        for line in lines:
            given = [Decimal(row[2]) for row in line if row[0] == "SVD"]
            if given:
                service = next(row for row in line if row[0] in {"SV1", "SV2"})
                assert Decimal(service[2 if service[0] == "SV1" else 3]) - adjusted(line) == given[0]
                by_line += given[0]
        if adjusted(head):
            assert (by_line, Decimal(claim[0][2]) - adjusted(head)) == (0, paid[0])
        else:
            assert by_line == paid[0]


@pytest.mark.parametrize("path", files("remittances"), ids=lambda path: path.stem)
def test_a_remittance_balances_by_line_claim_and_transaction(path: Path) -> None:
    for transaction in transactions(segments(path)):
        settled = [row for row in transaction if row[0] == "PLB"]
        body = [row for row in transaction if row[0] not in {"PLB", "SE"}]
        paid = Decimal(0)
        for claim in parts(body, "CLP"):
            charge, payment = Decimal(claim[0][3]), Decimal(claim[0][4])
            assert charge - adjusted(claim) == payment
            lines = parts(claim, "SVC")
            assert not lines or sum(Decimal(line[0][2]) for line in lines) == charge
            for line in lines:
                assert Decimal(line[0][2]) - adjusted(line) == Decimal(line[0][3])
            paid += payment
        paid -= sum(Decimal(amount) for row in settled for amount in row[4::2])
        assert paid == Decimal(transaction[1][2])
        assert paid >= 0


def sent_claims() -> dict[tuple[str, str], list[str]]:
    """Return the days on which claims were sent, by patient control number and payer."""
    sent: dict[tuple[str, str], list[str]] = {}
    for path in files("claims"):
        made = payer = ""
        for row in segments(path):
            if row[0] == "BHT":
                made = row[4]
            elif row[0] == "HL" and row[3] == "22":
                payer = ""
            elif row[:2] == ["NM1", "PR"]:
                payer = payer or row[9]
            elif row[0] == "CLM":
                sent.setdefault((row[1], payer), []).append(made)
    return sent


def test_every_payment_answers_a_claim_that_was_sent_before() -> None:
    sent = sent_claims()
    answers = [
        (row[1], path.stem[4:7], transaction[1][16])
        for path in files("remittances")
        for transaction in transactions(segments(path))
        for row in transaction
        if row[0] == "CLP"
    ]
    assert len(answers) > 3000
    assert all(min(sent[control, payer]) < paid_on for control, payer, paid_on in answers)


def test_reversals_take_back_an_earlier_payment_and_replacements_name_it() -> None:
    given: dict[str, tuple[str, Decimal]] = {}
    ordered = sorted(
        ((t[1][16], number, row) for path in files("remittances") for t in transactions(segments(path))
         for number, row in enumerate(t) if row[0] == "CLP"),
        key=lambda item: (item[0], item[1]),
    )  # fmt: skip
    reversals = 0
    for _, _, row in ordered:
        if row[2] == "22":
            reversals += 1
            assert given[row[7]] == (row[1], -Decimal(row[4]))
        else:
            assert row[7] not in given
            given[row[7]] = (row[1], Decimal(row[4]))
    assert reversals > 100
    frequencies: dict[str, int] = {}
    for path in files("claims"):
        claim: Segment = []
        for row in segments(path):
            if row[0] == "CLM":
                claim = row
                frequencies[row[5][-1]] = frequencies.get(row[5][-1], 0) + 1
            elif row[0] == "REF" and row[1] == "F8":
                assert row[2] in given
                assert given[row[2]][0] == claim[1]
    assert frequencies["7"] > 100
    assert frequencies["8"] > 5
