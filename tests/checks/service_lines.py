"""Small fee schedules, lists and claims for the checks on service lines."""

from __future__ import annotations

import datetime as dt

from tests.checks.cases import Rows, claim

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


def release(
    code_system: str,
    name: str = "2026Q1",
    first: dt.date = FIRST,
    last: dt.date | None = LAST,
    **columns: object,
) -> dict[str, object]:
    dated: dict[str, object] = {"effective_from": first, "effective_to": last}
    return {"code_system": code_system, "release": name, **dated, **columns}


def listed(
    code_system: str,
    code: str,
    of: str = "2026Q1",
    first: dt.date = FIRST,
    last: dt.date | None = LAST,
    title: str = "A title",
) -> dict[str, object]:
    return {
        "code_system": code_system,
        "code": code,
        "is_billable": True,
        "long_description": title,
        "release": of,
        "effective_from": first,
        "effective_to": last,
    }


def fee(code: str, status: str = "A", modifier: str = "", **indicators: object) -> dict[str, object]:
    neutral: dict[str, object] = {
        "code": code,
        "modifier": modifier,
        "status_code": status,
        "professional_technical_indicator": "0",
        "global_days": "XXX",
        "multiple_procedure_indicator": "0",
        "bilateral_indicator": "0",
        "assistant_indicator": "0",
        "co_surgeon_indicator": "0",
        "team_indicator": "0",
        "effective_from": FIRST,
        "effective_to": LAST,
        "release": "2026Q1",
    }
    return neutral | indicators


def fees_that_do_not_count(fees: Rows) -> Rows:
    """Rows of the same codes that say the contrary: of a part of the service, and of another quarter."""
    contrary = [
        {
            **row,
            "status_code": {"N": "A", "D": "D"}.get(str(row["status_code"]), "N"),
            "global_days": "090" if row["global_days"] == "000" else "000",
            "multiple_procedure_indicator": "2" if row["multiple_procedure_indicator"] == "0" else "0",
            "professional_technical_indicator": "1"
            if row["professional_technical_indicator"] == "0"
            else "0",
            "bilateral_indicator": "1" if row["bilateral_indicator"] == "0" else "0",
            "assistant_indicator": "2" if row["assistant_indicator"] == "1" else "1",
            "co_surgeon_indicator": "1" if row["co_surgeon_indicator"] == "0" else "0",
            "team_indicator": "1" if row["team_indicator"] == "0" else "0",
        }
        for row in fees
    ]
    return [{**row, **other} for row in contrary for other in ({"modifier": "53"}, {"release": "2019Q1"})]


FEES = [release("physician fee schedule")]


def tables(
    lines: Rows,
    *,
    claims: Rows | None = None,
    releases: Rows = FEES,
    codes: Rows = (),
    fees: Rows = (),
    **more: Rows,
) -> dict[str, Rows]:
    return {
        "ref.release": releases,
        "ref.code": codes,
        "ref.fee_schedule": [*fees, *fees_that_do_not_count(fees)],
        "core.claim": claims if claims is not None else [claim()],
        "core.claim_line": lines,
        **{name.replace("__", "."): rows for name, rows in more.items()},
    }
