"""The folder ``rules`` of a workspace: what rules it holds, and what of it is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.checks.own_rules.rule_query import QueryRule, read_query_rule
from auditlib.checks.own_rules.rule_table import RejectedRow, TableRule, read_rule_table
from auditlib.checks.registry import all_checks
from auditlib.errors import BadInputError

FOLDER: Final = "rules"
CASES_SUFFIX: Final = ".cases"
_TABLES: Final = frozenset({".csv", ".xlsx"})


@dataclass(frozen=True, slots=True)
class OwnRules:
    """The rules of a workspace.

    Parameters
    ----------
    table_rules, query_rules
        Those of tables, and those in SQL.
    rejected
        Rows that are no rule, and files that are none (row 0).
    """

    table_rules: tuple[TableRule, ...] = ()
    query_rules: tuple[QueryRule, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all rules."""
        return (
            *(rule.rule_id for rule in self.table_rules),
            *(rule.check.id for rule in self.query_rules),
        )


def read_own_rules(root: Path) -> OwnRules:
    """Read the rules of a workspace: a wrong row or file is rejected with its reason, the others hold.

    Parameters
    ----------
    root
        The folder of the workspace.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return OwnRules()
    taken = {check.id for check in all_checks()}
    table_rules: list[TableRule] = []
    query_rules: list[QueryRule] = []
    rejected: list[RejectedRow] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.stem.endswith(CASES_SUFFIX):
            continue
        try:
            if path.suffix.lower() in _TABLES:
                rules, wrong = read_rule_table(path, taken_ids=taken)
                table_rules += rules
                rejected += wrong
                taken |= {rule.rule_id for rule in rules}
            elif path.suffix.lower() == ".sql":
                rule = read_query_rule(path, taken_ids=taken)
                query_rules.append(rule)
                taken.add(rule.check.id)
        except BadInputError as error:
            rejected.append(RejectedRow(path.name, 0, error.message, error.hint or ""))
    return OwnRules(tuple(table_rules), tuple(query_rules), tuple(rejected))
