from __future__ import annotations

import polars as pl

from auditlib.codes.line_rules import line_rules
from auditlib.schema.ref_sets import LINE_RULE


def test_the_table_keeps_its_contract() -> None:
    rules = LINE_RULE.conform(line_rules())
    assert not rules.select(LINE_RULE.key).is_duplicated().any()
    assert rules.filter(pl.col("effective_to") < pl.col("effective_from")).is_empty()
    assert not rules.select("value", "source").to_series().str.strip_chars().eq("").any()


def test_a_code_is_of_one_kind_of_visit_on_a_day() -> None:
    visits = line_rules().filter(rule="visit")
    assert not visits["code"].is_duplicated().any()


def test_a_pair_of_modifiers_is_listed_once_in_alphabetical_order() -> None:
    pairs = line_rules().filter(rule="contradictory modifiers")
    assert pairs.filter(pl.col("code") >= pl.col("value")).is_empty()
