"""The models: what follows from the loaded rows, each table filled by one SELECT, in an order read from them.

A model is one file below ``auditlib/sql/models``. It fills the table of its own name; or, with ``fills`` and
``part``, some rows of a table that files fill too. A model that reads such a table only as files filled it
says so in ``loaded``. With ``start`` its table begins as a copy of another, and the SELECT, which reads the
table itself, is repeated until it changes no row. ``cut`` names the column by which rows can be cut apart.
``needs`` names tables: where none of them has a row, the model makes none, and is not run.
``for: checks`` marks what only checks read: a load leaves it empty, and the next run of the checks fills it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from importlib.resources import files

import polars as pl

from auditlib.errors import BadInputError
from auditlib.schema import ALL_TABLES, REF_TABLES, Table
from auditlib.schema.mart import MODEL_BUILD, UNFINISHED
from auditlib.schema.ref import DENIAL_REASON
from auditlib.warehouse.cuts import CUTS
from auditlib.warehouse.header import read_header, refuse
from auditlib.warehouse.store import Writer, read_sql

_REQUIRED = ("title", "row", "key", "rule")
_OPTIONAL = ("source", "fills", "part", "loaded", "start", "cut", "shared", "needs", "for")
_CHECKS = "checks"
# Denial reasons are left out: loading them rebuilds what payers answered.
_CODE_SETS = frozenset(table.full_name for table in REF_TABLES) - {DENIAL_REASON.full_name}


@dataclass(frozen=True, slots=True)
class Model:
    """One model as its file declares it.

    Parameters
    ----------
    name
        Name of the file, without its ending.
    title
        What the table holds.
    row
        What one row is.
    key
        Columns that tell its rows apart.
    rule
        How the rows follow from what the model reads.
    source
        Whose rule it is; empty where it is the project's own.
    table
        The table it fills, as ``core.claim_chain``.
    part
        Condition of the rows that it owns in a table which files fill too; empty where it owns all.
    loaded
        Tables of which it reads only the rows that files gave.
    start
        Table that its own begins as; empty unless it is repeated.
    cut
        Key by which its rows can be rebuilt apart; empty where they cannot.
    shared
        Column of a table, as ``mart.adjustment_class.reason_day_id``, which says who has each of its rows;
        empty where each row is of one key.
    needs
        Tables of which one has a row where the model makes any; empty where nothing is said of it.
    is_for_checks
        Only checks read it, themselves or through others.
    depends_on
        Tables that it reads, its own left out, in alphabetical order.
    path
        The file, below ``auditlib``.
    """

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    rule: str
    source: str
    table: str
    part: str
    loaded: tuple[str, ...]
    start: str
    cut: str
    shared: str
    needs: tuple[str, ...]
    is_for_checks: bool
    depends_on: tuple[str, ...]
    path: str

    @property
    def query(self) -> str:
        """Its SELECT, as `Warehouse.query` takes it."""
        return f"models/{self.name}"

    @property
    def code_sets(self) -> tuple[str, ...]:
        """The tables of code sets that it reads itself; without those of denial reasons."""
        return tuple(name for name in self.depends_on if name in _CODE_SETS)

    @property
    def sql_sha256(self) -> str:
        """SHA-256 of its file: tells whether its rows were made by this SELECT or by an earlier one."""
        return sha256(read_sql(self.query).encode()).hexdigest()


# What a query says of itself and what it compares with names no table.
_NOT_SQL = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"", re.DOTALL)
_NAMED = re.compile(rf"\b(?:{'|'.join(sorted({table.schema for table in ALL_TABLES}))})\s*\.\s*\w+")


@cache
def tables_read(sql: str) -> tuple[str, ...]:
    """Return the tables of a schema that a query reads, as ``core.claim``, in alphabetical order."""
    named = _NAMED.findall(_NOT_SQL.sub("", sql.lower()))
    return tuple(sorted({"".join(name.split()) for name in named}))


def parse_model(file_name: str, sql: str) -> Model:
    """Read one model file.

    Raises
    ------
    BadInputError
        If its header is wrong, or the table that it fills has no contract.
    """
    entries = read_header(file_name, sql, required=_REQUIRED, optional=_OPTIONAL)
    values = {key: value for key, (value, _) in entries.items()}
    name = file_name.removesuffix(".sql")
    named = {table.name: table.full_name for table in ALL_TABLES if table.schema != "ref"}
    table = values.get("fills", named.get(name, ""))
    if table not in _contracts():
        line = entries.get("fills", ("", 1))[1]
        refuse(file_name, line, f"it fills no table of the contracts: '{table or name}'", "a table's name")
    if ("part" in values) != ("fills" in values):
        refuse(file_name, 1, "'fills' and 'part' go together", "the table, and the rows of it that are made")
    if values.get("cut", "") not in {"", *CUTS}:
        refuse(
            file_name,
            entries["cut"][1],
            f"'{values['cut']}' cuts nothing",
            f"one of {', '.join(sorted(CUTS))}",
        )
    if values.get("for", _CHECKS) != _CHECKS:
        refuse(
            file_name,
            entries["for"][1],
            f"'{values['for']}' is unknown",
            f"'for: {_CHECKS}', or no such line",
        )
    start = values.get("start", "")
    return Model(
        name=name,
        title=values["title"],
        row=values["row"],
        key=_listed(values["key"]),
        rule=values["rule"],
        source=values.get("source", ""),
        table=table,
        part=values.get("part", ""),
        loaded=_listed(values.get("loaded", "")),
        start=start,
        cut=values.get("cut", ""),
        shared=values.get("shared", ""),
        needs=_listed(values.get("needs", "")),
        is_for_checks="for" in values,
        depends_on=tuple(sorted(_all_read(sql, table, values.get("part", ""), start))),
        path=f"sql/models/{file_name}",
    )


def _all_read(sql: str, table: str, part: str, start: str) -> set[str]:
    """Return what a model reads to make its rows, to begin, and to know which rows are its own."""
    owned = tables_read(f"select 1 as one from {table} where {part}") if part else ()
    return {*tables_read(sql), *owned, *_listed(start)} - {table}


def in_order(unordered: Iterable[Model]) -> tuple[Model, ...]:
    """Order models so that each comes after all that it reads; what is free to choose goes by name.

    Raises
    ------
    BadInputError
        If models read each other in a circle.
    """
    by_name = {model.name: model for model in sorted(unordered, key=lambda model: model.name)}
    sorter = TopologicalSorter(
        {name: sorted(_upstream(model, by_name.values())) for name, model in by_name.items()}
    )
    try:
        return tuple(by_name[name] for name in sorter.static_order())
    except CycleError as error:
        message = f"Models read each other in a circle: {' < '.join(error.args[1])}."
        hint = "A model that reads only what files gave to a table says so: '-- loaded: core.encounter'."
        raise BadInputError(message, hint=hint) from error


@cache
def models() -> tuple[Model, ...]:
    """Return every model, in the order in which they are built."""
    folder = files("auditlib").joinpath("sql", "models")
    return in_order(
        parse_model(entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )


def run(
    writer: Writer, *, changed: Collection[str] | None = None, wanted: Collection[str] | None = None
) -> None:
    """Rebuild the models in order, whole.

    Parameters
    ----------
    writer
        The transaction in which it happens.
    changed
        Only the models that read one of these tables, themselves or through others, or own rows of one, and
        those that a version of auditlib with another SELECT built, or none; by default all.
    wanted
        Only the models that fill one of these tables or feed one that does; by default all.

    Raises
    ------
    StoreError
        If a repeated model does not come to rest.
    """
    _run(writer, to_rebuild(writer, changed, wanted))


def run_outdated(writer: Writer, *, wanted: Collection[str]) -> None:
    """Rebuild, whole, what another SELECT than this version's made, or of other code sets, and what follows.

    Parameters
    ----------
    writer
        The transaction in which it happens.
    wanted
        Only the models that fill one of these tables or feed one that does; what else follows is made when it
        is wanted.

    Raises
    ------
    StoreError
        If a repeated model does not come to rest.
    """
    reached = _chosen((), None, _outdated(writer) | _of_other_code_sets(writer))
    chosen = _chosen((), wanted, {model.name for model in reached})
    _run(writer, chosen)
    _forget_build(writer, [model for model in reached if model not in chosen])


def _run(writer: Writer, chosen: Collection[Model]) -> None:
    forget(writer, chosen)
    for model in chosen:
        build_whole(writer, model)
    record_build(writer, chosen)


def to_rebuild(
    writer: Writer, changed: Collection[str] | None, wanted: Collection[str] | None
) -> tuple[Model, ...]:
    """Return the models that `run` rebuilds, in their order."""
    return _chosen(changed, wanted, _outdated(writer) if changed is not None else set())


def record_build(writer: Writer, chosen: Iterable[Model]) -> None:
    """Record that this version's SELECTs made the rows of some models."""
    _record(writer, {model.name: model.sql_sha256 for model in chosen})


