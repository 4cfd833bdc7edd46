"""Mapping files: YAML in, a checked `TableMapping` out; errors name the line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NoReturn, cast, get_args

import yaml

from auditlib.errors import BadInputError, UsageError
from auditlib.schema.contract import ColumnType, Table
from auditlib.sources.tabular.delimited import SEPARATORS, plain_name
from auditlib.sources.tabular.table_mapping import (
    Decimals,
    FieldRule,
    RangeDay,
    TableMapping,
    TableRule,
    Take,
)
from auditlib.sources.tabular.table_text import ENCODINGS
from auditlib.sources.tabular.user_tables import cells_of, list_targets, needed_cells, user_tables

LARGEST_MAPPING: Final = 1_000_000
_FILE_KEYS: Final = (
    "sheet",
    "header_row",
    "header_rows",
    "separator",
    "encoding",
    "decimal",
    "fill_down",
    "total_rows",
)
_TABLE_KEYS: Final = (
    "table",
    "sheet",
    "one_row_per",
    "once_per",
    "only_rows",
    "leave_out_rows",
    "only_filled",
    "columns",
)
_FIELD_KEYS: Final = (
    "column",
    "constant",
    "join",
    "format",
    "values",
    "empty",
    "multiply_by",
    "pad",
    "separator",
    "width",
    "has_modifiers",
    "decimal",
    "times",
    "day",
    "take",
)
_RANGE: Final = re.compile(r"(.*)\{(\d{1,3})-(\d{1,3})\}(.*)")
_WIDEST: Final = 200
_DEEPEST: Final = 20
# The parser of libyaml, where the package has it, is ten times as fast.
_LOADER: Final[type[yaml.SafeLoader | yaml.CSafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_HEADER_ROWS: Final = 4
_WORDS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "pipe": "|"}
_CELL_WORDS: Final = {**_WORDS, "blank": " ", "slash": "/", "colon": ":", "line end": "\n"}
# A row of these tables is one code, so that a cell of several gives several rows.
_LINE_TABLES: Final = frozenset({"claim_line", "remit_line"})
_CUT_TABLES: Final = frozenset(
    {"claim_diagnosis", "claim_procedure", "encounter_code", "claim_code", "adjustment", "remark"}
)
_AMOUNTS: Final = frozenset({ColumnType.MONEY, ColumnType.QUANTITY, ColumnType.DOUBLE})


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping file.

    Raises
    ------
    UsageError
        If there is no such file.
    BadInputError
        If it is not YAML or does not fit the tables; the message names the line.
    """
    if not path.is_file():
        message = f"There is no mapping file {path}."
        raise UsageError(message, hint="'auditlib load --suggest-mapping PATH' proposes one.")
    if path.stat().st_size > LARGEST_MAPPING:
        message = f"{path.name} is too large for a mapping."
        raise BadInputError(message, hint=f"At most {LARGEST_MAPPING:,} bytes of YAML.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path.name} is not UTF-8 text."
        raise BadInputError(message, hint="Save the mapping as UTF-8.") from error
    return parse_mapping(text, name=path.name)


def parse_mapping(text: str, *, name: str) -> TableMapping:
    """Return the mapping in the text of a mapping file; see `read_mapping`."""
    return _Reader(name).mapping(text)


class _Reader:
    """Walks the nodes of a mapping file; every node knows its line."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _fail(self, line: int, wrong: str, expected: str) -> NoReturn:
        message = f"{self._name}, line {line}: {wrong}."
        raise BadInputError(message, hint=f"Expected {expected}.")

    def _refuse_what_grows(self, events: Iterable[yaml.Event]) -> None:
        """Refuse aliases, which multiply what is read, and parts within parts without end."""
        depth = 0
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent):
                self._fail(1, "it uses an alias (*name)", "every part written out")
            if depth > _DEEPEST:
                self._fail(1, "its parts stand within parts too deep", "YAML as docs/loading.md shows")

    def mapping(self, text: str) -> TableMapping:
        try:
            self._refuse_what_grows(yaml.parse(text, Loader=_LOADER))
            root = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._fail(line, f"it is not YAML: {error.problem}", "YAML as docs/loading.md shows")
        except yaml.YAMLError:
            self._fail(1, "it is not YAML", "YAML as docs/loading.md shows")
        if root is None:
            self._fail(1, "it is empty", "a list under 'tables:'")
        parts = self._parts(root, ("file", "tables"), "the mapping")
        if "tables" not in parts:
            self._fail(_line(root), "there is no list under 'tables:'", "one entry for each table to fill")
        options = self._parts(parts["file"], _FILE_KEYS, "file") if "file" in parts else {}
        entries = self._items(parts["tables"], "tables")
        return TableMapping(
            _with_other_places([replace(self._table(entry), is_part=len(entries) > 1) for entry in entries]),
            header_row=self._whole(options["header_row"], "header_row") if "header_row" in options else 1,
            header_rows=self._header_rows(options["header_rows"]) if "header_rows" in options else 1,
            separator=self._separator(options["separator"]) if "separator" in options else None,
            encoding=self._word(options["encoding"], "encoding", ENCODINGS)
            if "encoding" in options
            else None,
            sheet=self._text(options["sheet"], "sheet") if "sheet" in options else None,
            decimal=self._decimal(options["decimal"]) if "decimal" in options else None,
            fill_down=self._texts(options["fill_down"], "fill_down") if "fill_down" in options else (),
            total_rows=self._total_rows(options["total_rows"]) if "total_rows" in options else {},
            finds_totals="total_rows" not in options or not _is_none(options["total_rows"]),
            name=self._name,
            line=_line(parts["file"]) if "file" in parts else 1,
        )

    def _table(self, node: yaml.Node) -> TableRule:
        parts = self._parts(node, _TABLE_KEYS, "a table")
        for needed in ("table", "columns"):
            if needed not in parts:
                self._fail(_line(node), f"a table without '{needed}:'", "'table:' and 'columns:'")
        tables, name = user_tables(), self._text(parts["table"], "table")
        if name not in tables:
            self._fail(_line(parts["table"]), f"there is no table '{name}' to fill", _one_of(tables))
        table = tables[name]
        fields = {
            target: self._field(table, target, field_node)
            for target, field_node in self._pairs(parts["columns"], "columns")
        }
        self._check_fields(table, fields, _line(parts["columns"]))
        per = self._text(parts["one_row_per"], "one_row_per") if "one_row_per" in parts else None
        if per is not None and (per not in fields or len(fields[per].columns) > 1):
            self._fail(
                _line(parts["one_row_per"]), f"one_row_per names '{per}', which 'columns:' does not fill",
                _one_of(fields),
            )  # fmt: skip
        sheet = self._text(parts["sheet"], "sheet") if "sheet" in parts else None
        chosen = {
            part: self._words_of_headers(parts[part], part) if part in parts else {}
            for part in ("only_rows", "leave_out_rows")
        }
        return TableRule(
            table,
            fields,
            one_row_per=per,
            sheet=sheet,
            once_per=self._texts(parts["once_per"], "once_per") if "once_per" in parts else (),
            only_rows=chosen["only_rows"],
            leave_out_rows=chosen["leave_out_rows"],
            only_filled=self._texts(parts["only_filled"], "only_filled") if "only_filled" in parts else (),
            line=_line(node),
        )

    def _check_fields(self, table: Table, fields: Mapping[str, FieldRule], line: int) -> None:
        is_cut = {name for name in ("code", "charge_amount") if name in fields and fields[name].separators}
        has_one_charge = "charge_amount" in fields and bool(fields["charge_amount"].headers)
        if table.name in _LINE_TABLES and is_cut == {"code"} and has_one_charge:
            self._fail(
                fields["code"].line, "several codes of a cell would repeat the charge of the line",
                "'separator:' at charge_amount too, or one code in each cell",
            )  # fmt: skip
        if missing := sorted(needed_cells(table) - set(fields)):
            self._fail(
                line, f"table {table.name} needs {', '.join(missing)}",
                "a header, a constant or a join for each",
            )  # fmt: skip
        if table.name == "claim" and not {"claim_id", "patient_control_number"} & set(fields):
            self._fail(line, "table claim needs claim_id or patient_control_number", "one of them, or both")
        counts = {len(rule.columns) for rule in fields.values() if len(rule.columns) > 1}
        if len(counts) > 1:
            self._fail(
                line, f"table {table.name} has lists of {' and '.join(map(str, sorted(counts)))} headers",
                "lists of one length: each place in them gives a row",
            )  # fmt: skip

    def _field(self, table: Table, target: str, node: yaml.Node) -> FieldRule:
        lists = list_targets(table)
        known = (*cells_of(table), *lists)
        if target not in known:
            self._fail(_line(node), f"table {table.name} has no column '{target}'", _one_of(known))
        if not isinstance(node, yaml.MappingNode):
            return FieldRule(self._headers(node, target), line=_line(node))
        parts = self._parts(node, _FIELD_KEYS, target)
        sources = [key for key in ("column", "constant", "join") if key in parts]
        if len(sources) != 1:
            self._fail(
                _line(node), f"{target} has {' and '.join(sources) or 'no column'}",
                "one of 'column:', 'constant:' and 'join:'",
            )  # fmt: skip
        rule = FieldRule(
            columns=self._headers(parts["column"], target) if "column" in parts else (),
            constant=self._text(parts["constant"], "constant") if "constant" in parts else None,
            join=self._texts(parts["join"], "join") if "join" in parts else (),
            format=self._text(parts["format"], "format") if "format" in parts else None,
            values=self._values(parts["values"]) if "values" in parts else {},
            empty=self._texts(parts["empty"], "empty") if "empty" in parts else (),
            multiply_by=self._factor(parts["multiply_by"]) if "multiply_by" in parts else None,
            pad=self._whole(parts["pad"], "pad") if "pad" in parts else None,
            separators=self._cell_separators(parts["separator"]) if "separator" in parts else (),
            width=self._whole(parts["width"], "width") if "width" in parts else None,
            has_modifiers="has_modifiers" in parts
            and self._word(parts["has_modifiers"], "has_modifiers", ("true", "false")) == "true",
            decimal=self._decimal(parts["decimal"]) if "decimal" in parts else None,
            times=self._text(parts["times"], "times") if "times" in parts else None,
            day=cast("RangeDay", self._word(parts["day"], "day", get_args(RangeDay)))
            if "day" in parts
            else None,
            take=self._take(parts["take"]) if "take" in parts else None,
            line=_line(node),
        )
        self._check_options(table, target, rule)
        return rule

    def _check_options(self, table: Table, target: str, rule: FieldRule) -> None:
        """Fail if a rule has an option that its column cannot have."""
        lists = list_targets(table)
        can_be_cut = target in lists or (table.name in _CUT_TABLES | _LINE_TABLES and bool(rule.columns))
        if (rule.separators and not can_be_cut) or (rule.width and target not in lists):
            self._fail(
                rule.line, f"{target} holds one value, and cannot be cut into several",
                f"'separator:' and 'width:' at {_one_of(lists) if lists else 'no column of this table'}, and "
                f"'separator:' in {_one_of(sorted(_CUT_TABLES))}",
            )  # fmt: skip
        if rule.has_modifiers and (target != "code" or "modifiers" not in lists):
            self._fail(rule.line, f"{target} has no modifiers", "'has_modifiers:' at a code of claim lines")
        kinds = {column.name: column.type for column in table.columns}
        if rule.decimal and kinds.get(target) not in _AMOUNTS:
            self._fail(rule.line, f"{target} is no amount", "'decimal:' at an amount or a quantity")
        if rule.times and (kinds.get(target) not in _AMOUNTS or len(rule.columns) != 1):
            self._fail(rule.line, f"{target} is no single amount", "'times:' at an amount of one column")
        is_day = kinds.get(target) is ColumnType.DATE or (target not in kinds and target.endswith("_date"))
        if rule.day and not (is_day and rule.columns):
            self._fail(rule.line, f"{target} is no day of a column", "'day:' at a date")

    def _headers(self, node: yaml.Node, target: str) -> tuple[str, ...]:
        names = self._texts(node, target)
        spread = tuple(name for pattern in names for name in _spread(pattern))
        if not 0 < len(spread) <= _WIDEST:
            self._fail(_line(node), f"{target} names {len(spread)} headers", f"1 to {_WIDEST}")
        return spread

    def _texts(self, node: yaml.Node, what: str) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(self._text(item, what) for item in node.value)
        return (self._text(node, what),)

    def _text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            self._fail(
                _line(node), f"{what} is not one word or text", "a text, in quotes where it holds : or #"
            )
        return str(node.value)

    def _whole(self, node: yaml.Node, what: str) -> int:
        text = self._text(node, what)
        if not re.fullmatch(r"[1-9]\d{0,3}", text):
            self._fail(_line(node), f"{what} is '{text[:20]}'", "a whole number from 1")
        return int(text)

    def _factor(self, node: yaml.Node) -> str:
        text = self._text(node, "multiply_by")
        try:
            factor = Decimal(text)
        except InvalidOperation:
            factor = Decimal(0)
        if not factor or not factor.is_finite():
            self._fail(_line(node), f"multiply_by is '{text[:20]}'", "a number such as 0.01 or -1")
        return text

    def _take(self, node: yaml.Node) -> Take:
        text = self._text(node, "take")
        if text not in get_args(Take):
            self._fail(_line(node), f"take is '{text[:20]}'", _one_of(get_args(Take)))
        return cast("Take", text)

    def _separator(self, node: yaml.Node) -> str:
        text = self._text(node, "separator")
        mark = _WORDS.get(text, text)
        if mark not in SEPARATORS:
            self._fail(_line(node), "separator is none that tables have", _one_of(sorted(_WORDS)))
        return mark

    def _cell_separators(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(_CELL_WORDS.get(text, text) for text in self._texts(node, "separator"))

    def _word(self, node: yaml.Node, what: str, words: Collection[str]) -> str:
        text = self._text(node, what).lower()
        if text not in words:
            self._fail(_line(node), f"{what} is '{text[:20]}'", _one_of(words))
        return text

    def _decimal(self, node: yaml.Node) -> Decimals:
        return cast("Decimals", self._word(node, "decimal", get_args(Decimals)))

    def _header_rows(self, node: yaml.Node) -> int:
        count = self._whole(node, "header_rows")
        if count > _MOST_HEADER_ROWS:
            self._fail(_line(node), f"header_rows is {count}", f"1 to {_MOST_HEADER_ROWS}")
        return count

    def _total_rows(self, node: yaml.Node) -> dict[str, tuple[str, ...]]:
        if _is_none(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self._fail(_line(node), "total_rows is neither 'none' nor 'header: [words]'", "one of the two")
        return self._words_of_headers(node, "total_rows")

    def _words_of_headers(self, node: yaml.Node, what: str) -> dict[str, tuple[str, ...]]:
        return {
            plain_name(header): tuple(word.lower() for word in self._texts(words, what))
            for header, words in self._pairs(node, what)
        }

    def _values(self, node: yaml.Node) -> dict[str, str]:
        return {key: self._text(value, "a value") for key, value in self._pairs(node, "values")}

    def _items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._fail(_line(node), f"{what} is not a list", "lines that begin with '- '")
        return list(node.value)

    def _parts(self, node: yaml.Node, known: tuple[str, ...], what: str) -> dict[str, yaml.Node]:
        parts = dict(self._pairs(node, what))
        for key, value in parts.items():
            if key not in known:
                self._fail(_line(value), f"{what} has no part '{key[:40]}'", _one_of(known))
        return parts

    def _pairs(self, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self._fail(_line(node), f"{what} is not made of 'name: value'", "lines such as 'name: value'")
        keys: set[str] = set()
        for key_node, value in node.value:
            key = self._text(key_node, "a name")
            if key in keys:
                self._fail(_line(key_node), f"{what} says '{key[:40]}' twice", "each name once")
            keys.add(key)
            yield key, value


def _is_none(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and str(node.value).lower() == "none"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _one_of(names: object) -> str:
    return f"one of {', '.join(str(name) for name in cast('list[str]', names))}"


def _spread(pattern: str) -> Iterator[str]:
    """Yield the 25 headers that one such as ``Dx {1-25}`` stands for."""
    parts = _RANGE.fullmatch(pattern)
    if parts is None:
        yield pattern
        return
    before, first, last, after = parts.groups()
    for number in range(int(first), int(last) + 1):
        yield f"{before}{number:0{len(first)}d}{after}"


def _with_other_places(rules: Sequence[TableRule]) -> tuple[TableRule, ...]:
    """Return the rules, those of lines with the others that take a line of the same records."""

    def records_of(rule: TableRule) -> tuple[object, ...]:
        kinds = (dict(rule.only_rows), dict(rule.leave_out_rows), rule.only_filled)
        return (rule.table.name, rule.sheet, *kinds)

    return tuple(
        replace(
            rule,
            other_places=tuple(
                other for other in rules if other is not rule and records_of(other) == records_of(rule)
            ),
        )
        if rule.table.name in _LINE_TABLES
        else rule
        for rule in rules
    )
