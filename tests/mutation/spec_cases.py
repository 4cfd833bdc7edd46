"""What the spec tests of the checks ask: run once by pytest, then without it for each mutant."""

from __future__ import annotations

import inspect
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

import duckdb
import polars as pl
import pytest

from auditlib.checks import Check, all_checks, check_named
from auditlib.checks.check_query import whole_check
from auditlib.checks.runner import judge
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.connection import DuckConnection
from tests.checks import cases as spec_tests
from tests.checks.beside_a_copy import without_copies
from tests.checks.cases import Judge, Result, Rows

_TABLE = re.compile(r"\b(core|ref)\.(\w+)")
_SUMMARY_COLUMNS = ("outcome", "eligible_count", "not_checked_count", "not_checked_reason")
_MOST_SECONDS = 20.0
_FOLDER = Path(__file__).parents[1] / "checks"


@dataclass(eq=False)
class SpecCase:
    """One test: how to call it again, and each check that it judged, with tables and answer."""

    name: str
    call: Callable[[Judge], None]
    checks: list[str] = field(default_factory=list)
    tables: list[Mapping[str, pl.DataFrame]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)


class Recorder:
    """A plugin of pytest: keeps of each test that judges what it asked, and leaves out the others.

    Parameters
    ----------
    check_ids
        Checks whose tests are wanted: one that names only others is left out.
    """

    def __init__(self, check_ids: set[str]) -> None:
        self.cases: list[SpecCase] = []
        self._check_ids = check_ids
        self._case: SpecCase | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if is_spec_case(item) and self._may_ask(item)]

    def _may_ask(self, item: pytest.Item) -> bool:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        for text in (repr(parameters), inspect.getsource(item.obj)):
            if named := {check.id for check in all_checks() if check.id in text}:
                return not self._check_ids.isdisjoint(named)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._case = SpecCase(item.nodeid, call_again(item))
        with patch.object(spec_tests, "judge", self._run_and_keep):
            done = yield
        self.cases.append(self._case)
        return done

    def _run_and_keep(self, writer: Writer, checks: Sequence[Check]) -> None:
        judge(writer, checks)
        assert self._case is not None
        select = writer._connection.select
        for check in checks:
            read = graph.tables_read(whole_check(check))
            self._case.checks.append(check.id)
            self._case.tables.append({name: select(f"select * from {name}", None) for name in read})
        asked = {"check_id": check.id}
        summary = select("select * from mart.finding_summary where check_id = $check_id", asked).to_dicts()[0]
        findings = select(
            "select * from mart.finding where check_id = $check_id order by finding_number", asked
        ).to_dicts()
        self._case.results.append(
            Result(
                **{name: summary[name] for name in _SUMMARY_COLUMNS},
                findings=findings,
            )
        )


def is_spec_case(item: pytest.Item) -> bool:
    """Return True if a test asks a check by the ``judge``, or by a function of `tests.checks.cases`."""
    fixtures = getattr(item, "fixturenames", ())
    is_asking = (
        not {"judged", "all_judged"}.isdisjoint(item.obj.__globals__) if "warehouse" in fixtures else False
    )
    return "judge" in fixtures or is_asking


def call_again(item: pytest.Item) -> Callable[[Judge], None]:
    """Return what calls a test with another judge.

    A test that fills a warehouse itself takes a stand-in for it, and its checks are those of the judge.
    """
    function = item.obj
    arguments = dict(item.funcargs)
    given = {name: arguments[name] for name in item._fixtureinfo.argnames if name != "judge"}
    if "judge" in item._fixtureinfo.argnames:
        return lambda judge: function(
            judge=lambda check_id, tables: without_copies(check_id, judge(check_id, tables)), **given
        )

    def call(judge: Judge) -> None:
        def all_judged(_warehouse: Warehouse, check_ids: Sequence[str]) -> dict[str, Result]:
            return {check_id: judge(check_id, {}) for check_id in check_ids}

        own = {"all_judged": all_judged} if "all_judged" in function.__globals__ else {}
        with patch.object(spec_tests, "all_judged", all_judged), patch.dict(function.__globals__, own):
            function(**{**given, "warehouse": MagicMock()})

    return call


def record(check_ids: set[str]) -> list[SpecCase]:
    """Run the spec tests of some checks once and return what they ask.

    Raises
    ------
    RuntimeError
        If one of them fails: mutants say nothing then.
    """
    modules = [
        str(path)
        for path in sorted(_FOLDER.glob("test_*.py"))
        if any(check_id in path.read_text(encoding="utf-8") for check_id in check_ids)
    ]
    recorder = Recorder(check_ids)
    make = Warehouse.in_memory

    def planned_as_written() -> Warehouse:
        warehouse = make()
        # Of tables with a few rows, the plan takes more time than the answer.
        with warehouse._open(read_only=False) as connection:
            connection.execute("pragma disable_optimizer", None)
        return warehouse

    with patch.object(Warehouse, "in_memory", planned_as_written):
        code = pytest.main([*modules, "-q", "--no-header", "-p", "no:cacheprovider"], plugins=[recorder])
    if code != pytest.ExitCode.OK:
        message = "The spec tests fail without any mutant."
        raise RuntimeError(message)
    return recorder.cases