def mark_unfinished(writer: Writer, chosen: Iterable[Model]) -> None:
    """Record that rows of some models are being made, and that nothing may read them yet."""
    _record(writer, dict.fromkeys((model.name for model in chosen), UNFINISHED))


def drop_unfinished(writer: Writer) -> None:
    """Forget what is still unfinished after a rebuild: models of another version, which are no more."""
    writer.delete_where(MODEL_BUILD, f"sql_sha256 = '{UNFINISHED}'")


def outdated_tables(writer: Writer) -> set[str]:
    """Return the tables whose rows another version's SELECT made."""
    built = _built(writer)
    return {model.table for model in models() if built.get(model.name, model.sql_sha256) != model.sql_sha256}


def _record(writer: Writer, marks: Mapping[str, str]) -> None:
    code_sets = _code_sets(writer)
    built = pl.DataFrame(
        {
            "model": list(marks),
            "sql_sha256": list(marks.values()),
            "code_sets": [code_sets.get(name) for name in marks],
        },
        schema=MODEL_BUILD.polars_schema,
    )
    writer.remove(MODEL_BUILD, built.select("model"))
    writer.append(MODEL_BUILD, built)


def build_whole(writer: Writer, model: Model) -> None:
    """Put the rows of a model in the place of all that it owns; of part of a table, they are gone already."""
    table = contract(model.table)
    if makes_nothing(writer, model):
        if not model.part:
            writer.clear(table)
    elif model.start:
        writer.derive_repeatedly(table, model.query, start=contract(model.start))
    elif model.part:
        writer.add(table, model.query)
    else:
        writer.derive(table, model.query)


