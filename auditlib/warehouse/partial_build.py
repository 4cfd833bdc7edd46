"""Rebuild of what a load touches: the SELECTs of the models, on copies of the touched rows.

There is no second version of a rule: a model's SELECT reads, in the place of each table that its cut takes
apart, a temporary copy of the rows of the touched keys, and what it makes takes the place of their rows.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from auditlib.schema import Table
from auditlib.schema.core import CLAIM_ENCOUNTER, ENCOUNTER, ENCOUNTER_CODE
from auditlib.warehouse import graph
from auditlib.warehouse.cuts import CUTS, Cut
from auditlib.warehouse.graph import Model
from auditlib.warehouse.store import Writer, read_sql

_MADE = "made_by_model"
# The tables to which files and models give rows, by the same key.
_FILLED_BY_BOTH = (ENCOUNTER.full_name, ENCOUNTER_CODE.full_name)


def run_touched(writer: Writer, *, changed: Collection[str], wanted: Collection[str] | None = None) -> None:
    """Rebuild of the models that a load fills the rows of the touched keys; those without a cut, whole.

    What only checks read is emptied, as `graph.run_but_for_checks` does.

    Parameters
    ----------
    writer
        The transaction, in which `auditlib.warehouse.touched` listed the keys.
    changed
        Only the models that read one of these tables, themselves or through others, or own rows of one.
    wanted
        Only the models that fill one of these tables or feed one that does; by default all.
    """
    if wanted is None:
        graph.empty_for_checks(writer, changed=changed)
    rebuild_touched(writer, graph.chosen_for_loads(changed, wanted))


def rebuild_touched(writer: Writer, chosen: Collection[Model]) -> None:
    """Rebuild of some models, in their order, the rows of the touched keys; those without a cut, whole."""
    build = _PartialBuild(writer)
    build.forget(chosen)
    for model in chosen:
        build.build(model)
    build.drop_copies()


class _PartialBuild:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._copies: dict[str, dict[str, str]] = {name: {} for name in CUTS}

    def forget(self, chosen: Collection[Model]) -> None:
        """Take out what models added to loaded tables, of the touched keys."""
        # The latest built first: which rows are a model's own may depend on rows of an earlier one.
        for model in reversed(tuple(chosen)):
            if model.part:
                table, cut = graph.contract(model.table), CUTS[model.cut]
                same_key = {name: self._copied(cut, graph.contract(name)) for name in _FILLED_BY_BOTH}
                self._writer.delete_copied(table, same_key[table.full_name], model.part, same_key)

    def build(self, model: Model) -> None:
        """Rebuild one model."""
        table = graph.contract(model.table)
        if not model.cut or graph.makes_nothing(self._writer, model):
            graph.build_whole(self._writer, model)
            return
        cut = CUTS[model.cut]
        # Where all that is made is right, it is at once the copy that later models read.
        is_copy = cut.read is cut.made and not model.part and not model.shared
        made = cut.copy_of(table) if is_copy else _MADE
        copies = self._read_in_place(model, cut)
        if model.start:
            start = graph.contract(model.start)
            self._writer.derive_copy_repeatedly(made, table, model.query, copies, start=start)
        else:
            self._writer.derive_copy(made, table, model.query, copies)
        if model.shared:
            self._put_shared(model, table, cut)
        elif model.part:
            self._writer.add_copied(table, made)
            self._writer.add_to_copy(copies[table.full_name], table, made)
        else:
            self._put(table, cut, made)
        if is_copy:
            self._copies[cut.name][table.full_name] = made
        else:
            self._writer.drop_kept(_MADE)

    def _put(self, table: Table, cut: Cut, made: str) -> None:
        """Put rows in the place of those of the same keys."""
        conditions = cut.makes(table)
        for each in conditions:
            self._writer.delete_where(table, each)
        self._writer.add_copied(table, made, ("true",) if cut.read is cut.made else conditions)
        if table is CLAIM_ENCOUNTER:
            # Encounters that were not there before.
            self._writer.list_keys(cut.read["encounter_id"], "encounter_id", made, "true")

    def _put_shared(self, model: Model, table: Table, cut: Cut) -> None:
        """Put rows that several keys share: one stays as long as a row of another key has it."""
        holder_name, column = model.shared.rsplit(".", 1)
        (of_touched,) = cut.makes(graph.contract(holder_name))
        self._writer.delete_where(table, f"{column} in (select {column} from {_MADE})")
        self._writer.add_copied(table, _MADE)
        left = (
            f"select {column} from {holder_name} where {of_touched} and {column} is not null "
            f"except select {column} from {_MADE}"
        )
        if self._writer.count(f"({left})"):
            others = f"select {column} from {holder_name} where not ({of_touched}) and {column} is not null"
            self._writer.delete_where(table, f"{column} in ({left} except {others})")

    def _read_in_place(self, model: Model, cut: Cut) -> dict[str, str]:
        """Return the copies that a model reads in the place of tables, made where they are not yet."""
        read = {*graph.tables_read(read_sql(model.query)), *filter(None, [model.start])}
        if model.part:
            read.add(model.table)
        elif model.start:
            read.discard(model.table)
        tables = [graph.contract(name) for name in sorted(read)]
        return {table.full_name: self._copied(cut, table) for table in tables if cut.reads(table)}

    def _copied(self, cut: Cut, table: Table) -> str:
        copies = self._copies[cut.name]
        if table.full_name not in copies:
            copy, conditions = cut.copy_of(table), cut.reads(table)
            source = table.full_name
            if cut.is_within(table) and table.full_name not in _made_tables():
                source = self._copied(CUTS[cut.within], table)
            self._writer.copy_rows(copy, source, conditions)
            copies[table.full_name] = copy
        return copies[table.full_name]

    def drop_copies(self) -> None:
        """Drop all copies."""
        for copies in self._copies.values():
            for copy in copies.values():
                self._writer.drop_kept(copy)
            copies.clear()


@cache
def _made_tables() -> frozenset[str]:
    return frozenset(model.table for model in graph.models())