class Bench:
    """The recorded tables of one check in one database, and the answers of any form of its query.

    Parameters
    ----------
    check_id
        The check.
    cases
        What the spec tests asked; those that ask other checks only take no part.
    """

    def __init__(self, check_id: str, cases: list[SpecCase]) -> None:
        self.check = check_named(check_id)
        self.cases = [case for case in cases if check_id in case.checks and _is_repeatable(case)]
        self._connection = duckdb.connect(config={"threads": 1})
        # Of tables with a few rows, the plan takes more time than the answer.
        self._connection.execute("pragma disable_optimizer")
        self._numbers: dict[tuple[int, int], int] = {}
        self._own: dict[int, list[_Row]] = {}
        self._kills: Counter[int] = Counter()
        self._seconds: dict[int, float] = {}
        for case in self.cases:
            started = time.perf_counter()
            for place, tables in enumerate(case.tables):
                if case.checks[place] == check_id:
                    self._fill(case, place, tables)
            case.call(_answering(case))
            self._seconds[id(case)] = time.perf_counter() - started
        self._order_cases()

    def _fill(self, case: SpecCase, place: int, tables: Mapping[str, pl.DataFrame]) -> None:
        number = len(self._numbers)
        self._numbers[id(case), place] = number
        lender = DuckConnection(self._connection)
        for name, frame in tables.items():
            lender.show(f"{name.replace('.', '__')}__{number}", frame)
        rows = self._rows(number, whole_check(self.check))
        assert rows is not None
        assert self._result(rows) == case.results[place], "the tool does not count as the runner does"
        self._own[number] = rows

    def is_killed(self, sql: str) -> bool:
        """Return True if a spec test fails with this form of the query, or it takes far too long."""
        timer = threading.Timer(_MOST_SECONDS, self._connection.interrupt)
        timer.start()
        try:
            killer = next((case for case in self.cases if not self._passes(case, sql)), None)
        finally:
            timer.cancel()
        if killer is None:
            return False
        # What killed many mutants in little time is likely to kill the next.
        self._kills[id(killer)] += 1
        self._order_cases()
        return True

    def _order_cases(self) -> None:
        self.cases.sort(key=lambda case: self._seconds[id(case)] / (1 + self._kills[id(case)]))

    def _passes(self, case: SpecCase, sql: str) -> bool:
        answers: dict[int, list[_Row] | None] = {
            place: self._rows(self._numbers[id(case), place], sql)
            for place, check_id in enumerate(case.checks)
            if check_id == self.check.id
        }
        if all(rows == self._own[self._numbers[id(case), place]] for place, rows in answers.items()):
            return True
        asked = iter(range(len(case.checks)))

        def judge(_check_id: str, _tables: Mapping[str, Rows]) -> Result:
            place = next(asked)
            if place not in answers:
                return case.results[place]
            rows = answers[place]
            if rows is None:
                message = "The query does not run."
                raise RuntimeError(message)
            return self._result(rows)

        try:
            case.call(judge)
        except Exception:  # noqa: BLE001 - an assertion, or whatever a test meets in an answer that is not its own
            return False
        return True

    def _rows(self, number: int, sql: str) -> list[_Row] | None:
        """Return the rows of a form of the query on one recorded question; None where it cannot run."""
        own_tables = _TABLE.sub(lambda match: f"{match[1]}__{match[2]}__{number}", sql)
        try:
            rows = self._connection.execute(own_tables).fetchall()
        except duckdb.Error:
            return None
        return sorted(rows, key=_in_order)

    def _result(self, rows: list[_Row]) -> Result:
        """Return what `add_findings` and `add_outcomes` make of the rows of a check."""
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows if row[_ITEM] is not None]
        eligible, not_checked = (max(row[place] for row in rows) for place in (0, 1))
        outcome = "failed" if found else "passed" if eligible else "not checked" if not_checked else ""
        about = {
            "check_id": self.check.id,
            "check_version": self.check.version,
            "severity": self.check.severity,
        }
        assert len(found) <= eligible
        result = Result(
            outcome=outcome or "not applicable",
            eligible_count=eligible,
            not_checked_count=not_checked,
            not_checked_reason=f"Needs {self.check.needs}." if not_checked else None,
            findings=[
                {"finding_number": number, **about, **{name: row[name] for name in _COLUMNS[2:]}}
                for number, row in enumerate(found, start=1)
            ],
        )
        spec_tests.assert_worded(result)
        return result


def _answering(case: SpecCase) -> Judge:
    """Return a judge that gives the recorded answers again."""
    answers = iter(case.results)
    return lambda _check_id, _tables: next(answers)


def _is_repeatable(case: SpecCase) -> bool:
    """Return True if a test passes again with the answers that it had: it may ask its warehouse more."""
    try:
        case.call(_answering(case))
    except Exception:  # noqa: BLE001 - whatever a test meets in the stand-in for its warehouse
        return False
    return True


_Row = tuple[Any, ...]
_COLUMNS = (
    *("eligible_count", "not_checked_count", "claim_id", "encounter_id", "item_number", "code_system"),
    *("code", "related_code", "service_date", "detail", "release", "at_stake_amount"),
)
_ITEM = _COLUMNS.index("item_number")
_ORDER = tuple(
    _COLUMNS.index(name) for name in ("claim_id", "encounter_id", "item_number", "code", "related_code")
)


def _in_order(row: _Row) -> tuple[tuple[bool, Any], ...]:
    return tuple((row[place] is None, "" if row[place] is None else row[place]) for place in _ORDER)