def makes_nothing(writer: Writer, model: Model) -> bool:
    """Return whether no table has a row of those of which a model needs one."""
    return bool(model.needs) and not any(map(writer.has_rows, model.needs))


def needed_for(tables: Collection[str]) -> tuple[Model, ...]:
    """Return the models that fill these tables or feed one that does, in the order of building."""
    return _chosen(None, tables, ())


def loaded_rows() -> dict[Table, str]:
    """Return the tables that files and code sets fill and SQL reads, each with the condition of such rows."""
    filled = {model.table for model in models() if not model.part}
    folder = files("auditlib").joinpath("sql")
    read = {
        name
        for layer in ("models", "checks", "measures", "queries/sampling")
        for entry in folder.joinpath(*layer.split("/")).iterdir()
        if entry.name.endswith(".sql")
        for name in tables_read(entry.read_text(encoding="utf-8"))
    }
    parts: dict[str, list[str]] = {}
    for model in models():
        if model.part:
            parts.setdefault(model.table, []).append(f"coalesce(({model.part}), false)")
    return {
        _contracts()[name]: f"not ({' or '.join(parts[name])})" if name in parts else "true"
        for name in sorted(read - filled)
    }


def run_but_for_checks(writer: Writer, *, changed: Collection[str] | None = None) -> None:
    """Rebuild as `run` does, but empty what only checks read: their next run finds it outdated and builds it.

    Parameters
    ----------
    writer
        The transaction in which it happens.
    changed
        As in `run`; what only checks read is emptied where it follows from these tables.
    """
    empty_for_checks(writer, changed=changed)
    run(writer, changed=changed, wanted=tables_but_for_checks())


