"""Levels of visits: the supported code by family, level, minutes and day of service."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.codes.visit_levels import (
    DECISION_LEVELS,
    VisitWork,
    is_visit_code,
    rule_in_words,
    visit_codes,
    visit_level,
)
from auditlib.errors import UsageError

IN_2021, IN_2023, IN_2024, IN_2025 = (dt.date(year, 6, 15) for year in (2021, 2023, 2024, 2025))
LEVELS = st.one_of(st.none(), st.sampled_from(DECISION_LEVELS))
WORK = st.builds(VisitWork, LEVELS, LEVELS, LEVELS, st.one_of(st.none(), st.integers(0, 200)))

# Family as its codes, the level of decision making that each asks for, and its minutes in 2025.
FAMILIES = {
    "99202 99203 99204 99205": ("straightforward low moderate high", (15, 30, 45, 60)),
    "99212 99213 99214 99215": ("straightforward low moderate high", (10, 20, 30, 40)),
    "99221 99222 99223": ("straightforward moderate high", (40, 55, 75)),
    "99231 99232 99233": ("straightforward moderate high", (25, 35, 50)),
    "99234 99235 99236": ("straightforward moderate high", (45, 70, 85)),
    "99242 99243 99244 99245": ("straightforward low moderate high", (20, 30, 40, 55)),
    "99252 99253 99254 99255": ("straightforward low moderate high", (35, 45, 60, 80)),
    "99304 99305 99306": ("straightforward moderate high", (25, 35, 50)),
    "99307 99308 99309 99310": ("straightforward low moderate high", (10, 20, 30, 45)),
    "99341 99342 99344 99345": ("straightforward low moderate high", (15, 30, 60, 75)),
    "99347 99348 99349 99350": ("straightforward low moderate high", (20, 30, 40, 60)),
}
EACH = [
    (codes.split(), place, asked.split()[place], minutes[place])
    for codes, (asked, minutes) in FAMILIES.items()
    for place in range(len(codes.split()))
]


@pytest.mark.parametrize(("codes", "place", "asked", "minutes"), EACH)
def test_each_code_is_reached_by_its_decision_making_and_by_its_minutes(
    codes: list[str], place: int, asked: str, minutes: int
) -> None:
    code = codes[place]
    below = codes[place - 1] if place else None
    by_decision = visit_level(code, IN_2025, VisitWork(asked, asked, "straightforward"))
    assert (by_decision.result, by_decision.supported) == ("supported", code)
    lowest = VisitWork("straightforward", "straightforward", "straightforward", minutes)
    by_time = visit_level(code, IN_2025, lowest)
    assert (by_time.result, by_time.supported) == ("supported", code)
    if place:
        assert by_time.decided_by == ("time",)
        short = visit_level(code, IN_2025, VisitWork(*["straightforward"] * 3, minutes - 1))
        assert (short.result, short.supported) == ("over", below)
        assert visit_level(below or "", IN_2025, lowest).result == "under"


@pytest.mark.parametrize("codes", [codes.split() for codes in FAMILIES])
def test_a_level_between_two_codes_supports_the_lower(codes: list[str]) -> None:
    low = visit_level(codes[1], IN_2025, VisitWork("low", "low", "low"))
    assert low.supported == (codes[1] if len(codes) == 4 else codes[0])


@pytest.mark.parametrize(
    ("code", "minutes", "in_2023", "in_2024"),
    [
        ("99306", 44, "99305", "99305"),
        ("99306", 45, "99306", "99305"),
        ("99306", 49, "99306", "99305"),
        ("99306", 50, "99306", "99306"),
        ("99308", 14, "99307", "99307"),
        ("99308", 15, "99308", "99307"),
        ("99308", 19, "99308", "99307"),
        ("99308", 20, "99308", "99308"),
    ],
)
def test_minutes_that_rose_in_2024(code: str, minutes: int, in_2023: str, in_2024: str) -> None:
    work = VisitWork(*["straightforward"] * 3, minutes)
    assert visit_level(code, dt.date(2023, 12, 31), work).supported == in_2023
    assert visit_level(code, dt.date(2024, 1, 1), work).supported == in_2024


@pytest.mark.parametrize(
    ("code", "before", "first"),
    [
        ("99203", dt.date(2020, 12, 31), dt.date(2021, 1, 1)),
        ("99211", dt.date(2020, 12, 31), dt.date(2021, 1, 1)),
        ("99222", dt.date(2022, 12, 31), dt.date(2023, 1, 1)),
        ("99284", dt.date(2022, 12, 31), dt.date(2023, 1, 1)),
        ("99309", dt.date(2022, 12, 31), dt.date(2023, 1, 1)),
    ],
)
def test_earlier_guidelines_are_said_not_to_be_covered(code: str, before: dt.date, first: dt.date) -> None:
    work = VisitWork("moderate", "moderate", "moderate")
    earlier = visit_level(code, before, work)
    assert (earlier.result, earlier.supported) == ("not covered", None)
    assert "1995/1997 guidelines, which are not covered" in earlier.sentence
    assert first.isoformat() in earlier.sentence
    assert visit_level(code, first, work).result != "not covered"


@pytest.mark.parametrize(
    ("code", "last"),
    [("99201", dt.date(2020, 12, 31)), ("99241", dt.date(2022, 12, 31)), ("99343", dt.date(2022, 12, 31))],
)
def test_numbers_that_were_given_up(code: str, last: dt.date) -> None:
    work = VisitWork("low", "low", "low")
    assert "1995/1997" in visit_level(code, last, work).sentence
    after = visit_level(code, last + dt.timedelta(days=1), work)
    assert after.result == "not covered"
    assert "was given up" in after.sentence


def test_a_code_that_is_no_visit() -> None:
    assert visit_level("71046", IN_2025, VisitWork()).result == "not covered"
    assert not is_visit_code("71046")
    assert not is_visit_code("99417")
    assert is_visit_code("99213")
    assert is_visit_code("99201")


def test_an_emergency_visit_knows_no_time() -> None:
    for level, code in zip(DECISION_LEVELS, ("99282", "99283", "99284", "99285"), strict=True):
        shown = visit_level(code, IN_2025, VisitWork(level, level, level, 1))
        assert (shown.result, shown.supported, shown.decided_by) == (
            "supported",
            code,
            ("problems", "data", "risk"),
        )
    assert visit_level("99285", IN_2025, VisitWork("low", "low", "low", 300)).supported == "99283"


@pytest.mark.parametrize(("longer", "shorter"), [("99239", "99238"), ("99316", "99315")])
def test_a_discharge_day_knows_time_only(longer: str, shorter: str) -> None:
    high = ["high"] * 3
    at_half = visit_level(longer, IN_2025, VisitWork(*high, 30))
    assert (at_half.result, at_half.supported, at_half.decided_by) == ("over", shorter, ("time",))
    assert visit_level(longer, IN_2025, VisitWork(*high, 31)).result == "supported"
    assert visit_level(shorter, IN_2025, VisitWork(minutes=31)).result == "under"
    assert visit_level(longer, IN_2025, VisitWork(*high)).result == "undetermined"
    assert visit_level(shorter, IN_2025, VisitWork()).result == "supported"


def test_a_visit_that_asks_for_neither() -> None:
    assert visit_level("99211", IN_2025, VisitWork()).result == "supported"
    assert visit_level("99211", IN_2025, VisitWork("low", "low", None)).result == "under"


def test_two_of_three_decide_and_the_second_highest_is_named() -> None:
    for order in itertools.permutations(("high", "moderate", "low")):
        shown = visit_level("99215", IN_2025, VisitWork(*order))
        assert (shown.result, shown.supported) == ("over", "99214")
        assert shown.decided_by == (("problems", "data", "risk")[order.index("moderate")],)
    assert (
        "moderate decision making (risk decides)"
        in visit_level("99214", IN_2025, VisitWork("high", "low", "moderate")).sentence
    )


def test_what_is_not_ticked_is_not_held_against_the_code() -> None:
    two = visit_level("99214", IN_2025, VisitWork("moderate", "low", None))
    assert (two.result, two.supported) == ("undetermined", None)
    assert "risk could still support 99214" in two.sentence
    equal = visit_level("99214", IN_2025, VisitWork("low", "low", None))
    assert (equal.result, equal.supported) == ("over", "99213")
    met = visit_level("99213", IN_2025, VisitWork(minutes=25))
    assert met.result == "supported"
    assert "not ruled out" in met.sentence
    assert visit_level("99214", IN_2025, VisitWork(minutes=25)).result == "undetermined"


def test_a_visit_that_supports_no_code_of_its_kind() -> None:
    # No new office visit has fewer than 15 minutes by time, and decision making is always at least lowest.
    lowest = visit_level("99202", IN_2025, VisitWork(*["straightforward"] * 3, 5))
    assert lowest.result == "supported"
    assert visit_level("99202", IN_2025, VisitWork(minutes=14)).result == "undetermined"


def test_the_rule_in_words() -> None:
    assert rule_in_words("99213", IN_2023) == (
        "later office visit: by decision making or time, 99211 neither, 99212 straightforward or "
        "10 to 19 minutes, 99213 low or 20 to 29 minutes, 99214 moderate or 30 to 39 minutes, "
        "99215 high or 40 or more minutes"
    )
    assert "99213 low or 20 or more minutes" in rule_in_words("99213", IN_2024)
    assert rule_in_words("99239", IN_2025) == (
        "hospital discharge day: by time only, 99238 neither, 99239 31 or more minutes"
    )
    assert "not covered" in rule_in_words("99222", IN_2021)


def test_what_is_ticked_must_be_a_level_or_minutes_of_a_day() -> None:
    with pytest.raises(UsageError, match="level of the risk"):
        VisitWork(risk="extreme")
    for minutes in (-1, 1_441):
        with pytest.raises(UsageError, match="minutes of a visit"):
            VisitWork(minutes=minutes)
    assert VisitWork().is_empty
    assert VisitWork().words == "nothing ticked"
    assert VisitWork("low", minutes=1).words == "problems low, 1 minute"


def test_the_table_has_one_rule_a_code_and_day_and_rises() -> None:
    for day in (dt.date(2021, 1, 1), dt.date(2023, 12, 31), dt.date(2024, 1, 1)):
        in_force = [rule for rule in visit_codes() if rule.is_in_force(day)]
        assert len({rule.code for rule in in_force}) == len(in_force)
        for _, of_family in itertools.groupby(in_force, lambda rule: rule.family):
            rules = list(of_family)
            minutes = [rule.minutes for rule in rules if rule.minutes is not None]
            ranks = [DECISION_LEVELS.index(rule.decision) for rule in rules if rule.decision]
            assert minutes == sorted(set(minutes))
            assert ranks == sorted(set(ranks))


@given(work=WORK, code=st.sampled_from([rule.code for rule in visit_codes()]))
def test_against_every_way_to_tick_the_rest(work: VisitWork, code: str) -> None:
    """The answer for part of the elements is what every completion of them says."""
    shown = visit_level(code, IN_2025, work)
    choices = [
        DECISION_LEVELS if level is None else (level,) for level in (work.problems, work.data, work.risk)
    ]
    results = {
        visit_level(code, IN_2025, VisitWork(*levels, work.minutes)).result
        for levels in itertools.product(*choices)
    }
    if shown.result == "supported":
        assert results <= {"supported", "under"}
    elif shown.result == "undetermined":
        assert results & {"supported", "under"} or results == {"undetermined"}
    else:
        assert results == {shown.result}
