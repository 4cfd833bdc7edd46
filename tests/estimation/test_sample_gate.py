"""What reviewed units of a drawn sample must be: every drawn unit once, no other, spares by the ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.audits.replacement import SPARE_REASONS
from auditlib.audits.spare_file import SPARES_ENDING, read_spare_file
from auditlib.audits.spares import SPARE_USED, SpareUse, units_looked_at
from auditlib.cli.main import main
from auditlib.errors import AuditError, BadInputError, UsageError
from auditlib.estimation.file_appraisal import FileAppraisal, appraise_file
from auditlib.sampling import Universe
from auditlib.sampling.request import SampleRequest
from auditlib.stats.estimators.attribute_appraisal import AttributeStratum, appraise_attribute_strata
from auditlib.stats.estimators.ratio_estimator import PairStratum
from auditlib.stats.estimators.regression_estimator import appraise_regression
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from auditlib.workbench import Workbench
from tests.estimation.test_estimating import amounts, review, sampled
from tests.widgets.test_sample_planner import small_workbench

NOW = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
UNITS, PER_CLASS = 240, 80
STRATA = Universe("all", stratify_by="encounter_class")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return small_workbench(tmp_path / "w")


def table(path: Path, columns: str, rows: Iterable[tuple[object, ...]]) -> Path:
    lines = [columns, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def manifest_path(bench: Workbench, name: str) -> Path:
    return bench.audit(name).manifest_path


def replaced(bench: Workbench, name: str, unit_ids: Iterable[str]) -> list[str]:
    """Return the spares that take the places of units that are not in the universe."""
    return [bench.audit(name).use_spare(unit, reason="test data").unit_in for unit in unit_ids]


def point(found: FileAppraisal) -> float:
    return found.appraisal.found.figures[0].point


# Spares: everything that was looked at counts once


def test_units_outside_count_at_zero_in_every_figure_of_a_simple_sample(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", "3", 40, spare_count=20), name="q1")
    units = sampled(bench, "q1")
    spares = replaced(bench, "q1", units[:10])
    wrong = [*units[10:16], *spares[:4]]
    review(bench, "q1", wrong)
    path = amounts(tmp_path / "a.csv", [(unit, 500.0, 380.0) for unit in wrong])
    found = bench.audit("q1").estimate(amounts=path, programme="PIM", confidence=[0.9])
    # 50 looked at, 10 of them in error, 240 in the frame: 48 units and 5,760 dollars; never 240 x 10 / 40.
    assert (found.reviewed_count, found.outside_count, found.looked_at_count) == (40, 10, 50)
    assert found.units_in_error.found.figures[0].point == pytest.approx(48)
    assert found.error_rates()[0]["rate"] == pytest.approx(0.2)
    assert found.dollars_in_error is not None
    expected = appraise_values([120.0] * 10 + [0.0] * 40, universe_count=UNITS).total
    dollars = found.dollars_in_error.found.figures[0]
    assert (dollars.point, dollars.standard_error) == pytest.approx((5760, expected.standard_error))
    assert found.dollars_in_error.demanded is not None
    assert found.dollars_in_error.demanded.demand == pytest.approx(
        expected.interval(0.9, sides="lower").lower
    )
    assert "10 of 50 units looked at are not in the universe (20.0%)" in found.paper
    assert f"Spare {spares[0]} for {units[0]}: test data." in found.paper

    # The same from the file beside the manifest, without the workspace's ledger.
    rows = [(unit, 500 if unit in wrong else 100, 380 if unit in wrong else 100) for unit in units[10:]]
    rows += [(unit, 500 if unit in wrong else 100, 380 if unit in wrong else 100) for unit in spares]
    priced = table(tmp_path / "r.csv", "unit_id,examined,audited", rows)
    appraised = appraise_file(priced, manifest=manifest_path(bench, "q1"), programme="PIM", confidence=[0.9])
    assert point(appraised) == pytest.approx(5760)
    assert "rests on 50 units, not on the 40" in appraised.paper
    counted = table(tmp_path / "c.csv", "unit_id,is_error", [(u, int(u in wrong)) for u, *_ in rows])
    assert point(appraise_file(counted, method="attribute", manifest=manifest_path(bench, "q1"))) == 48

    # The running bound looks at the same fifty.
    bound = bench.audit("q1").may_stop().bound
    assert bound.looks.select("reviewed_count", "error_count").row(-1) == (50, 10)
    assert bound.looks["rate"][-1] == pytest.approx(0.2)
    assert "10 of the units drawn are not in the universe" in bound.sentence
    notes = next(s.notes for s in bench.reports.contents("q1").sections if s.heading == "Sample")
    assert any("10 units of 50 units looked at are not in the universe" in note for note in notes)
    assert any(note.startswith(f"Spare {spares[0]} for {units[0]}, by R. Auditor") for note in notes)


def test_units_outside_count_within_their_stratum(bench: Workbench, tmp_path: Path) -> None:
    bench.samples.draw(STRATA, SampleRequest("stratified", "5", 30, spare_count=4), name="s")
    stratum_of = {unit.unit_id: unit.stratum for unit in bench.samples.manifest("s").selected}
    names = sorted(set(stratum_of.values()))
    units = sampled(bench, "s")
    first = [unit for unit in units if stratum_of[unit] == names[0]]
    spares = replaced(bench, "s", first[:3])
    assert {stratum_of[unit] for unit in spares} == {names[0]}
    wrong = [first[3], spares[0], next(unit for unit in units if stratum_of[unit] == names[1])]
    review(bench, "s", wrong)
    path = amounts(tmp_path / "a.csv", [(unit, 300.0, 200.0) for unit in wrong])
    found = bench.audit("s").estimate(amounts=path)
    # 13 looked at in the first stratum, 10 in each other: 80 x 2/13 + 80 x 1/10.
    assert found.units_in_error.found.figures[0].point == pytest.approx(80 * 2 / 13 + 8)
    assert found.dollars_in_error is not None
    assert found.dollars_in_error.found.figures[0].point == pytest.approx(100 * (80 * 2 / 13 + 8))
    expected = appraise_attribute_strata(
        [AttributeStratum(2, 13, 80), AttributeStratum(1, 10, 80), AttributeStratum(0, 10, 80)]
    ).total
    assert found.units_in_error.found.figures[0].standard_error == pytest.approx(expected.standard_error)


def test_a_spare_that_is_outside_too_counts_as_well(bench: Workbench, tmp_path: Path) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", "3", 10, spare_count=4), name="q1")
    units = sampled(bench, "q1")
    spare = replaced(bench, "q1", units[:1])[0]
    second = replaced(bench, "q1", [spare])[0]
    rows = [(unit, int(unit == second)) for unit in [*units[1:], second]]
    path = table(tmp_path / "c.csv", "unit_id,is_error", rows)
    found = appraise_file(path, method="attribute", manifest=manifest_path(bench, "q1"))
    assert point(found) == pytest.approx(UNITS / 12)


@given(
    places=st.lists(st.integers(0, 11), max_size=6),
    values=st.lists(st.integers(0, 500), min_size=20, max_size=20),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_unit_looked_at_counts_once(
    drawn_bench: Workbench, places: list[int], values: list[int]
) -> None:
    manifest = drawn_bench.samples.manifest("q1")
    order = [unit.unit_id for unit in manifest.selected]
    current, uses, used = order[:12], [], 12
    for place in places:
        use = SpareUse(current[place], order[used], "all units", "test data", "R. Auditor", NOW)
        uses.append(use)
        current[place], used = order[used], used + 1
    looked = units_looked_at(manifest, uses)
    # Oracle: the first units of the draw, as many as were ever looked at; those replaced are outside.
    assert list(looked) == order[: 12 + len(uses)]
    assert [unit for unit, belongs in looked.items() if not belongs] == [
        unit for unit in looked if unit in {use.unit_out for use in uses}
    ]
    result = dict(zip(order, values, strict=False))
    total = sum(result[unit] for unit, belongs in looked.items() if belongs)
    expanded = appraise_values(
        [float(result[unit]) if belongs else 0.0 for unit, belongs in looked.items()], universe_count=UNITS
    ).total.point
    assert expanded == pytest.approx(UNITS * total / (12 + len(uses)))


@pytest.fixture
def drawn_bench(bench: Workbench) -> Workbench:
    bench.samples.draw(Universe("all"), SampleRequest("simple", "3", 12, spare_count=8), name="q1")
    return bench


def test_ratios_take_the_charge_of_a_unit_that_is_outside(bench: Workbench, tmp_path: Path) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", "3", 20, spare_count=5), name="q1")
    frame = bench.universes.frame(Universe("all")).frame
    charge = {unit: float(paid) for unit, paid in frame.select("unit_id", "charge_amount").iter_rows()}
    units = sampled(bench, "q1")
    spares = replaced(bench, "q1", units[:4])
    kept = [*units[4:], *spares]
    rows = [(unit, charge[unit], 0 if unit in kept[:5] else charge[unit]) for unit in kept]
    path = table(tmp_path / "r.csv", "unit_id,examined,audited", rows)
    found = appraise_file(path, method="ratio", manifest=manifest_path(bench, "q1"))
    regression = appraise_file(path, method="regression", manifest=manifest_path(bench, "q1"))
    pairs = [(charge[unit] * (unit in kept[:5]), charge[unit]) for unit in [*units, *spares]]
    expected = appraise_regression(
        [PairStratum([value for value, _ in pairs], [base for _, base in pairs], UNITS)],
        base_total=sum(charge.values()),
    )
    assert point(regression) == pytest.approx(expected.point)
    looked = sum(charge[unit] for unit in [*units, *spares])
    share = sum(charge[unit] for unit in kept[:5]) / looked
    assert point(found) == pytest.approx(share * sum(charge.values()))


@pytest.mark.parametrize(
    "reason",
    [
        "record missing",
        "Chart not found",
        "could not locate documentation",
        "no records",
        "provider refused",
        "the practice did not respond",
        "no response from the hospital",
        "lost chart",
        "Dr. A. would not send the record",
    ],
)
def test_a_record_that_nobody_gave_is_no_reason_for_a_spare(drawn_bench: Workbench, reason: str) -> None:
    audit, unit = drawn_bench.audit("q1"), sampled(drawn_bench, "q1")[0]
    for words in ({"reason": reason}, {"reason": "not paid", "note": reason}):
        with pytest.raises(UsageError, match="missing, lost or refused is never replaced") as refused:
            audit.use_spare(unit, **words)
        assert "audit record q1 --encounter E --status missing" in str(refused.value.hint)
    assert not audit.spare_uses()


@pytest.mark.parametrize(
    "reason", ["", "not a visit", "too complex", "refused", "reviewer on leave", "other"]
)
def test_only_listed_reasons_let_a_spare_in(drawn_bench: Workbench, reason: str) -> None:
    audit, unit = drawn_bench.audit("q1"), sampled(drawn_bench, "q1")[0]
    with pytest.raises(UsageError, match="reason") as refused:
        audit.use_spare(unit, reason=reason)
    assert all(known in str(refused.value.hint) for known in SPARE_REASONS)
    assert "status missing" in str(refused.value.hint)
    assert not audit.spare_uses()


@pytest.mark.parametrize(
    ("reason", "note"),
    [
        ("not paid", "missing from the paid claims file; the payer refused it"),
        ("Other-Dates", "service of 2019"),
        ("duplicate", "the same visit as C12"),
        ("test data", ""),
    ],
)
def test_a_listed_reason_is_recorded_with_its_note(drawn_bench: Workbench, reason: str, note: str) -> None:
    audit, unit = drawn_bench.audit("q1"), sampled(drawn_bench, "q1")[0]
    use = audit.use_spare(unit, reason=reason, note=note)
    assert use.reason == reason.lower().replace("-", " ")
    assert use.note == note
    assert use.why == (f"{use.reason}: {note}" if note else use.reason)
    assert read_spare_file(audit.manifest_path, audit.manifest) == [use]


@pytest.mark.parametrize("note", ["two\nlines", "x" * 301])
def test_a_note_is_one_line(drawn_bench: Workbench, note: str) -> None:
    with pytest.raises(UsageError, match="note on a spare"):
        drawn_bench.audit("q1").use_spare(sampled(drawn_bench, "q1")[0], reason="duplicate", note=note)


def test_an_old_ledger_with_a_reason_in_free_text_still_reads(drawn_bench: Workbench) -> None:
    audit = drawn_bench.audit("q1")
    unit, spare = (
        sampled(drawn_bench, "q1")[0],
        next(one.unit_id for one in audit.manifest.selected if one.role == "spare"),
    )
    payload = {"unit_out": unit, "unit_in": spare, "stratum": "all units", "reason": "not a visit",
               "manifest_sha256": audit.manifest.content_sha256}  # fmt: skip
    drawn_bench.workspace.ledger().append(
        kind=SPARE_USED, audit="q1", subject=unit, actor="R. Auditor", payload=payload, recorded_at=NOW
    )
    (use,) = audit.spare_uses()
    assert (use.unit_in, use.reason, use.note, use.why) == (spare, "not a visit", "", "not a visit")
    audit.write_spare_file()
    assert read_spare_file(audit.manifest_path, audit.manifest) == [use]


# The file of spares


def test_the_file_of_spares_is_the_ledgers_and_shows_edits(drawn_bench: Workbench) -> None:
    audit = drawn_bench.audit("q1")
    path = audit.manifest_path.with_name(f"q1{SPARES_ENDING}")
    assert not path.exists()
    units = sampled(drawn_bench, "q1")
    spares = replaced(drawn_bench, "q1", units[:2])
    assert [use.unit_in for use in read_spare_file(audit.manifest_path, audit.manifest)] == spares
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    event = drawn_bench.audit("q1")._read_events()[-1]
    assert content["events"][-1]["hash"] == event.hash

    def refused(change: dict[str, Any], words: str) -> None:
        path.write_text(json.dumps(content | change), encoding="utf-8")
        with pytest.raises(BadInputError, match=words):
            read_spare_file(audit.manifest_path, audit.manifest)

    refused({"sample": "another"}, "changed after it was written")
    refused({"events": content["events"][:1]}, "changed after it was written")
    refused({"format": "auditlib spare uses 9"}, "not of the format")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BadInputError, match="cannot be read"):
        read_spare_file(audit.manifest_path, audit.manifest)

    # Signing the edited file anew does not sign the ledger's event.
    from auditlib.audits.spare_file import _own_sha256  # noqa: PLC0415 - what a forger would use

    forged = [{**content["events"][0], "subject": units[5]}]
    unsigned = {key: value for key, value in content.items() if key != "content_sha256"} | {"events": forged}
    refused(unsigned | {"content_sha256": _own_sha256(unsigned)}, "its hash does not sign")
    # A use in the middle that is left out shows, because spares are used in the order drawn.
    unsigned["events"] = content["events"][1:]
    refused(unsigned | {"content_sha256": _own_sha256(unsigned)}, "not the next one")


def test_uses_that_do_not_follow_the_draw_are_refused(drawn_bench: Workbench) -> None:
    manifest = drawn_bench.samples.manifest("q1")
    first, second, *_ = (unit.unit_id for unit in manifest.selected)
    spares = [unit.unit_id for unit in manifest.selected if unit.role == "spare"]

    def use(unit_out: str, unit_in: str) -> SpareUse:
        return SpareUse(unit_out, unit_in, "all units", "test data", "R. Auditor", NOW)

    for uses, words in (
        ([use(first, spares[1])], "not the next one"),
        ([use(first, second)], "not the next one"),
        ([use(first, spares[0]), use(first, spares[1])], "not under review"),
        ([use(spares[0], spares[1])], "not under review"),
    ):
        with pytest.raises(BadInputError, match=words):
            units_looked_at(manifest, uses)


# The gate


def test_only_the_drawn_units_pass(drawn_bench: Workbench, tmp_path: Path) -> None:
    manifest = manifest_path(drawn_bench, "q1")
    units = sampled(drawn_bench, "q1")
    spare = next(u.unit_id for u in drawn_bench.samples.manifest("q1").selected if u.role == "spare")
    stranger = next(
        f"E{n:03}"
        for n in range(UNITS)
        if f"E{n:03}" not in {u.unit_id for u in drawn_bench.samples.manifest("q1").selected}
    )
    rows = [(unit, 0) for unit in units]

    def refused(given: list[tuple[str, int]], words: str, method: str = "variable") -> None:
        path = table(tmp_path / "r.csv", "unit_id,value", given)
        with pytest.raises(AuditError, match=words):
            appraise_file(path, method=method, manifest=manifest)

    refused(rows[1:], f"1 of 12 units of the sample are not in r.csv, as {units[0]}")
    refused([*rows, rows[0]], "more than once")
    refused([*rows, (stranger, 0)], "not in the sample")
    refused([*rows[1:], (spare, 0)], f"spares without a use in the ledger, as {spare}")
    refused([*rows, (spare, 0)], "spares without a use in the ledger")
    refused(rows, "'stratified' is not for that design", method="stratified")
    # Once the ledger admits the spare, the unit that left needs no row, and may have none in error.
    replaced(drawn_bench, "q1", units[:1])
    refused([(units[0], 5), *rows[1:], (spare, 0)], "not in the universe, and has an error")
    for listed in ([*rows, (spare, 0)], [*rows[1:], (spare, 0)]):
        path = table(tmp_path / "ok.csv", "unit_id,value", listed)
        moments = appraise_file(path, manifest=manifest).appraisal.found.moments
        assert moments is not None
        assert moments.value_count == 13


def test_an_edited_manifest_is_refused(drawn_bench: Workbench, tmp_path: Path) -> None:
    manifest = manifest_path(drawn_bench, "q1")
    path = table(tmp_path / "r.csv", "unit_id,value", [(unit, 0) for unit in sampled(drawn_bench, "q1")])
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"unit_count": 240', '"unit_count": 2400'), encoding="utf-8")
    with pytest.raises(BadInputError, match="changed after it was written"):
        appraise_file(path, manifest=manifest)


@pytest.mark.parametrize("stated", [239, 241, 5000])
def test_a_stated_universe_is_the_frame(drawn_bench: Workbench, tmp_path: Path, stated: int) -> None:
    manifest = manifest_path(drawn_bench, "q1")
    path = table(tmp_path / "r.csv", "unit_id,value", [(unit, 1) for unit in sampled(drawn_bench, "q1")])
    assert point(appraise_file(path, manifest=manifest, universe_count=UNITS)) == UNITS
    with pytest.raises(UsageError, match=f"stated with {stated:,} units; the frame of the sample holds 240"):
        appraise_file(path, manifest=manifest, universe_count=stated)
    with pytest.raises(BadInputError, match="has the universe_count '500'; it was drawn with '240'"):
        rows = [(unit, 1, 500) for unit in sampled(drawn_bench, "q1")]
        appraise_file(table(tmp_path / "u.csv", "unit_id,value,universe_count", rows), manifest=manifest)


def test_strata_are_those_of_the_draw(bench: Workbench, tmp_path: Path) -> None:
    bench.samples.draw(STRATA, SampleRequest("stratified", "5", 30), name="s")
    manifest = manifest_path(bench, "s")
    selected = bench.samples.manifest("s").selected
    rows = [(u.unit_id, u.stratum, 80, n % 5) for n, u in enumerate(selected)]
    columns = "unit_id,stratum,universe_count,value"
    plain = appraise_file(
        table(tmp_path / "p.csv", columns, rows), method="stratified", manifest=manifest, universe_count=240
    )
    values = [
        ValueStratum([float(row[3]) for row in rows if row[1] == name], 80)
        for name in sorted({row[1] for row in rows})
    ]
    assert point(plain) == pytest.approx(appraise_strata(values).total.point)
    other = next(row[1] for row in rows if row[1] != rows[0][1])
    moved = [(rows[0][0], other, *rows[0][2:]), *rows[1:]]
    with pytest.raises(BadInputError, match=f"has the stratum '{other}'; it was drawn with '{rows[0][1]}'"):
        appraise_file(table(tmp_path / "m.csv", columns, moved), method="stratified", manifest=manifest)
    larger = [(*row[:2], 800, row[3]) for row in rows]
    with pytest.raises(BadInputError, match="has the universe_count '800'"):
        appraise_file(table(tmp_path / "l.csv", columns, larger), method="stratified", manifest=manifest)

    # Counts per unit: the strata are the manifest's.
    errors = table(tmp_path / "e.csv", "unit_id,is_error", [(row[0], int(row[3] == 0)) for row in rows])
    counted = appraise_file(errors, method="attribute-stratified", manifest=manifest)
    counts = [
        AttributeStratum(sum(row[3] == 0 for row in rows if row[1] == name), 10, 80)
        for name in sorted({row[1] for row in rows})
    ]
    assert point(counted) == pytest.approx(appraise_attribute_strata(counts).total.point)


def test_a_stratum_without_a_sampled_unit_is_shown_as_not_covered(bench: Workbench, tmp_path: Path) -> None:
    frame = bench.universes.frame(Universe("all")).frame.sort("charge_amount")
    charge = {unit: float(paid) for unit, paid in frame.select("unit_id", "charge_amount").iter_rows()}
    # The dearest units are a stratum of their own, of which a sample of three takes none.
    dearest = max(charge.values())
    covered = {unit: paid for unit, paid in charge.items() if paid < dearest}
    request = SampleRequest(
        "stratified",
        "5",
        3,
        allocation="proportional",
        minimum_per_stratum=0,
        dollar_strata=str(dearest),
    )
    manifest = bench.samples.draw(Universe("all"), request, name="s")
    assert [stratum.sample_count for stratum in manifest.strata].count(0) == 1
    uncovered = next(stratum for stratum in manifest.strata if not stratum.sample_count)
    units = sampled(bench, "s")
    review(bench, "s", units)
    path = amounts(tmp_path / "a.csv", [(unit, 300.0, 200.0) for unit in units])
    found = bench.audit("s").estimate(amounts=path)
    assert (found.unit_count, found.not_covered) == (len(covered), (uncovered.stratum,))
    assert found.units_in_error.found.figures[0].point == pytest.approx(len(covered))
    assert f"Not covered: stratum '{uncovered.stratum}' of {uncovered.unit_count} unit" in found.paper
    rows = table(tmp_path / "r.csv", "unit_id,value", [(unit, 100) for unit in units])
    appraised = appraise_file(rows, method="stratified", manifest=manifest_path(bench, "s"))
    assert point(appraised) == pytest.approx(100 * len(covered))
    assert "Not covered" in appraised.paper
    whole = table(tmp_path / "w.csv", "unit_id,examined,audited", [(unit, charge[unit], 0) for unit in units])
    ratio = appraise_file(whole, method="ratio", manifest=manifest_path(bench, "s"))
    assert point(ratio) == pytest.approx(sum(covered.values()))
    with pytest.raises(UsageError, match="strata of it are not covered"):
        appraise_file(whole, method="ratio", manifest=manifest_path(bench, "s"), base_total=9e5)


# Without a manifest


@pytest.mark.parametrize(
    ("method", "columns", "rows"),
    [
        ("stratified", "stratum,universe_count,value", "a,100,5 a,100,0 b,50,9 b,50,1"),
        ("post-stratified", "stratum,universe_count,value", "a,100,5 a,100,0 b,50,9 b,50,1"),
        (
            "attribute-stratified",
            "stratum,item_count,sample_count,universe_count",
            "a,2,20,100 b,1,20,50",
        ),
        ("attribute-stratified", "stratum,universe_count,is_error", "a,100,1 a,100,0 b,50,0 b,50,1"),
        ("ratio", "stratum,universe_count,base,value", "a,100,5,1 a,100,6,0 b,50,7,2 b,50,6,2"),
        ("cluster", "stratum,universe_count,cluster,value", "a,100,p,1 a,100,q,0 b,50,r,2 b,50,s,2"),
        (
            "attribute-cluster",
            "stratum,universe_count,item_count,element_count",
            "a,100,1,4 a,100,2,5 b,50,1,3 b,50,0,4",
        ),
        (
            "stratified-multistage",
            "stratum,universe_count,primary,size,value",
            "a,100,p,2,1 a,100,p,2,3 a,100,q,1,0 b,50,r,1,2 b,50,s,1,2",
        ),
        ("variable", "universe_count,value", "150,5 150,0 150,9"),
        ("rhc", "size,group_size,group_count,value", "5,50,75,1 6,60,75,2"),
    ],
)
def test_a_universe_that_the_file_contradicts_is_refused(
    tmp_path: Path, method: str, columns: str, rows: str
) -> None:
    path = table(tmp_path / "r.csv", columns, ((row,) for row in rows.split()))
    assert appraise_file(path, method=method, universe_count=150).appraisal.found.figures
    with pytest.raises(UsageError, match="hold 150 units; the universe is stated with 500"):
        appraise_file(path, method=method, universe_count=500)


def test_what_is_stated_is_never_ignored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chances = table(tmp_path / "u.csv", "inclusion_probability,value", [(0.5, 1), (0.25, 2), (0.1, 0)])
    with pytest.raises(UsageError, match="no part in it"):
        appraise_file(chances, method="unequal", universe_count=500)
    strata = table(
        tmp_path / "s.csv", "stratum,base,value", [("a", 5, 1), ("a", 6, 0), ("b", 7, 2), ("b", 6, 2)]
    )
    for method in ("ratio", "stratified"):
        with pytest.raises(UsageError, match="does not say how many units each holds"):
            appraise_file(strata, method=method, universe_count=500)
    post = table(
        tmp_path / "p.csv", "stratum,universe_count,value", [("a", 100, 5), ("a", 100, 0), ("b", 50, 9)]
    )
    with pytest.raises(UsageError, match="has no row in the file"):
        appraise_file(post, method="post-stratified")
    with pytest.raises(UsageError, match="sample of several strata"):
        appraise_file(post, method="variable", universe_count=150)
    assert main(["ratstats", "appraise", str(post), "--method", "stratified", "--universe", "500"]) == 2
    assert "universe is stated with 500" in capsys.readouterr().err