def tables_but_for_checks() -> set[str]:
    """Return the tables that models fill and not only checks read."""
    return {model.table for model in models() if not model.is_for_checks}


def empty_for_checks(writer: Writer, *, changed: Collection[str] | None = None) -> None:
    """Empty what only checks read and follows from these tables, or from an earlier SELECT's rows.

    The next run of the checks builds it.
    """
    outdated = _outdated(writer) if changed is not None else set()
    waiting = [model for model in _chosen(changed, None, outdated) if model.is_for_checks]
    for model in waiting:
        writer.clear(contract(model.table))
    _forget_build(writer, waiting)


def leave_to_next_rebuild(writer: Writer, *, changed: Collection[str]) -> None:
    """Let the next load, upgrade or run of the checks rebuild what follows from these tables."""
    _forget_build(writer, _chosen(changed, None, ()))


def _forget_build(writer: Writer, chosen: Iterable[Model]) -> None:
    names = [model.name for model in chosen]
    if names:
        writer.remove(MODEL_BUILD, pl.DataFrame({"model": names}))


def chosen_for_loads(changed: Collection[str], wanted: Collection[str] | None = None) -> tuple[Model, ...]:
    """Return the models, in their order, that a load fills and that these tables change."""
    return tuple(model for model in _chosen(changed, wanted, ()) if not model.is_for_checks)


def with_what_follows(changed: Collection[str]) -> set[str]:
    """Return some tables with those of the models that read them, themselves or through others."""
    return {*changed, *(model.table for model in _chosen(changed, None, ()))}


def is_up_to_date(writer: Writer) -> bool:
    """Return whether this version's SELECTs made the rows of every model that a load fills."""
    for_loads = {model.name for model in models() if not model.is_for_checks}
    return for_loads.isdisjoint(_outdated(writer))


def _outdated(writer: Writer) -> set[str]:
    """Return the names of the models whose rows this version's SELECT did not make."""
    built = _built(writer)
    return {model.name for model in models() if built.get(model.name) != model.sql_sha256}


def _built(writer: Writer) -> dict[str, str]:
    return dict(writer.query("queries/loading/model_build").select("model", "sql_sha256").iter_rows())


def _of_other_code_sets(writer: Writer) -> set[str]:
    """Return the names of the models that read code sets which have changed since, or were not noted."""
    built = dict(writer.query("queries/loading/model_build").select("model", "code_sets").iter_rows())
    return {name for name, now in _code_sets(writer).items() if now is None or built.get(name) != now}


def _code_sets(writer: Writer) -> dict[str, str | None]:
    """Return what the models that read code sets read as it is now; None where this transaction wrote one."""
    marks = writer.table_marks()
    noted: dict[str, str | None] = {}
    for model in models():
        read = {name: marks.get(name, "") for name in model.code_sets}
        if read:
            known = [f"{name} {mark}" for name, mark in read.items() if mark is not None]
            noted[model.name] = ", ".join(known) if len(known) == len(read) else None
    return noted


def forget(writer: Writer, chosen: Iterable[Model]) -> None:
    """Take out what models added to loaded tables."""
    # The latest built first: which rows are a model's own may depend on rows of an earlier one.
    for model in reversed(tuple(chosen)):
        if model.part:
            writer.delete_where(contract(model.table), model.part)


def _chosen(
    changed: Collection[str] | None, wanted: Collection[str] | None, outdated: Collection[str]
) -> tuple[Model, ...]:
    chosen = models()
    if changed is not None:
        reached, below = [], set(changed)
        for model in chosen:
            # Of part of a table, a load may have taken rows out to make way for its own.
            own = {model.table} if model.part else set()
            if model.name in outdated or not below.isdisjoint({*model.depends_on, *own}):
                reached.append(model)
                below.add(model.table)
        chosen = tuple(reached)
    if wanted is not None:
        above = set(wanted)
        for model in reversed(models()):
            if model.table in above:
                above |= set(model.depends_on) - set(model.loaded)
        chosen = tuple(model for model in chosen if model.table in above)
    return chosen


