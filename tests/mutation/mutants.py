"""Mutants of one query: each with one comparison, boundary, join, condition, negation or constant changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import exp

from tests.mutation.equivalent import (
    asks_more_of_a_joined_row,
    is_never_equal,
    only_names_what_no_code_has,
    stands_for_no_modifiers,
    stands_for_null_in_a_group,
)

_COMPARISONS: Final[dict[type[exp.Expr], tuple[type[exp.Expr], ...]]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GT),
}
_LONGEST: Final = 90


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed query.

    Parameters
    ----------
    name
        Kind of change, and what became what; the second of the same name in a query ends in `` #2``.
    sql
        The whole query.
    """

    name: str
    sql: str


def mutants_of(sql: str, *, untouched: str) -> Iterator[Mutant]:
    """Yield every mutant of a query.

    Parameters
    ----------
    sql
        One SELECT in DuckDB's dialect.
    untouched
        Name of the common table expression from which on nothing is changed: the tail that all checks have.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    parts = {cte.alias: cte for cte in tree.ctes}
    texts = {name: cte.sql(dialect="duckdb") for name, cte in parts.items()}
    tail = tree.copy()
    tail.args.pop("with_").pop()
    tail_text = tail.sql(dialect="duckdb")
    seen: dict[str, int] = {}
    for cte_name, cte in parts.items():
        nodes = () if cte_name == untouched else tuple(cte.walk())
        for index, node in enumerate(nodes):
            for kind, change in _changes(node):
                # Only the changed part is written anew: writing the whole query takes most of the time.
                copy = cte.copy()
                target = next(found for number, found in enumerate(copy.walk()) if number == index)
                before = _shown(node)
                replacement = change(target)
                after = _shown(replacement) if replacement is not None else "nothing"
                name = f"{kind} in {cte_name}: {before} -> {after}"
                seen[name] = seen.get(name, 0) + 1
                changed = {**texts, cte_name: copy.sql(dialect="duckdb")}
                yield Mutant(
                    name if seen[name] == 1 else f"{name} #{seen[name]}",
                    f"WITH {', '.join(changed.values())} {tail_text}",
                )


def _shown(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


Change = Callable[[exp.Expr], exp.Expr | None]


def _changes(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    """Yield the kinds of change that a node admits, each with what makes it in a copy of the tree."""
    yield from _comparisons(node)
    yield from _conditions(node)
    yield from _negations(node)
    yield from _constants(node)


def _comparisons(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    kinds = _COMPARISONS.get(type(node), ())
    # The first of two kinds differs in the boundary only.
    for kind in kinds[1:] if len(kinds) > 1 and is_never_equal(node) else kinds:
        yield "comparison", _to_kind(kind)
    if isinstance(node, exp.Between):
        yield "boundary", _open_low
        yield "boundary", _open_high
    if isinstance(node, exp.Join) and node.args.get("on") and not asks_more_of_a_joined_row(node):
        yield "join", _other_side


def _conditions(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.And | exp.Or):
        yield "condition", _keep("this")
        yield "condition", _keep("expression")
    if isinstance(node, exp.Or):
        yield "condition", _to_kind(exp.And)
    if isinstance(node, exp.Where | exp.Having):
        yield "condition", _removed
    if isinstance(node, exp.If) and isinstance(node.parent, exp.Case) and len(node.parent.args["ifs"]) > 1:
        yield "condition", _removed


def _negations(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Not):
        yield "not", _keep("this")
    if isinstance(node, exp.In | exp.Is) and not isinstance(node.parent, exp.Not):
        yield "not", _negated
    if isinstance(node, exp.In):
        for number in range(len(node.expressions)):
            yield "constant", _without(number)


def _constants(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Boolean):
        yield "constant", lambda found: found.replace(exp.Boolean(this=not found.this))
    is_of_type = isinstance(node.parent, exp.DataTypeParam)
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.In) or is_of_type:
        return
    equal = (stands_for_null_in_a_group, only_names_what_no_code_has, stands_for_no_modifiers)
    if any(is_equal(node) for is_equal in equal):
        return
    if isinstance(node.parent, exp.Cast) and node.parent.is_type("date"):
        for days in (-1, 1):
            # The first and the last day that there is stand for none.
            if dt.date.fromisoformat(node.name) not in {dt.date.min, dt.date.max}:
                yield "boundary", _moved(days)
    elif not node.is_string:
        yield "constant", _added(1)
        if node.name not in {"0", "1"}:
            yield "constant", _added(-1)
    else:
        yield "constant", lambda found: found.replace(exp.Literal.string(f"{found.name}~"))


def _to_kind(kind: type[exp.Expr]) -> Change:
    def change(found: exp.Expr) -> exp.Expr:
        return found.replace(kind(this=found.this.copy(), expression=found.expression.copy()))

    return change


def _open_low(found: exp.Expr) -> exp.Expr:
    low = exp.GT(this=found.this.copy(), expression=found.args["low"].copy())
    high = exp.LTE(this=found.this.copy(), expression=found.args["high"].copy())
    return found.replace(exp.paren(exp.and_(low, high)))


def _open_high(found: exp.Expr) -> exp.Expr:
    low = exp.GTE(this=found.this.copy(), expression=found.args["low"].copy())
    high = exp.LT(this=found.this.copy(), expression=found.args["high"].copy())
    return found.replace(exp.paren(exp.and_(low, high)))


def _other_side(found: exp.Expr) -> exp.Expr:
    if found.args.get("side") == "LEFT":
        found.set("side", None)
        found.set("kind", "INNER")
    else:
        found.set("kind", None)
        found.set("side", "LEFT")
    return found


def _keep(part: str) -> Change:
    def change(found: exp.Expr) -> exp.Expr:
        return found.replace(exp.paren(found.args[part].copy()))

    return change


def _negated(found: exp.Expr) -> exp.Expr:
    return found.replace(exp.not_(found.copy()))


def _without(number: int) -> Change:
    def change(found: exp.Expr) -> exp.Expr:
        left = [one for place, one in enumerate(found.expressions) if place != number]
        found.set("expressions", left or [exp.Null()])
        return found

    return change


def _removed(found: exp.Expr) -> None:
    found.pop()


def _moved(days: int) -> Change:
    def change(found: exp.Expr) -> exp.Expr:
        day = dt.date.fromisoformat(found.name) + dt.timedelta(days=days)
        return found.replace(exp.Literal.string(day.isoformat()))

    return change


def _added(number: int) -> Change:
    def change(found: exp.Expr) -> exp.Expr:
        return found.replace(exp.Literal.number(str(int(float(found.name)) + number)))

    return change
