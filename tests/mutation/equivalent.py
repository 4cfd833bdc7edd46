"""Changes of a query that by the rules of SQL cannot change its answer: no mutants are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

_NULL_MAKES_NOT_TRUE: Final = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like, exp.Not, exp.Paren),
)
_NULL_MAKES_NULL: Final = (
    *(
        exp.Cast,
        exp.Paren,
        exp.Not,
        exp.In,
        exp.Between,
        exp.Length,
        exp.Lower,
        exp.Substring,
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Neg,
    ),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like),
)


def asks_more_of_a_joined_row(join: exp.Join) -> bool:
    """Return True if a later inner join or the WHERE takes out all that this inner join takes out.

    A left join in its place gives rows of nulls, of which a comparison with one of its columns is never true.
    """
    if join.side:
        return False
    query = join.parent
    assert isinstance(query, exp.Select)
    joins = query.args["joins"]
    place = next(number for number, other in enumerate(joins) if other is join)
    asked = [other.args["on"] for other in joins[place + 1 :] if not other.side and other.args.get("on")]
    if where := query.args.get("where"):
        asked.append(where.this)
    name = join.alias_or_name
    return any(_fails_for_null(part, name) for condition in asked for part in _parts(condition))


def stands_for_null_in_a_group(literal: exp.Literal) -> bool:
    """Return True for the last value of a COALESCE in a PARTITION BY: it only names the group of nulls."""
    coalesce = literal.parent
    if not isinstance(coalesce, exp.Coalesce) or not coalesce.expressions:
        return False
    window = coalesce.parent
    is_part = isinstance(window, exp.Window) and coalesce in window.args.get("partition_by", ())
    return is_part and coalesce.expressions[-1] is literal


def is_never_equal(comparison: exp.Expr) -> bool:
    """Return True if one side ends in a tilde, as no code does: its boundary is met by nothing."""
    sides = (comparison.args.get("this"), comparison.args.get("expression"))
    return any(isinstance(side, exp.Concat) and _is_tilde(side.expressions[-1]) for side in sides)


def only_names_what_no_code_has(literal: exp.Literal) -> bool:
    """Return True for the tilde after a last code, or signs to strip: a further tilde changes nothing."""
    parent = literal.parent
    if isinstance(parent, exp.Trim):
        return parent.expression is literal
    return isinstance(parent, exp.Concat) and _is_tilde(literal) and is_never_equal(parent.parent or parent)


def stands_for_no_modifiers(literal: exp.Literal) -> bool:
    """Return True for what stands for no modifiers before a pattern that begins with a blank."""
    coalesce = literal.parent
    asked = coalesce.parent if isinstance(coalesce, exp.Coalesce) and literal.name == "" else None
    if not isinstance(asked, exp.Like | exp.RegexpLike) or asked.this is not coalesce:
        return False
    return asked.expression.is_string and asked.expression.name.removeprefix("%").startswith(" ")


def _is_tilde(value: exp.Expr) -> bool:
    return isinstance(value, exp.Literal) and value.is_string and value.name == "~"


def _parts(condition: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And):
        yield from _parts(condition.this)
        yield from _parts(condition.expression)
    else:
        yield condition


def _fails_for_null(condition: exp.Expr, name: str) -> bool:
    if isinstance(condition, exp.Not) and isinstance(condition.this, exp.Is):
        return isinstance(condition.this.expression, exp.Null) and _is_null_with(condition.this.this, name)
    if isinstance(condition, exp.Or):
        return _fails_for_null(condition.this, name) and _fails_for_null(condition.expression, name)
    if isinstance(condition, exp.And):
        return any(_fails_for_null(part, name) for part in _parts(condition))
    if isinstance(condition, exp.Case):
        results = [*(branch.args["true"] for branch in condition.args["ifs"]), condition.args["default"]]
        return all(result is not None and _fails_for_null(result, name) for result in results)
    asked = condition.this if isinstance(condition, exp.In | exp.Between | exp.Not | exp.Paren) else condition
    return isinstance(condition, (exp.Column, *_NULL_MAKES_NOT_TRUE)) and _is_null_with(asked, name)


def _is_null_with(value: exp.Expr, name: str) -> bool:
    """Return True if a value is null wherever the columns of a joined table are."""
    if isinstance(value, exp.Column):
        return value.table == name
    return isinstance(value, _NULL_MAKES_NULL) and any(
        _is_null_with(part, name) for part in value.iter_expressions()
    )
