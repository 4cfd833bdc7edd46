"""Demand letters: right ones give no finding, each planted mistake gives that finding and no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.estimation.demand_letter import DemandLetter, check_letter
from auditlib.estimation.demand_letter.critique import KINDS
from auditlib.estimation.demand_letter.form import NOT_STATED
from auditlib.estimation.demand_letter.recomputed import mean_rounded
from auditlib.stats.estimators.programmes import Programme
from tests.estimation.letters import cents, right_letter, stated, way_of

QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 10_000)


def kinds(letter: DemandLetter) -> list[str]:
    return [finding.kind for finding in check_letter(letter).findings]


@QUICK
@given(
    seed=SEEDS,
    strata=st.integers(1, 3),
    programme=st.sampled_from(["PIM", "OIG", "SDP", "CIA", "CERT", "RADV"]),
    has_list=st.booleans(),
    in_dollars=st.booleans(),
    has_seed=st.booleans(),
    taken=st.sampled_from([0.0, 12.5]),
)
def test_a_right_letter_gives_no_finding(
    *, seed: int, strata: int, programme: str, has_list: bool, in_dollars: bool, has_seed: bool, taken: float
) -> None:
    letter = right_letter(seed, strata=strata, programme=programme, has_list=has_list)
    if not has_seed:
        letter = replace(letter, seeds={})
    letter = stated(replace(letter, sample=(replace(letter.sample[0], recouped=taken), *letter.sample[1:])))
    if in_dollars:
        claimed = {name: Decimal(round(value)) for name, value in letter.claimed.items()}
        letter = replace(letter, claimed=claimed)
    critique = check_letter(letter)
    assert critique.findings == ()
    assert critique.mended_demand == pytest.approx(way_of(letter).demand())
    assert "follows from the numbers" in critique.follows[0]


def _wrong_point(letter: DemandLetter) -> DemandLetter:
    wrong = {name: letter.claimed[name] + 1000 for name in ("point", "limit", "demand")}
    return replace(letter, claimed={**letter.claimed, **wrong})


def _by_way(**changes: object) -> Callable[[DemandLetter], DemandLetter]:
    return lambda letter: stated(letter, replace(way_of(letter), **changes))  # type: ignore[arg-type]


def _duplicate(letter: DemandLetter) -> DemandLetter:
    first = max(letter.sample, key=lambda unit: unit.overpaid)
    rest = [unit for unit in letter.sample if unit != first]
    place = next(number for number, unit in enumerate(rest) if unit.stratum == first.stratum)
    return stated(replace(letter, sample=(first, first, *rest[:place], *rest[place + 1 :])))


def _duplicate_in_universe(letter: DemandLetter) -> DemandLetter:
    assert letter.universe is not None
    twice = letter.universe[0]
    counts = {**letter.counts, twice.stratum: letter.counts[twice.stratum] + 1}
    # The list grows at its end, so that the numbers that were drawn stay.
    seeds: dict[str, float] = {}
    universe = (*letter.universe, replace(twice, frame_number=counts[twice.stratum]))
    return stated(replace(letter, counts=counts, universe=universe, seeds=seeds, software="SAS"))


def _strange(letter: DemandLetter) -> DemandLetter:
    stranger = replace(letter.sample[0], unit_id="X1", frame_number=None)
    return stated(replace(letter, sample=(stranger, *letter.sample[1:])))


def _in_universe_too(letter: DemandLetter, **changes: object) -> DemandLetter:
    changed = replace(letter.sample[0], **changes)  # type: ignore[arg-type]
    universe = tuple(changed if unit.unit_id == changed.unit_id else unit for unit in letter.universe or ())
    return stated(replace(letter, sample=(changed, *letter.sample[1:]), universe=universe))


def _taken_back(letter: DemandLetter) -> DemandLetter:
    taken = replace(letter, sample=(replace(letter.sample[0], recouped=25.0), *letter.sample[1:]))
    return stated(taken, replace(way_of(taken), recouped=0.0))


def _unit_amount(letter: DemandLetter) -> DemandLetter:
    first = letter.sample[0]
    wrong = replace(first, overpaid=first.overpaid + 10, allowed=first.allowed)
    return stated(replace(letter, sample=(wrong, *letter.sample[1:])))


def _other_seed(letter: DemandLetter) -> DemandLetter:
    return replace(letter, seeds={name: seed + 1 for name, seed in (letter.seeds or {}).items()})


def _count(letter: DemandLetter) -> DemandLetter:
    name = next(iter(letter.counts))
    more = {**letter.counts, name: letter.counts[name] + 40}
    return stated(replace(letter, counts=more, software="SAS"))


PLANTED: dict[str, list[Callable[[DemandLetter], DemandLetter]]] = {
    "precondition": [lambda letter: replace(letter, precondition=NOT_STATED)],
    "draw": [_other_seed],
    "counts": [_count],
    "duplicate": [_duplicate, _duplicate_in_universe],
    "not of the universe": [_strange],
    "outside of the period": [lambda letter: _in_universe_too(letter, service_date=dt.date(2023, 12, 31))],
    "zero-paid units": [lambda letter: _in_universe_too(letter, paid=0.0, overpaid=0.0, allowed=0.0)],
    "unit amounts": [_unit_amount],
    "arithmetic": [
        _wrong_point,
        lambda letter: replace(letter, claimed={**letter.claimed, "demand": letter.claimed["demand"] + 77}),
        lambda letter: replace(letter, claimed={**letter.claimed, "overpaid_amount": Decimal("1.23")}),
        lambda letter: replace(letter, claimed={**letter.claimed, "standard_error": Decimal("1.23")}),
    ],
    "netting": [_by_way(netting="overpayments only"), _by_way(netting="gross")],
    "level": [_by_way(confidence=0.95, sides="two-sided"), _by_way(confidence=0.90, sides="two-sided")],
    "demand": [_by_way(figure="point estimate")],
    "offset": [_taken_back],
}


@QUICK
@given(seed=SEEDS, strata=st.integers(1, 2), data=st.data())
@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_mistake_is_found_alone(kind: str, seed: int, strata: int, data: st.DataObject) -> None:
    plant = data.draw(st.sampled_from(PLANTED[kind]))
    letter = plant(right_letter(seed, strata=strata))
    assert set(kinds(letter)) == {kind}


@QUICK
@given(seed=SEEDS)
def test_z_where_t_belongs(seed: int) -> None:
    right = right_letter(seed)
    letter = stated(right, replace(way_of(right), rule="z"))
    (finding,) = check_letter(letter).findings
    assert finding.kind == "limit rule"
    assert finding.effect == pytest.approx(
        float(letter.claimed["demand"] - right.claimed["demand"]), abs=0.02
    )


@QUICK
@given(seed=SEEDS)
def test_strata_left_out_ignored_or_without_units(seed: int) -> None:
    right = right_letter(seed, strata=3)
    way = way_of(right)
    left_out = stated(right, replace(way, units=tuple(unit for unit in way.units if unit.stratum != "S1")))
    assert set(kinds(left_out)) == {"missing stratum"}
    # All units of the sample, as if it were a simple one.
    flat = replace(
        way,
        units=tuple(replace(unit, stratum="") for unit in way.units),
        counts={"": sum(way.counts.values())},
    )
    assert set(kinds(stated(right, flat))) == {"ignored strata"}
    without = stated(replace(right, sample=tuple(unit for unit in right.sample if unit.stratum != "S1")))
    assert set(kinds(without)) == {"missing stratum"}
    assert right.universe is not None
    unlisted = replace(right, counts={name: count for name, count in right.counts.items() if name != "S1"})
    unlisted = replace(unlisted, sample=tuple(unit for unit in right.sample if unit.stratum != "S1"))
    assert set(kinds(stated(unlisted))) == {"missing stratum"}


def test_every_kind_is_planted() -> None:
    assert {*PLANTED, "limit rule", "missing stratum", "ignored strata"} == set(KINDS)


def test_three_mistakes_are_three_findings_with_their_dollars() -> None:
    right = right_letter(20, strata=1)
    way = way_of(right)
    taken = replace(right, sample=(replace(right.sample[0], recouped=150.0), *right.sample[1:]))
    used = replace(way, confidence=0.80, sides="lower", netting="overpayments only")
    letter = stated(taken, used)
    critique = check_letter(letter)
    assert [finding.kind for finding in critique.findings] == ["netting", "level", "offset"]
    mended = replace(way, recouped=150.0).demand()
    assert critique.mended_demand == pytest.approx(mended)
    by_kind = {finding.kind: finding.effect for finding in critique.findings}
    assert by_kind["offset"] == 150.0
    assert by_kind["level"] == pytest.approx(
        used.demand() - replace(used, confidence=0.90).demand(), abs=0.01
    )
    assert cents(float(letter.claimed["demand"])) == cents(used.demand())
    assert critique.does_not_follow[0].startswith("The demand of $")


@pytest.mark.parametrize("plant", [PLANTED["precondition"][0], _other_seed])
def test_without_precondition_or_draw_the_sample_alone_follows(
    plant: Callable[[DemandLetter], DemandLetter],
) -> None:
    critique = check_letter(plant(right_letter(11)))
    assert not critique.may_extrapolate
    assert critique.follows[0].startswith("In the sample itself $")
    assert "would follow" in critique.follows[1]
    assert critique.does_not_follow[1].startswith("Any extrapolation")
    (finding,) = critique.findings
    assert finding.effect == pytest.approx(
        float(critique.letter.claimed["demand"]) - critique.sample_amount, abs=0.01
    )


def test_a_limit_below_what_the_sample_found_is_no_mistake() -> None:
    right = right_letter(3)
    few = tuple(replace(unit, overpaid=0.0, allowed=unit.paid) for unit in right.sample[1:])
    letter = stated(replace(right, sample=(right.sample[0], *few), universe=None))
    assert kinds(letter) == []


def test_usual_choices_are_notes_and_no_mistakes() -> None:
    right = right_letter(6)
    plain = stated(right, replace(way_of(right), with_correction=False))
    critique = check_letter(plain)
    assert critique.findings == ()
    assert critique.notes[0].startswith("The limit is without the finite population correction")
    strata = right_letter(7, strata=2)
    student = check_letter(stated(strata, replace(way_of(strata), rule="t")))
    assert student.findings == ()
    assert student.notes == ("The limit of the strata together is Student's, as SAS and R have it.",)
    # A mean that was rounded to the cent before it was multiplied.
    way = way_of(right)
    rounded = mean_rounded(way) - way.estimate().point
    assert abs(rounded) > 0.01
    moved = {name: right.claimed[name] + cents(rounded) for name in ("point", "limit", "demand")}
    assert check_letter(replace(right, claimed={**right.claimed, **moved})).findings == ()


def test_a_ratio_estimate_is_not_known() -> None:
    right = right_letter(8)
    assert right.universe is not None
    base = sum(unit.paid or 0 for unit in right.universe)
    ratio = sum(unit.overpaid for unit in right.sample) / sum(unit.paid or 0 for unit in right.sample)
    letter = replace(right, claimed={**right.claimed, "point": cents(ratio * base)})
    assert set(kinds(letter)) == {"arithmetic"}


def test_a_contract_has_its_own_rule_and_no_precondition() -> None:
    contract = Programme(
        "contract", "gross", "point estimate", 0.9, "lower", None, "error-in-full", "The contract"
    )
    letter = stated(replace(right_letter(9), programme=contract, precondition=NOT_STATED))
    assert kinds(letter) == []
    zero = replace(letter.sample[0], paid=0.0, allowed=0.0, overpaid=0.0)
    assert kinds(stated(replace(letter, sample=(zero, *letter.sample[1:])))) == []


def test_what_cannot_be_checked_is_said() -> None:
    bare = right_letter(4, has_list=False)
    units = tuple(
        replace(unit, paid=None, allowed=None, frame_number=None, service_date=None) for unit in bare.sample
    )
    critique = check_letter(replace(bare, sample=units, period=None, software="SAS"))
    assert critique.findings == ()
    assert len(critique.not_checked) == 4
