"""A deliberately plain reader of X12 counts and money: the oracle for the fast one.

It shares no code and no idea with auditlib: text is cut at terminators and elements with ``str.split``, one
segment at a time. It knows nothing of loops, so a claim that the fast reader sets aside counts here.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE_CHARGE_ELEMENT = {"SV1": 2, "SV2": 3, "SV3": 2}
FIRST_SEGMENT_AFTER = {"GS": "ST", "ST": "(?:BHT|BPR|SE)"}


def _money(elements: list[str], number: int) -> Decimal:
    try:
        return Decimal(elements[number].strip())
    except (IndexError, InvalidOperation):
        return Decimal(0)


def _delimiters(text: str) -> tuple[str, str]:
    """Element separator and segment terminator of a text that starts at ISA, GS or ST."""
    tag = text[:2] if text[:2] in FIRST_SEGMENT_AFTER else "ISA"
    separator = text[len(tag)]
    if tag == "ISA":
        after_sixteenth = text.split(separator, 16)[16]
        return separator, after_sixteenth[1]
    following = re.search(rf"(\S?)(\s*){FIRST_SEGMENT_AFTER[tag]}{re.escape(separator)}", text[3:])
    assert following is not None
    character, space = following.groups()
    return separator, "\n" if character.isalnum() and space else character


def segments(path: Path) -> Iterator[list[str]]:
    """Yield each non-empty segment of a file as its elements, the tag first."""
    text = path.read_bytes().decode("latin-1").removeprefix("\u00ef\u00bb\u00bf").lstrip()
    starts = [found.start() for found in re.finditer(r"ISA[^A-Za-z0-9\s]\d\d[^A-Za-z0-9]", text)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        interchange = text[start:end]
        separator, terminator = _delimiters(interchange)
        for segment in interchange.split(terminator):
            if segment.strip():
                yield segment.strip().split(separator)


def naive_totals(path: Path) -> dict[str, Decimal]:
    """Counts and money of one X12 file, whatever mixture of 837 and 835 it holds."""
    total = dict.fromkeys(
        (
            "claim_count",
            "line_count",
            "claim_charge_amount",
            "line_charge_amount",
            "remit_claim_count",
            "remit_line_count",
            "remit_charge_amount",
            "remit_paid_amount",
            "payment_amount",
            "provider_adjustment_amount",
        ),
        Decimal(0),
    )
    transaction = ""
    for elements in segments(path):
        tag = elements[0]
        if tag == "ST":
            transaction = elements[1].strip()
        elif transaction == "837" and tag == "CLM":
            total["claim_count"] += 1
            total["claim_charge_amount"] += _money(elements, 2)
        elif transaction == "837" and tag in LINE_CHARGE_ELEMENT:
            total["line_count"] += 1
            total["line_charge_amount"] += _money(elements, LINE_CHARGE_ELEMENT[tag])
        elif transaction == "835" and tag == "CLP":
            total["remit_claim_count"] += 1
            total["remit_charge_amount"] += _money(elements, 3)
            total["remit_paid_amount"] += _money(elements, 4)
        elif transaction == "835" and tag == "SVC":
            total["remit_line_count"] += 1
        elif transaction == "835" and tag == "BPR":
            total["payment_amount"] += _money(elements, 2)
        elif transaction == "835" and tag == "PLB":
            for number in range(4, len(elements), 2):
                total["provider_adjustment_amount"] += _money(elements, number)
    return total


def naive_rows(path: Path) -> dict[str, int]:
    """Rows that the tables of answers and other payers must have, counted segment by segment."""
    count = dict.fromkeys(
        (
            "claim_status",
            "acknowledgment",
            "claim_other_payer",
            "line_adjudication",
            "claim_adjustment",
            "adjustment",
            "provider_summary",
            "claim_tooth",
            "envelope",
        ),
        0,
    )
    transaction, is_below_claim = "", False
    for elements in segments(path):
        tag = elements[0]
        count["envelope"] += tag in {"ISA", "GS", "ST"}
        if tag in {"ST", "HL"}:
            transaction = elements[1].strip() if tag == "ST" else transaction
            is_below_claim = False
        elif tag == "CLM":
            is_below_claim = True
        triplets = sum(bool("".join(elements[n : n + 2])) for n in range(2, len(elements), 3))
        count["acknowledgment"] += tag == "TA1"
        if transaction == "277" and tag == "STC":
            count["claim_status"] += sum(bool("".join(elements[n : n + 1])) for n in (1, 10, 11))
        elif transaction == "837":
            count["claim_other_payer"] += tag == "SBR" and is_below_claim
            count["line_adjudication"] += tag == "SVD"
            count["claim_tooth"] += tag == "TOO"
            count["claim_adjustment"] += triplets if tag == "CAS" else 0
        elif transaction == "835":
            count["provider_summary"] += tag == "TS3"
            count["adjustment"] += triplets if tag == "CAS" else 0
    return count
