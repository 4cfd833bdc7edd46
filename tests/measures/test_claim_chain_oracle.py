"""Chains of claims against the rule in plain Python: deep references, circles and random ones."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.warehouse import Warehouse
from tests.measures.story import SERVICE_DATE, Claim, Payment, Story, tell
from tests.tables import empty

FOLLOWERS = {"5", "6", "7", "8"}
SUBMITTED = [dt.date(2026, month, 1) for month in (1, 2, 3)]
PAID = dt.date(2026, 4, 1)


def submitted(claims: Sequence[Claim], claim_id: int) -> tuple[dt.date, int]:
    return claims[claim_id - 1].submit or dt.date.min, claim_id


def expected_chains(
    claims: Sequence[Claim], payments: Sequence[Payment], links: Mapping[int, int | None]
) -> dict[int, int]:
    """Claim id to chain id, of claims to the primary payer."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for claim_id, claim in enumerate(claims, start=1):
        key = (claim.form, claim.number, claim.payer)
        original_days = {
            other.from_date
            for other in claims
            if (other.form, other.number, other.payer) == key and other.frequency not in FOLLOWERS
        }
        day = claim.from_date
        if day not in original_days and len(original_days) == 1:
            day = next(iter(original_days))
        groups[*key, day].append(claim_id)
    head_of = {
        claim_id: min(
            members, key=lambda item: (claims[item - 1].frequency in FOLLOWERS, submitted(claims, item))
        )
        for members in groups.values()
        for claim_id in members
    }
    answered = defaultdict(set)
    for remit_claim_id, payment in enumerate(payments, start=101):
        if payment.control is not None and (claim_id := links[remit_claim_id]) is not None:
            answered[payment.control].add(claim_id)
    earlier: dict[int, int] = {}
    for head in set(head_of.values()):
        claim = claims[head - 1]
        if claim.frequency not in FOLLOWERS or claim.refers_to is None:
            continue
        heads = {
            head_of[other]
            for other in answered[claim.refers_to]
            if (claims[other - 1].form, claims[other - 1].payer) == (claim.form, claim.payer)
            and submitted(claims, other) < submitted(claims, head)
        }
        if len(heads) == 1:
            earlier[head] = heads.pop()
    chains = {}
    for claim_id, head in head_of.items():
        origin = head
        while origin in earlier:
            origin = earlier[origin]
        chains[claim_id] = origin
    return chains


@pytest.fixture(scope="module")
def shared() -> Warehouse:
    return Warehouse.in_memory()


def assert_chains(warehouse: Warehouse, story: Story) -> dict[int, int]:
    empty(warehouse)
    tell(warehouse, story, wanted={"core.claim_link", "core.claim_chain"})
    links = dict(warehouse.query("models/claim_link").select("remit_claim_id", "claim_id").rows())
    expected = expected_chains(story.claims, story.payments, links)
    actual = dict(warehouse.query("models/claim_chain").select("claim_id", "chain_id").rows())
    assert actual == expected
    return actual


def paid(number: str, control: str) -> Payment:
    return Payment(PAID, 80, number=number, control=control)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Claims of a few numbers, each paid under a control number; replacements refer to any of them."""
    count = draw(st.integers(1, 30))
    number_count = draw(st.integers(1, count))
    controls = st.integers(1, count)
    claims = [
        Claim(
            f"E{draw(st.integers(1, number_count))}",
            submit=draw(st.sampled_from([*SUBMITTED, None])),
            frequency=draw(st.sampled_from(["1", "7", "7", "7", "8", "5"])),
            payer=draw(st.sampled_from(["P01", "P01", "P01", "P02"])),
            from_date=draw(
                st.sampled_from([SERVICE_DATE, SERVICE_DATE, SERVICE_DATE + dt.timedelta(days=9)])
            ),
            refers_to=draw(st.one_of(st.none(), controls.map("ICN{}".format), controls.map("ICN{}".format))),
        )
        for _ in range(count)
    ]
    payments = [
        Payment(
            PAID,
            80,
            number=claim.number,
            payer=claim.payer or "P01",
            from_date=claim.from_date,
            frequency=claim.frequency,
            control=f"ICN{draw(st.one_of(st.just(position), controls))}",
        )
        for position, claim in enumerate(claims, start=1)
        if draw(st.integers(0, 5))
    ]
    return Story(claims, payments)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_the_models_and_the_plain_rule_agree(shared: Warehouse, story: Story) -> None:
    assert_chains(shared, story)


def test_a_chain_of_three_hundred_references_leads_to_its_first_claim(shared: Warehouse) -> None:
    depth = 300
    first_day = dt.date(2025, 1, 1)
    claims = [
        Claim(
            f"E{step}",
            frequency="7" if step else "1",
            submit=first_day + dt.timedelta(days=step),
            refers_to=f"ICN{step - 1}" if step else None,
        )
        for step in range(depth)
    ]
    chains = assert_chains(shared, Story(claims, [paid(f"E{step}", f"ICN{step}") for step in range(depth)]))
    assert set(chains.values()) == {1}


def test_references_in_a_circle_end_at_the_claim_that_was_loaded_first(shared: Warehouse) -> None:
    size = 7
    claims = [
        Claim(f"E{place}", frequency="7", submit=SUBMITTED[0], refers_to=f"ICN{(place - 1) % size}")
        for place in range(size)
    ]
    chains = assert_chains(shared, Story(claims, [paid(f"E{place}", f"ICN{place}") for place in range(size)]))
    assert set(chains.values()) == {1}
