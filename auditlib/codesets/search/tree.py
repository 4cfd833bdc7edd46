"""The code tree of each code system: header codes, with long lists grouped by their start."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codes import shown_code

_MOST_TOGETHER: Final = 60
_GROUP_MARK: Final = "*"
_NO_END: Final = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node of the tree.

    Parameters
    ----------
    code_system
        The code system.
    key
        The code, or for a group the common start with an asterisk: ``E*``.
    description
        The title; of a group, its first and last code.
    is_billable
        None for a group.
    is_leaf
        True if it has no children.
    """

    code_system: str
    key: str
    description: str
    is_billable: bool | None
    is_leaf: bool


class CodeTree:
    """The code trees of all code systems.

    Parameters
    ----------
    codes
        Rows of ``ref.code``.
    date
        Only codes in force on this day; by default each code in its latest release.
    """

    def __init__(self, codes: pl.DataFrame, *, date: dt.date | None = None) -> None:
        if date is not None:
            last = pl.col("effective_to").fill_null(_NO_END)
            codes = codes.filter(pl.col("effective_from") <= date, last >= date)
        latest = (
            codes.select(
                "code_system", "code", "long_description", "is_billable", "parent_code", "effective_from"
            )
            .sort("code_system", "code", "effective_from")
            .unique(["code_system", "code"], keep="last", maintain_order=True)
        )
        known = latest.select("code_system", parent_code="code", is_known=pl.lit(value=True))
        # Children of an unknown parent are shown at the top.
        placed = latest.join(known, on=["code_system", "parent_code"], how="left", maintain_order="left")
        parent = pl.when(pl.col("is_known")).then("parent_code")
        parents = (
            placed.select("code_system", code=parent, is_parent=pl.lit(value=True)).drop_nulls().unique()
        )
        self._codes = (
            placed.with_columns(parent_code=parent)
            .join(parents, on=["code_system", "code"], how="left", maintain_order="left")
            .with_columns(is_leaf=pl.col("is_parent").is_null())
            .select("code_system", "code", "long_description", "is_billable", "parent_code", "is_leaf")
        )

    def systems(self) -> list[str]:
        """Return the code systems that have codes."""
        return self._codes["code_system"].unique(maintain_order=True).to_list()

    def children(self, code_system: str, key: str = "") -> list[TreeNode]:
        """Return the children of a code or group, or by default the top of a system."""
        of_system = self._codes.filter(pl.col("code_system") == code_system)
        if key and not key.endswith(_GROUP_MARK):
            return [
                _node(row) for row in of_system.filter(pl.col("parent_code") == key).iter_rows(named=True)
            ]
        start = key.removesuffix(_GROUP_MARK)
        top = of_system.filter(pl.col("parent_code").is_null(), pl.col("code").str.starts_with(start))
        if top.height <= _MOST_TOGETHER:
            return [_node(row) for row in top.iter_rows(named=True)]
        length = _splitting_length(top["code"], len(start))
        groups = top.group_by(pl.col("code").str.slice(0, length).alias("start"), maintain_order=True).agg(
            first=pl.first("code"),
            last=pl.last("code"),
            count=pl.len(),
            title=pl.first("long_description"),
            is_billable=pl.first("is_billable"),
            is_leaf=pl.first("is_leaf"),
        )
        return [_group(code_system, row) for row in groups.iter_rows(named=True)]

    def path(self, code_system: str, code: str) -> list[str]:
        """Return the keys from the top of the tree down to a code; empty if it is not in the tree."""
        of_system = self._codes.filter(pl.col("code_system") == code_system)
        parents = dict(of_system.select("code", "parent_code").iter_rows())
        if code not in parents:
            return []
        line = [code]
        # Parents in a cycle must not cause an endless loop.
        while (above := parents.get(line[0])) is not None and above not in line:
            line.insert(0, above)
        groups: list[str] = []
        while True:
            nodes = self.children(code_system, groups[-1] if groups else "")
            inside = next(
                (
                    node.key
                    for node in nodes
                    if node.is_billable is None and line[0].startswith(node.key.removesuffix(_GROUP_MARK))
                ),
                None,
            )
            if inside is None:
                return [*groups, *line]
            groups.append(inside)


def _splitting_length(codes: pl.Series, length: int) -> int:
    """Return the shortest prefix length that distinguishes some of the codes."""
    longest = int(codes.str.len_chars().max() or 0)  # type: ignore[arg-type]  # polars types max() widely
    return next(
        (more for more in range(length + 1, longest + 1) if codes.str.slice(0, more).n_unique() > 1), longest
    )


def _group(code_system: str, row: dict[str, object]) -> TreeNode:
    if row["count"] == 1:
        return _node(
            {**row, "code_system": code_system, "code": row["first"], "long_description": row["title"]}
        )
    return TreeNode(
        code_system=code_system,
        key=f"{row['start']}{_GROUP_MARK}",
        description=" to ".join(shown_code(code_system, str(row[end])) for end in ("first", "last")),
        is_billable=None,
        is_leaf=False,
    )


def _node(row: dict[str, object]) -> TreeNode:
    return TreeNode(
        code_system=str(row["code_system"]),
        key=str(row["code"]),
        description=str(row["long_description"]),
        is_billable=bool(row["is_billable"]),
        is_leaf=bool(row["is_leaf"]),
    )
