"""Denied lines, made by hand: a payer whose name is markup, a reason of no list, lines without a code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from auditlib.errors import UsageError
from auditlib.widgets.denial_explorer import ClaimParts, DenialExplorer

HOSTILE = "<img src=x onerror=document.title='run'>"
PAYERS = (
    "Cedar River Health",
    "Harbor Senior Plan",
    "Open Door Assistance",
    "Prairie Mutual Health",
    HOSTILE,
)
REASONS = (
    ("CO", "197", "Authorization is missing", "authorization"),
    ("CO", "16", "Claim lacks or misstates information", "technical"),
    ("CO", "50", "Not medically necessary as the payer sees it", "medical necessity"),
    ("CO", "XX9", "unmapped", "unmapped"),
    (None, None, "no reason given", "no reason given"),
)
CODES = (
    "99213",
    "99214",
    "J3301",
    "43239",
    "29881",
    "49505",
    "99284",
    "70450",
    "71046",
    "93000",
    "80053",
    None,
)


def denied_lines(*, claims: int = 240) -> pl.DataFrame:
    """Return one to three lines a claim, whose dimensions go round at different speeds."""
    rows = []
    for claim in range(claims):
        sent = dt.date(2025, 10, 1) + dt.timedelta(days=(claim * 7) % 390)
        for line in range(1 + claim % 3):
            place = claim * 3 + line
            group, number, label, kind = REASONS[(place + claim // 5) % len(REASONS)]
            rows.append(
                {
                    "claim_id": claim + 1,
                    "denial_number": line + 1,
                    "encounter_id": f"E{claim + 1:05}",
                    "patient_control_number": f"A{claim + 1:05}",
                    "payer_name": PAYERS[claim % len(PAYERS)],
                    "provider_id": None if claim % 17 == 0 else f"1{claim % 11:09}",
                    "submit_date": sent,
                    "denial_date": sent,
                    "denial_month": sent.replace(day=1),
                    "is_initial": claim % 8 > 0,
                    "group_code": group,
                    "reason_code": number,
                    "reason_label": label,
                    "denial_category": kind,
                    "code": CODES[place % len(CODES)],
                    "denied_amount": Decimal(17 * (place % 90) ** 2 + 40) / 4,
                    "check_state": ("caught", "not caught", "no check")[place % 3],
                    "stated_ground": ("not stated", "medical necessity", "not stated")[claim % 3],
                    "final_state": ("paid", "still denied", "reversed")[(place // 2) % 3],
                }
            )
    schema = {
        "denied_amount": pl.Decimal(18, 2),
        "submit_date": pl.Date,
        "denial_date": pl.Date,
        "denial_month": pl.Date,
    }
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)


def findings() -> pl.DataFrame:
    """Return one finding, with the filters of its lines."""
    wanted = {
        "payer_name": ["Cedar River Health"],
        "reason_label": ["Authorization is missing"],
        "is_initial": [True],
        "denial_month": [dt.date(2026, 3, 1), dt.date(2026, 4, 1)],
    }
    return pl.DataFrame(
        {"sentence": ["Cedar River Health denied 8 of 12 claims."], "filters": [wanted]},
        schema={"sentence": pl.String, "filters": pl.Object},
    )


def claim_parts(claim_id: int) -> ClaimParts:
    """Return the parts of a claim, a row each."""
    return ClaimParts(
        encounter_id=f"E{claim_id:05}",
        tables=(
            ("Lines", pl.DataFrame({"line": [1], "code": ["99213"], "charge_amount": [Decimal("120.00")]})),
            ("Adjustments", pl.DataFrame({"reason": ["CO-197"], "amount": [Decimal("120.00")]})),
            ("History", pl.DataFrame({"event": ["sent"], "remark": [HOSTILE]})),
            ("Findings", pl.DataFrame(schema={"check_id": pl.String})),
        ),
    )


RECORDS_DUE = 31
"""The claim whose records were due, and whose appeal is not yet due."""


@dataclass
class ExampleWork:
    """Work on the claims of these lines, kept in memory."""

    claims: int = 240
    entered: list[tuple[str, list[int], dict[str, str]]] = field(default_factory=list)
    note: str = "Chance of overturn: learned from 480 denied lines."
    today: dt.date = dt.date(2026, 11, 30)

    def lines(self) -> pl.DataFrame:
        """Return the lines, with the ground that was entered."""
        grounds = {
            one: said["ground"]
            for gesture, claims, said in self.entered
            if gesture == "ground"
            for one in claims
        }
        stated = pl.col("claim_id").replace_strict(grounds, default=None, return_dtype=pl.String)
        lines = denied_lines(claims=self.claims)
        return lines.with_columns(stated_ground=pl.coalesce(stated, "stated_ground")) if grounds else lines

    def rows(self, claim_ids: Sequence[int] | None) -> pl.DataFrame:
        """Return what there is to do about every claim but each fourth."""
        asked = range(1, self.claims + 1) if claim_ids is None else claim_ids
        assignees = {
            one: said["assignee"]
            for gesture, claims, said in self.entered
            if gesture == "assign"
            for one in claims
        }
        rows = [
            {
                "claim_id": one,
                "chance": None if one % 5 == 0 else (one % 9) / 10,
                "expected_amount": None if one % 5 == 0 else Decimal(one % 9) * 100,
                "last_appeal_date": None if one % 7 == 0 else self.today + dt.timedelta(days=one % 90),
                "records_due_date": self.today - dt.timedelta(days=3) if one == RECORDS_DUE else None,
                "days_left": -3 if one == RECORDS_DUE else None if one % 7 == 0 else one % 90,
                "action": "appeal",
                "assignee": assignees.get(one),
                "state": "assigned" if one in assignees else "open",
                "last_note": HOSTILE if one % 11 == 0 else None,
            }
            for one in asked
            if one % 4
        ]
        schema = {"last_note": pl.String, "assignee": pl.String, "expected_amount": pl.Decimal(18, 2)}
        schema |= {"records_due_date": pl.Date}
        return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)

    def enter(self, gesture: str, claim_ids: Sequence[int], said: Mapping[str, str]) -> str:
        """Keep what was entered; nobody is refused."""
        if gesture == "assign" and said["assignee"] == "nobody":
            message = "That is nobody."
            raise UsageError(message, hint="Name somebody.")
        self.entered.append((gesture, list(claim_ids), dict(said)))
        return f"{len(claim_ids)} entered: {gesture}."

    def letter(self, claim_id: int) -> tuple[str, str]:
        """Return a letter about a claim."""
        return f"We appeal claim {claim_id}.", "Written to letter.txt."

    def unmatched(self) -> pl.DataFrame:
        """Return an unmatched payment."""
        return pl.DataFrame(
            {"Reason": ["no claim has the number"], "Account": ["P00001"], "Paid, $": [Decimal("12.50")]}
        )


def open_screen(
    *,
    claims: int = 240,
    work: ExampleWork | None = None,
    find: Callable[[], pl.DataFrame] = findings,
) -> DenialExplorer:
    """Return a screen on these lines that writes no file and draws no sample."""
    return DenialExplorer(
        denied_lines(claims=claims),
        find=find,
        answered=dict.fromkeys(PAYERS, 400),
        as_of=dt.date(2026, 11, 30),
        work=work or ExampleWork(claims),
        claim_parts=claim_parts,
        write_worklist=lambda claims: f"{claims.height} claims written to worklist.xlsx.",
        write_claims=lambda claims: f"{claims.height} claims written to worklist.csv.",
        write_payer_page=lambda payer: f"Page of {payer} written.",
        draw_sample=lambda claims: f"{min(30, claims.height)} of {claims.height} claims drawn, seed 837.",
    )
