"""Judge all rules of tables in one pass: billed codes meet the rules once, lines meet them by equal codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from auditlib.checks.kept_outcomes import keeping_outcomes
from auditlib.checks.own_rules.rule_table import SEVERITY_OF, TableRule
from auditlib.warehouse import Writer

TABLE_RULES = "statements/own_rule_candidate"
_RULE_SCHEMA = {
    "rule_number": pl.Int64,
    "rule_id": pl.String,
    "message": pl.String,
    "has_hcpcs": pl.Boolean,
    "has_icd": pl.Boolean,
    "payer_ids": pl.String,
    "filing_codes": pl.String,
    "modifiers": pl.String,
    "absent_modifiers": pl.String,
    "add_modifier": pl.String,
    "places": pl.String,
    "sex": pl.String,
    "first_age_years": pl.Int64,
    "last_age_years": pl.Int64,
    "first_day": pl.Date,
    "last_day": pl.Date,
}
_CODE_SCHEMA = {
    "rule_number": pl.Int64,
    "code_kind": pl.String,
    "first_code": pl.String,
    "last_code": pl.String,
}


def judge_table_rules(writer: Writer, rules: Sequence[TableRule]) -> None:
    """Add the findings and the outcome of each rule to those of the checks.

    A finding is one line, or one claim where the rule asks for diagnoses only. Lines whose claim lacks what
    the rule asks for (day, payer, birth date, sex) are not checked.
    """
    if not rules:
        return
    numbered = list(enumerate(rules, start=1))
    writer.show("own_rule", pl.DataFrame(list(map(_rule_row, numbered)), schema=_RULE_SCHEMA))
    writer.show("own_rule_code", pl.DataFrame(list(_code_rows(numbered)), schema=_CODE_SCHEMA, orient="row"))
    writer.keep("own_candidate", TABLE_RULES)
    writer.keep("own_judged", "statements/own_rule_judged")
    with keeping_outcomes(writer, map(_about, rules)):
        writer.run("statements/add_own_judged")
    for name in ("own_judged", "own_candidate", "own_rule_code", "own_rule"):
        writer.drop_kept(name)


def _about(rule: TableRule) -> tuple[str, str, str, str, str, str]:
    unit = "service line with a code" if rule.hcpcs else "claim with a diagnosis"
    needs = "what the rule asks of the claim: day, payer, place, birth date or sex"
    return (
        rule.rule_id,
        "1",
        SEVERITY_OF[rule.action],
        rule.message,
        f"{unit}, payer and day of the rule",
        needs,
    )


def _rule_row(numbered: tuple[int, TableRule]) -> dict[str, object]:
    number, rule = numbered
    return {
        "rule_number": number,
        "rule_id": rule.rule_id,
        "message": rule.message,
        "has_hcpcs": bool(rule.hcpcs),
        "has_icd": bool(rule.icd),
        "payer_ids": _joined(rule.payer_ids),
        "filing_codes": _joined(rule.filing_codes),
        "modifiers": _joined(rule.modifiers),
        "absent_modifiers": _joined(rule.absent_modifiers),
        "add_modifier": rule.add_modifier,
        "places": _joined(rule.places),
        "sex": rule.sex,
        "first_age_years": rule.first_age_years,
        "last_age_years": rule.last_age_years,
        "first_day": rule.first_day,
        "last_day": rule.last_day,
    }


def _joined(values: Sequence[str]) -> str | None:
    """Return values between bars, so that ``|P1|`` is found and ``|P|`` is not; None where there are none."""
    return f"|{'|'.join(values)}|" if values else None


def _code_rows(numbered: Sequence[tuple[int, TableRule]]) -> Iterator[tuple[int, str, str, str]]:
    for number, rule in numbered:
        for kind, patterns in (("hcpcs", rule.hcpcs), ("icd", rule.icd)):
            for pattern in patterns:
                yield number, kind, pattern.first, pattern.last