@dataclass(frozen=True, slots=True)
class ModelGraph:
    """The models with what they read and who reads them.

    Parameters
    ----------
    frame
        One row a model, in the order of building: ``model``, ``table``, ``title``, ``row``, ``key``,
        ``depends_on`` (tables) and ``read_by`` (models), with commas between the names.
    mermaid
        The picture as a Mermaid flowchart.
    """

    frame: pl.DataFrame
    mermaid: str


def model_graph() -> ModelGraph:
    """Return the graph of the models as a table and as a picture."""
    rows = [
        {
            "model": model.name,
            "table": model.table,
            "title": model.title,
            "row": model.row,
            "key": ", ".join(model.key),
            "depends_on": ", ".join(model.depends_on),
            "read_by": ", ".join(other.name for other in models() if model.table in other.depends_on),
        }
        for model in models()
    ]
    return ModelGraph(pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)), mermaid())


def mermaid() -> str:
    """Return the graph as a Mermaid flowchart: loaded tables rounded, models as boxes."""
    return "\n".join(["flowchart LR", *_nodes(), *_edges()]) + "\n"


def _nodes() -> Iterator[str]:
    filled = {model.table for model in models() if not model.part}
    for name in sorted({name for model in models() for name in model.depends_on} - filled):
        yield f"  {_node(name)}([{name}])"
    for model in models():
        if not model.part:
            yield f"  {_node(model.table)}[{model.table}]"


def _edges() -> Iterator[str]:
    for model in models():
        for name in model.depends_on:
            # What a model adds to a loaded table is drawn apart: a broken line into the table.
            arrow = "-.->" if model.part else "-->"
            yield f"  {_node(name)} {arrow} {_node(model.table)}"


def _node(table: str) -> str:
    return table.replace(".", "_")


def _upstream(model: Model, others: Iterable[Model]) -> set[str]:
    read = set(model.depends_on)
    return {
        other.name
        for other in others
        if other.name != model.name
        and other.table in read
        and not (other.part and other.table in model.loaded)
    }


def contract(name: str) -> Table:
    """Return the contract of a table, by its full name."""
    return _contracts()[name]


@cache
def _contracts() -> dict[str, Table]:
    return {table.full_name: table for table in ALL_TABLES}


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def models_page() -> str:
    """Return ``docs/models.md``: the picture, then what each model says of itself."""
    parts = [_PAGE_HEAD, f"```mermaid\n{mermaid()}```\n"]
    for model in models():
        facts = [
            ("Table", f"`{model.table}`" + (f", rows where `{model.part}`" if model.part else "")),
            ("Row", model.row),
            ("Key", ", ".join(f"`{name}`" for name in model.key)),
            ("Rule", model.rule),
            ("Source", model.source),
            ("Reads", ", ".join(f"`{name}`" for name in model.depends_on)),
            ("Built", "by a run of the checks, which alone read it" if model.is_for_checks else ""),
            ("Rebuilt apart by", f"`{model.cut}`" if model.cut else ""),
            ("Query", f"`auditlib/{model.path}`"),
        ]
        lines = [f"| {name} | {text.replace('|', '&#124;')} |" for name, text in facts if text]
        parts.append(f"## {model.name}\n\n{model.title}.\n\n| | |\n| --- | --- |\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


_PAGE_HEAD = """# Models

What follows from the loaded rows: each table is filled by one SELECT, in an order that is read from the SQL.
A load rebuilds the tables that read what it changes, themselves or through others, as far as it touches them;
where only checks read a table, their next run does.
Where *Rebuilt apart by* stands, a load runs that SELECT on copies of the rows that hang together with what it
changes: those of a control number, and of the numbers to which the payer's number on a claim or a reference
leads (`patient_control_number`), of the patients of such claims (`patient_id`), or of a remittance. If they
are more than a fifth of all, or another version's SELECT made what is there, all rows of these tables are
rebuilt: of one group of files after the other where the memory does not hold them at once. Rounded tables are
filled by files and code sets, boxes by models; a broken line adds rows to a table that files fill too.
Generated by `python -m auditlib.warehouse.graph > docs/models.md`.
"""

if __name__ == "__main__":
    import sys

    sys.stdout.write(models_page())
