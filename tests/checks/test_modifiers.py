"""MOD-01 to MOD-10 and GLB-01: modifiers, visits beside procedures, global periods. Codes are invented."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.checks.cases import Judge, Result, Rows, claim, line
from tests.checks.service_lines import FEES, fee, listed, release, tables

DAY = dt.date(2026, 1, 15)
# Releases of another code system say nothing of modifiers, whatever their days are.
CODES = [release("HCPCS", row_count=380), release("HCPCS", "2027", dt.date(2027, 1, 1), row_count=380)]
FILE = [release("modifier", row_count=200), *CODES]
MODIFIERS = [
    listed("modifier", "KX", first=dt.date(2001, 1, 1)),
    listed("modifier", "NX", first=dt.date(2026, 1, 16)),
    *(listed("HCPCS", name, first=dt.date(2001, 1, 1), last=None) for name in ("ZZ", "GD")),
    listed("modifier", "GD", first=dt.date(2008, 1, 1), last=dt.date(2019, 12, 31)),
]


def modified(code: str = "11111", *modifiers: str, number: int = 1, **columns: object) -> dict[str, object]:
    given = {f"modifier_{place}": modifier for place, modifier in enumerate(modifiers, start=1)}
    return line(number, **{"code": code, "code_system": "CPT", "charge_amount": 60, **given, **columns})


@pytest.mark.parametrize(
    ("modifier", "day", "outcome"),
    [
        ("KX", dt.date(2026, 1, 1), "passed"),
        ("KX", dt.date(2026, 3, 31), "passed"),
        ("GD", dt.date(2026, 4, 1), "not checked"),
        ("25", None, "not checked"),
        # Not in the list here, though it contradicts another.
        ("GA", DAY, "failed"),
        ("NX", DAY, "failed"),
        ("NX", dt.date(2026, 1, 16), "passed"),
        ("ZZ", DAY, "failed"),
        ("ZZ", dt.date(2026, 3, 31), "failed"),
        ("GD", DAY, "failed"),
        ("25", DAY, "passed"),
        ("00", DAY, "failed"),
        ("P3", DAY, "passed"),
        ("P7", DAY, "failed"),
        ("8P", DAY, "passed"),
        ("9P", DAY, "failed"),
        ("93", dt.date(2021, 12, 31), "failed"),
        ("93", dt.date(2022, 1, 1), "passed"),
        ("21", dt.date(2008, 12, 31), "passed"),
        ("21", dt.date(2009, 1, 1), "failed"),
        ("ZZ", dt.date(2025, 12, 31), "not checked"),
        ("ZZ", dt.date(2026, 4, 1), "not checked"),
    ],
)
def test_modifiers_on_their_day(judge: Judge, modifier: str, day: dt.date | None, outcome: str) -> None:
    lines = [modified("11111", modifier, from_date=day)]
    result = judge("MOD-01", tables(lines, releases=FILE, codes=MODIFIERS))
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.of("item_number", "related_code", "at_stake_amount") == [(1, modifier, 60)]


@pytest.mark.parametrize(
    ("modifier", "day", "later", "row_count", "outcome"),
    [
        ("ZZ", dt.date(2026, 3, 31), None, 0, "failed"),
        ("ZZ", dt.date(2026, 4, 1), None, 0, "not checked"),
        ("GD", dt.date(2026, 4, 1), None, 0, "failed"),
        ("ZZ", dt.date(2026, 4, 1), dt.date(2026, 4, 1), 380, "failed"),
        ("ZZ", dt.date(2026, 4, 1), dt.date(2026, 4, 1), 5, "not checked"),
        ("ZZ", dt.date(2026, 6, 30), dt.date(2026, 7, 1), 380, "failed"),
        ("ZZ", dt.date(2026, 2, 15), dt.date(2026, 2, 1), 380, "failed"),
    ],
)
def test_a_list_of_the_year_tells_of_its_first_quarter_or_before_the_next(
    judge: Judge, modifier: str, day: dt.date, later: dt.date | None, row_count: int, outcome: str
) -> None:
    files = [release("modifier", "2026", last=dt.date(2026, 12, 31), row_count=380)]
    files += [release("modifier", "later", later, None, row_count=row_count)] if later else []
    given = tables([modified("11111", modifier, from_date=day)], releases=files, codes=MODIFIERS)
    result = judge("MOD-01", given)
    assert (result.outcome, len(result.findings)) == (outcome, int(outcome == "failed"))


def test_modifiers_of_two_days_and_lines(judge: Judge) -> None:
    lines = [
        modified("11111", "ZZ", "KX", number=1),
        modified("11111", "KX", number=2),
        modified("11111", "ZZ", "GD", number=3, from_date=dt.date(2026, 1, 16)),
        modified("11111", "NX", number=4),
        modified("11111", "NX", number=5, from_date=dt.date(2026, 1, 16)),
    ]
    result = judge("MOD-01", tables(lines, releases=FILE, codes=MODIFIERS))
    assert result.of("item_number", "related_code") == [(1, "ZZ"), (3, "GD"), (3, "ZZ"), (4, "NX")]


def test_an_ended_modifier_has_its_last_day(judge: Judge) -> None:
    result = judge("MOD-01", tables([modified("11111", "GD")], releases=FILE, codes=MODIFIERS))
    assert result.of("detail") == [("Modifier GD is not in force: its last day was 2019-12-31.",)]


@pytest.mark.parametrize(
    "releases",
    [
        [],
        [release("modifier", row_count=199)],
        [release("modifier", row_count=380, can_only_confirm=True)],
        [release("modifier", "2025", dt.date(2025, 1, 1), dt.date(2026, 12, 31), row_count=380)],
    ],
    ids=["none", "a few", "old", "of a year ago"],
)
def test_a_list_that_calls_no_modifier_unknown(judge: Judge, releases: Rows) -> None:
    lines = [modified("11111", "ZZ", "25", "KX")]
    result = judge("MOD-01", tables(lines, releases=[*releases, *CODES], codes=MODIFIERS))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 2, 1)


INDICATORS = {
    "26": "professional_technical_indicator",
    "TC": "professional_technical_indicator",
    "50": "bilateral_indicator",
    "62": "co_surgeon_indicator",
    "66": "team_indicator",
    **dict.fromkeys(("80", "81", "82", "AS"), "assistant_indicator"),
}
FAULTS = {
    **dict.fromkeys(("26", "TC"), "the code has no such part (PC/TC indicator 0)"),
    "50": "the bilateral rule does not apply to it (indicator 0)",
    "62": "no second surgeon is paid for it (indicator 0)",
    "66": "no team is paid for it (indicator 0)",
    **dict.fromkeys(("80", "81", "82", "AS"), "no assistant is paid for it (indicator 1)"),
}
RULED_OUT = {
    "26": "02345",
    "TC": "0234568",
    "50": "029",
    "62": "09",
    "66": "09",
    **dict.fromkeys(("80", "81", "82", "AS"), "19"),
}


@pytest.mark.parametrize("modifier", INDICATORS)
def test_modifiers_by_the_codes_indicators(judge: Judge, modifier: str) -> None:
    codes = [f"1000{digit}" for digit in range(10)]
    fees = [fee(code, **{INDICATORS[modifier]: code[-1]}) for code in codes]
    lines = [modified(code, modifier, number=number) for number, code in enumerate(codes, start=1)]
    result = judge("MOD-02", tables(lines, fees=fees))
    assert "".join(str(code)[-1] for (code,) in result.of("code")) == RULED_OUT[modifier]
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 10, 0)
    first = f"1000{RULED_OUT[modifier][0]}"
    assert result.of("detail")[0] == (f"Modifier {modifier} does not fit {first}: {FAULTS[modifier]}.",)


def test_modifiers_that_an_indicator_allows(judge: Judge) -> None:
    assert (
        judge(
            "MOD-02",
            tables([modified("11111", "26")], fees=[fee("11111", professional_technical_indicator="1")]),
        ).outcome
        == "passed"
    )


@pytest.mark.parametrize(
    ("columns", "of_claim", "outcome"),
    [
        ({}, {}, "failed"),
        ({"from_date": dt.date(2026, 4, 1)}, {}, "not checked"),
        ({"code": "22222"}, {}, "not checked"),
        ({}, {"filing_code": "MC"}, "not checked"),
        ({}, {"form": "I", "type_of_bill": "131"}, "not applicable"),
        ({"modifier_1": "25"}, {}, "not applicable"),
    ],
)
@pytest.mark.parametrize(("check_id", "modifier"), [("MOD-02", "50"), ("MOD-10", "51")])
def test_what_an_indicator_does_not_judge(
    judge: Judge,
    check_id: str,
    modifier: str,
    columns: dict[str, object],
    of_claim: dict[str, object],
    outcome: str,
) -> None:
    lines = [modified(**{"code": "11111", "modifier_1": modifier, **columns})]
    assert judge(check_id, tables(lines, claims=[claim(**of_claim)], fees=[fee("11111")])).outcome == outcome


@pytest.mark.parametrize(
    ("indicators", "outcome"),
    [
        ({"multiple_procedure_indicator": "0"}, "failed"),
        ({"multiple_procedure_indicator": "9"}, "failed"),
        ({"multiple_procedure_indicator": "2"}, "passed"),
        ({"multiple_procedure_indicator": "3"}, "passed"),
        ({"multiple_procedure_indicator": "2", "global_days": "ZZZ"}, "failed"),
    ],
)
def test_modifier_51(judge: Judge, indicators: dict[str, object], outcome: str) -> None:
    result = judge("MOD-10", tables([modified("11111", "51")], fees=[fee("11111", **indicators)]))
    assert (result.outcome, result.eligible_count) == (outcome, 1)
    why = "is an add-on code" if "global_days" in indicators else "is not reduced beside other procedures"
    detail = f"11111 {why}: modifier 51 may cost part of its fee."
    assert result.of("related_code", "detail") == ([("51", detail)] if outcome == "failed" else [])


@pytest.mark.parametrize(
    ("modifiers", "day", "outcome"),
    [
        (("26", "TC"), DAY, "failed"),
        (("TC", "26"), DAY, "failed"),
        (("KX", "76", "GP", "77"), DAY, "failed"),
        (("73", "74"), DAY, "failed"),
        (("62", "66"), DAY, "failed"),
        (("GZ", "GA"), DAY, "failed"),
        (("GA", "GX"), dt.date(2010, 3, 31), "passed"),
        (("GA", "GX"), dt.date(2010, 4, 1), "failed"),
        (("GX", "GY"), DAY, "passed"),
        (("JW", "JZ"), dt.date(2022, 12, 31), "passed"),
        (("JW", "JZ"), dt.date(2023, 1, 1), "failed"),
        (("26", "76"), DAY, "passed"),
        (("54", "55"), DAY, "passed"),
        (("26",), DAY, "not applicable"),
        (("26", "TC"), None, "not checked"),
    ],
)
def test_contradictory_modifiers(
    judge: Judge, modifiers: tuple[str, ...], day: dt.date | None, outcome: str
) -> None:
    assert judge("MOD-07", tables([modified("11111", *modifiers, from_date=day)])).outcome == outcome


def test_a_line_is_one_finding_however_many_pairs_it_has(judge: Judge) -> None:
    lines = [
        modified("11111", "JZ", "JW", "GZ", "GA"),
        modified("11111", "26", "KX", number=2),
        modified("11111", "TC", "KX", number=3),
        modified("11111", "TC", "KX", number=2, claim_id=2),
        modified("11111", "26", "TC", number=4, claim_id=2),
    ]
    result = judge("MOD-07", tables(lines, claims=[claim(), claim(2)]))
    assert result.of("claim_id", "item_number", "detail", "related_code") == [
        (1, 1, "Modifiers GA and GZ contradict each other.", "GZ"),
        (2, 4, "Modifiers 26 and TC contradict each other.", "TC"),
    ]
    assert result.eligible_count == 5


VISIT = "99213"


def visit_and_procedure(
    judge: Judge,
    check_id: str,
    global_days: str,
    *modifiers: str,
    visit: str = VISIT,
    day: dt.date = DAY,
    procedure_day: dt.date = DAY,
    procedure_modifier: str | None = None,
    of_visit: dict[str, object] | None = None,
    of_both: dict[str, object] | None = None,
) -> Result:
    claims = [
        claim(1, rendering_taxonomy_code="208600000X", **(of_both or {})),
        claim(2, **{"rendering_taxonomy_code": "208600000X", **(of_both or {}), **(of_visit or {})}),
    ]
    lines = [
        modified("11111", number=1, claim_id=1, from_date=procedure_day, modifier_1=procedure_modifier),
        modified(visit, *modifiers, number=1, claim_id=2, from_date=day),
    ]
    files = [release("physician fee schedule", first=dt.date(2025, 7, 1), last=dt.date(2026, 6, 30))]
    fees = [fee("11111", global_days=global_days), fee(VISIT)]
    return judge(check_id, tables(lines, claims=claims, releases=files, fees=fees))


@pytest.mark.parametrize(
    ("global_days", "modifiers", "outcome"),
    [
        ("000", (), "failed"),
        ("010", (), "failed"),
        ("010", ("95",), "failed"),
        ("090", (), "passed"),
        ("XXX", (), "passed"),
        ("ZZZ", (), "passed"),
        *(("000", (modifier,), "passed") for modifier in ("25", "57", "24", "27")),
        ("000", ("95", "25"), "passed"),
    ],
)
def test_a_visit_beside_a_minor_procedure(
    judge: Judge, global_days: str, modifiers: tuple[str, ...], outcome: str
) -> None:
    result = visit_and_procedure(judge, "MOD-03", global_days, *modifiers)
    assert (result.outcome, result.eligible_count) == (outcome, 1)
    if outcome == "failed":
        assert result.of("claim_id", "code", "related_code", "at_stake_amount") == [(2, VISIT, "11111", 60)]


@pytest.mark.parametrize(
    ("global_days", "modifiers", "outcome"),
    [
        ("000", ("25",), "failed"),
        ("010", ("25",), "failed"),
        ("090", ("25",), "passed"),
        ("XXX", ("25",), "passed"),
        ("000", (), "not applicable"),
        ("000", ("24",), "not applicable"),
    ],
)
def test_modifier_25_is_looked_at(
    judge: Judge, global_days: str, modifiers: tuple[str, ...], outcome: str
) -> None:
    result = visit_and_procedure(judge, "MOD-09", global_days, *modifiers)
    assert (result.outcome, result.eligible_count) == (outcome, int(outcome != "not applicable"))
    if outcome == "failed":
        assert result.of("claim_id", "code", "related_code", "at_stake_amount") == [(2, VISIT, "11111", 60)]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"of_both": {"patient_id": None}}, "not checked"),
        ({"of_both": {"filing_code": "MC"}}, "not checked"),
        ({"day": dt.date(2025, 6, 30)}, "not checked"),
        ({"of_visit": {"rendering_provider_id": "1999999992"}}, "passed"),
        ({"procedure_day": dt.date(2026, 1, 14)}, "passed"),
        ({"visit": "99396"}, "not applicable"),
        ({"visit": "G0439"}, "not applicable"),
        ({"visit": "G0402"}, "not applicable"),
    ],
)
def test_where_modifier_25_is_looked_at(judge: Judge, more: dict[str, object], outcome: str) -> None:
    assert visit_and_procedure(judge, "MOD-09", "000", "25", **more).outcome == outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"of_visit": {"rendering_provider_id": "1999999992"}}, "passed"),
        ({"procedure_day": dt.date(2026, 1, 14)}, "passed"),
        ({"procedure_modifier": "80"}, "passed"),
        ({"procedure_modifier": "55"}, "passed"),
        ({"of_both": {"patient_id": None}}, "not checked"),
        ({"of_both": {"filing_code": "MC"}}, "not checked"),
        ({"day": dt.date(2025, 6, 30)}, "not checked"),
        ({"visit": "99396"}, "not applicable"),
        ({"visit": "G0439"}, "not applicable"),
        ({"visit": "11112"}, "not applicable"),
        ({"of_both": {"form": "I", "type_of_bill": "131"}}, "not applicable"),
    ],
)
def test_where_a_procedure_includes_no_visit(judge: Judge, more: dict[str, object], outcome: str) -> None:
    assert visit_and_procedure(judge, "MOD-03", "000", **more).outcome == outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("global_days", "days_after", "modifiers", "outcome"),
    [
        ("090", -2, (), "passed"),
        ("090", -1, (), "failed"),
        ("090", -1, ("57",), "passed"),
        ("090", 0, (), "failed"),
        ("090", 0, ("57",), "passed"),
        ("090", 0, ("25",), "passed"),
        ("090", 1, (), "failed"),
        ("090", 1, ("57",), "failed"),
        ("090", 1, ("24",), "passed"),
        ("090", 90, (), "failed"),
        ("090", 91, (), "passed"),
        ("010", -1, (), "passed"),
        ("010", 0, (), "passed"),
        ("010", 1, (), "failed"),
        ("010", 10, ("25",), "failed"),
        ("010", 10, ("24",), "passed"),
        ("010", 11, (), "passed"),
        ("000", 0, (), "passed"),
        ("000", 1, (), "passed"),
        ("YYY", 1, (), "passed"),
    ],
)
def test_global_periods(
    judge: Judge, global_days: str, days_after: int, modifiers: tuple[str, ...], outcome: str
) -> None:
    day = DAY + dt.timedelta(days=days_after)
    result = visit_and_procedure(judge, "GLB-01", global_days, *modifiers, day=day)
    assert (result.outcome, result.eligible_count) == (outcome, 1)
    if outcome == "failed":
        period = (
            f"the {int(global_days)} days after it" if days_after > 0 else "its day and the day before it"
        )
        said = f"11111 of 2026-01-15 includes the visit: its payment covers {period}."
        assert result.of("claim_id", "detail") == [(2, said)]


def test_a_visit_on_a_day_without_a_fee_schedule(judge: Judge) -> None:
    result = visit_and_procedure(judge, "GLB-01", "090", day=dt.date(2025, 6, 30))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def test_the_latest_of_two_procedures_is_named(judge: Judge) -> None:
    lines = [
        modified("11111", number=1, from_date=dt.date(2026, 1, 5)),
        modified("22222", number=2, from_date=dt.date(2026, 1, 10)),
        modified(VISIT, number=3),
    ]
    fees = [fee("11111", global_days="090"), fee("22222", global_days="090"), fee(VISIT)]
    result = judge("GLB-01", tables(lines, fees=fees))
    assert result.of("item_number", "related_code") == [(3, "22222")]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"of_visit": {"rendering_provider_id": "1999999992"}}, "failed"),
        (
            {"of_visit": {"rendering_provider_id": "1999999992", "rendering_taxonomy_code": "207R00000X"}},
            "passed",
        ),
        ({"of_visit": {"rendering_provider_id": "1999999992", "rendering_taxonomy_code": None}}, "passed"),
        ({"of_visit": {"billing_provider_id": "1999999992"}}, "passed"),
        ({"of_visit": {"billing_provider_id": "1999999992"}, "of_both": {"billing_tax_id": "12"}}, "failed"),
        ({"of_visit": {"patient_id": "patient two"}}, "passed"),
        ({"of_visit": {"payer_id": "P02"}}, "failed"),
        *(({"procedure_modifier": modifier}, "passed") for modifier in ("54", "55", "80", "AS", "53", "TC")),
        ({"procedure_modifier": "RT"}, "failed"),
        ({"of_both": {"patient_id": None}}, "not checked"),
        ({"of_both": {"filing_code": "MC"}}, "not checked"),
        ({"of_both": {"rendering_provider_id": None, "billing_provider_id": None}}, "not checked"),
        ({"of_visit": {"rendering_taxonomy_code": "207R00000X"}}, "failed"),
        ({"visit": "99396"}, "not applicable"),
        ({"visit": "G0439"}, "not applicable"),
        ({"visit": "G0402"}, "not applicable"),
    ],
)
def test_whose_procedure_includes_the_visit(judge: Judge, more: dict[str, object], outcome: str) -> None:
    day = DAY + dt.timedelta(days=30)
    assert visit_and_procedure(judge, "GLB-01", "090", day=day, **more).outcome == outcome  # type: ignore[arg-type]


def test_the_procedure_is_named_with_its_day(judge: Judge) -> None:
    result = visit_and_procedure(judge, "GLB-01", "090", day=DAY + dt.timedelta(days=30))
    assert result.of("claim_id", "related_code", "detail", "release") == [
        (
            *(2, "11111"),
            "11111 of 2026-01-15 includes the visit: its payment covers the 90 days after it.",
            "2026Q1",
        )
    ]


@pytest.mark.parametrize(
    ("global_days", "days_after", "modifier", "outcome"),
    [
        ("090", 0, "57", "passed"),
        ("090", -1, "57", "passed"),
        ("090", -2, "57", "failed"),
        ("090", 1, "57", "failed"),
        ("010", 0, "57", "failed"),
        ("090", 90, "24", "passed"),
        ("090", 91, "24", "failed"),
        ("090", 0, "24", "failed"),
        ("010", 10, "79", "passed"),
        ("010", 11, "78", "failed"),
        ("000", 1, "58", "failed"),
        ("090", 1, "25", "not applicable"),
    ],
)
def test_a_modifier_needs_its_period(
    judge: Judge, global_days: str, days_after: int, modifier: str, outcome: str
) -> None:
    claims = [claim(1), claim(2), claim(3, patient_id="patient two")]
    day = DAY + dt.timedelta(days=days_after)
    lines = [
        modified("11111", claim_id=1, from_date=DAY),
        modified("99213", modifier, claim_id=2, from_date=day),
        modified("99213", claim_id=3, from_date=dt.date(2025, 7, 1)),
    ]
    files = [release("physician fee schedule", first=dt.date(2025, 7, 1), last=dt.date(2026, 6, 30))]
    given = tables(lines, claims=claims, releases=files, fees=[fee("11111", global_days=global_days)])
    assert judge("MOD-04", given).outcome == outcome


@pytest.mark.parametrize(
    ("of_procedure", "of_visit", "more", "outcome"),
    [
        ({}, {}, {}, "passed"),
        ({"patient_id": "patient two"}, {}, {}, "failed"),
        ({"billing_provider_id": "1999999992"}, {}, {}, "failed"),
        (
            {"billing_provider_id": "1999999992", "billing_tax_id": "12"},
            {"billing_tax_id": "12"},
            {},
            "passed",
        ),
        ({"rendering_provider_id": "1999999992"}, {}, {}, "passed"),
        ({}, {"patient_id": None}, {}, "not checked"),
        ({}, {"billing_provider_id": None}, {}, "not checked"),
        ({}, {}, {"from_date": dt.date(2026, 7, 1)}, "not checked"),
        ({}, {}, {"modifier_1": "25"}, "not applicable"),
        ({}, {"form": "I", "type_of_bill": "131"}, {}, "not applicable"),
    ],
)
@pytest.mark.parametrize("modifier", ["24", "57"])
def test_whose_procedure_a_modifier_means(
    judge: Judge,
    modifier: str,
    of_procedure: dict[str, object],
    of_visit: dict[str, object],
    more: dict[str, object],
    outcome: str,
) -> None:
    claims = [claim(1, **of_procedure), claim(2, **of_visit), claim(3, patient_id="patient three")]
    day = DAY if modifier == "57" else DAY + dt.timedelta(days=30)
    lines = [
        modified("11111", claim_id=1, from_date=DAY),
        modified(**{"code": "99213", "modifier_1": modifier, "from_date": day, **more}, claim_id=2),
        modified("99213", claim_id=3, from_date=dt.date(2025, 7, 1)),
    ]
    files = [release("physician fee schedule", first=dt.date(2025, 7, 1), last=dt.date(2026, 6, 30))]
    given = tables(lines, claims=claims, releases=files, fees=[fee("11111", global_days="090")])
    result = judge("MOD-04", given)
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


def test_modifier_57_needs_no_claims_of_earlier_days(judge: Judge) -> None:
    lines = [modified("99213", "57", "24", number=1), modified("99213", "24", number=2)]
    result = judge("MOD-04", tables(lines))
    assert (result.eligible_count, result.not_checked_count) == (1, 2)
    assert result.of("item_number", "related_code", "detail", "release") == [
        (1, "57", "Modifier 57: no major procedure of the group is on that day or the next.", "2026Q1")
    ]


def test_each_modifier_of_each_line_has_its_own_procedure(judge: Judge) -> None:
    claims = [claim(1), claim(2), *(claim(n, patient_id=f"patient {n}") for n in (3, 4))]
    lines = [
        modified("11111", claim_id=1, from_date=DAY),
        # The operation is on the day: 57 means it, 24 does not; on a later day it is the other way round.
        modified("99213", "57", "24", claim_id=2, number=1, from_date=DAY),
        modified("99213", "24", "57", claim_id=2, number=2, from_date=DAY + dt.timedelta(days=3)),
        modified("99213", "57", claim_id=1, number=2, from_date=DAY + dt.timedelta(days=3)),
        modified("99213", claim_id=3, from_date=dt.date(2025, 7, 1)),
        modified("99213", "57", claim_id=4, from_date=DAY),
    ]
    files = [release("physician fee schedule", first=dt.date(2025, 7, 1), last=dt.date(2026, 6, 30))]
    result = judge(
        "MOD-04", tables(lines, claims=claims, releases=files, fees=[fee("11111", global_days="090")])
    )
    assert result.of("claim_id", "item_number", "related_code") == [
        (1, 2, "57"),
        (2, 1, "24"),
        (2, 2, "57"),
        (4, 1, "57"),
    ]
    no_period = "Modifier 24: no procedure of the group has a global period that includes the day."
    assert result.of("detail")[1] == (no_period,)


@pytest.mark.parametrize(("days_before", "outcome"), [(89, "not checked"), (90, "failed")])
def test_a_period_is_asked_for_where_claims_reach_back_far_enough(
    judge: Judge, days_before: int, outcome: str
) -> None:
    lines = [
        modified("99213", number=1, from_date=DAY - dt.timedelta(days=days_before)),
        modified("99213", "24", number=2, from_date=DAY),
    ]
    assert judge("MOD-04", tables(lines)).outcome == outcome


def pair(column_1: str, column_2: str) -> dict[str, object]:
    return {
        "setting": "practitioner",
        "column_1_code": column_1,
        "column_2_code": column_2,
        "modifier_indicator": "1",
        "effective_from": dt.date(2010, 1, 1),
        "release": "2026Q1",
    }


@pytest.mark.parametrize(
    ("line_columns", "has_file", "fault"),
    [
        ({"modifier_1": "59", "modifier_2": "XS"}, False, "says the same more exactly"),
        ({"modifier_1": "XE", "code": "99213"}, False, "on a visit"),
        ({"modifier_1": "59", "modifier_2": "RT"}, False, "the modifier of the place"),
        ({"modifier_1": "XU", "code": "33333"}, True, "no pair edit of that day concerns it"),
        (
            {"modifier_1": "59", "from_date": dt.date(2026, 1, 16)},
            True,
            "no pair edit of that day concerns it",
        ),
        ({"modifier_1": "59"}, True, None),
        ({"modifier_1": "59", "code": "22222"}, True, None),
        ({"modifier_1": "59"}, False, "not checked"),
    ],
)
def test_59_and_its_kin(
    judge: Judge,
    line_columns: dict[str, object],
    has_file: bool,  # noqa: FBT001
    fault: str | None,
) -> None:
    lines = [modified("11111", number=1), modified("22222", number=2)]
    lines.append(modified(**{"code": "11111", **line_columns}, number=3))
    files = [release("NCCI PTP practitioner")] if has_file else []
    result = judge("MOD-05", tables(lines, releases=files, ref__ptp_edit=[pair("11111", "22222")]))
    assert result.eligible_count + result.not_checked_count == 1
    if fault in {None, "not checked"}:
        assert result.outcome == (fault or "passed")
    else:
        assert result.outcome == "failed"
        assert [str(fault) in str(detail) for (detail,) in result.of("detail")] == [True]


@pytest.mark.parametrize(
    ("files", "of_claim", "outcome"),
    [
        (["NCCI PTP practitioner"], {}, "failed"),
        (["NCCI PTP hospital"], {}, "not checked"),
        (["MUE practitioner"], {}, "not checked"),
        (["NCCI PTP practitioner"], {"patient_id": None}, "not checked"),
        (["NCCI PTP practitioner"], {"form": "I", "type_of_bill": "111"}, "not applicable"),
    ],
)
def test_whether_a_pair_is_known_for_59(
    judge: Judge, files: list[str], of_claim: dict[str, object], outcome: str
) -> None:
    lines = [
        modified("11111", "59", number=1),
        # The pair is billed for another patient, and a visit stands beside the line.
        modified("11111", number=1, claim_id=2),
        modified("22222", number=2, claim_id=2),
        modified("99213", number=2),
        modified("11111", number=1, claim_id=3),
    ]
    other = {"patient_id": "patient three", "form": "I", "type_of_bill": "131"}
    given = tables(
        lines,
        claims=[claim(1, **of_claim), claim(2, patient_id="patient two"), claim(3, **other)],
        releases=[release(name) for name in files],
        ref__ptp_edit=[pair("11111", "22222")],
    )
    result = judge("MOD-05", given)
    assert result.outcome == outcome
    fault = "Modifier 59 or X on 11111: no pair edit of that day concerns it."
    assert result.of("detail") == ([(fault,)] if outcome == "failed" else [])


@pytest.mark.parametrize(
    ("lines", "indicator", "count"),
    [
        ([modified("11111", "50", unit_count=1)], "1", 0),
        ([modified("11111", "50", unit_count=2)], "1", 1),
        ([modified("11111", "50", "RT")], "1", 1),
        ([modified("11111", "50", "LT")], "1", 1),
        ([modified("11111", "50", unit_count=2)], "0", 1),
        ([modified("11111", "LT"), modified("11111", "LT", number=2)], "1", 0),
        ([modified("11111", "50", "LT"), modified("11111", "RT", number=2)], "1", 1),
        ([modified("11111", "50", "RT"), modified("11111", "LT", number=2)], "1", 1),
        ([modified("11111", "RT"), modified("11111", "LT", number=2)], "1", 1),
        ([modified("11111", "RT"), modified("11111", "LT", number=2)], "3", 0),
        ([modified("11111", "RT"), modified("11111", "RT", number=2)], "1", 0),
        ([modified("11111", "RT"), modified("22222", "LT", number=2)], "1", 0),
        (
            [modified("11111", "RT"), modified("11111", "LT", number=2, from_date=dt.date(2026, 1, 16))],
            "1",
            0,
        ),
    ],
)
def test_both_sides(judge: Judge, lines: Rows, indicator: str, count: int) -> None:
    fees = [fee("11111", bilateral_indicator=indicator), fee("22222", bilateral_indicator="1")]
    if indicator != "0":
        fees.append(fee("33333", bilateral_indicator="0"))
    result = judge("MOD-06", tables(lines, fees=fees))
    assert len(result.findings) == count
    assert result.outcome == ("failed" if count else "passed" if result.eligible_count else "not applicable")
    assert result.not_checked_count == 0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([modified("11111", "50", "LT", unit_count=2)], "11111 has 50, and LT or RT too."),
        (
            [modified("11111", "50", unit_count=2)],
            "11111 has 50 and more than one unit: one unit with 50 is both sides.",
        ),
        (
            [modified("11111", "LT"), modified("11111", "RT", number=2)],
            "11111 is billed for both sides on lines with LT and RT: one line with 50 is expected.",
        ),
    ],
)
def test_what_is_said_of_both_sides(judge: Judge, lines: Rows, said: str) -> None:
    fees = [fee("11111", bilateral_indicator="1"), fee("22222", bilateral_indicator="0")]
    assert judge("MOD-06", tables(lines, fees=fees)).of("detail") == [(said,)]


@pytest.mark.parametrize(
    ("of_claim", "outcome", "count"),
    [
        ({"filing_code": "MC"}, "failed", 1),
        ({"form": "I", "type_of_bill": "131"}, "not applicable", 0),
        ({"patient_id": None}, "passed", 1),
    ],
)
def test_whose_sides(judge: Judge, of_claim: dict[str, object], outcome: str, count: int) -> None:
    fees = [fee("11111", bilateral_indicator="1")]
    lines = [modified("11111", "50", unit_count=2 if outcome == "failed" else 1)]
    if "patient_id" in of_claim:
        lines += [modified("11111", "LT", number=2), modified("11111", "RT", number=3)]
    result = judge("MOD-06", tables(lines, claims=[claim(**of_claim)], fees=fees))
    assert (result.outcome, result.eligible_count) == (outcome, count)
    assert result.not_checked_count == (2 if "patient_id" in of_claim else 0)


def test_sides_without_a_fee_schedule(judge: Judge) -> None:
    lines = [modified("11111", "RT"), modified("11111", "LT", number=2), modified("11111", "50", number=3)]
    result = judge("MOD-06", tables(lines, releases=[]))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 1, 2)


def test_a_side_without_a_fee_schedule(judge: Judge) -> None:
    result = judge("MOD-06", tables([modified("11111", "RT")], releases=[]))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize(
    ("modifier", "document", "outcome"),
    [
        ("53", "physician note", "failed"),
        ("22", "physician note", "failed"),
        ("53", "operative report", "passed"),
        ("52", "Procedure note", "passed"),
        ("52", "Surgical record", "passed"),
        ("73", "Anesthesia record", "passed"),
        ("53", None, "not checked"),
        ("59", "physician note", "not applicable"),
    ],
)
def test_a_broken_off_service_has_a_report(
    judge: Judge, modifier: str, document: str | None, outcome: str
) -> None:
    documents = [{"document_id": "D1", "encounter_id": "A1", "document_number": 1, "document_type": document}]
    of_another = {**documents[0], "encounter_id": "B1", "document_type": "operative report"}
    more: dict[str, Rows] = {
        "core__encounter": [{"encounter_id": name, "encounter_class": "office"} for name in ("A1", "B1")],
        "core__document": [*(documents if document else []), of_another],
    }
    result = judge("MOD-08", tables([modified("11111", modifier)], **more))
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


CHECKS = (
    *("MOD-01", "MOD-02", "MOD-03", "MOD-04", "MOD-05", "MOD-06", "MOD-07", "MOD-08", "MOD-09", "MOD-10"),
    "GLB-01",
)


@pytest.mark.parametrize("check_id", CHECKS)
def test_nothing_eligible(judge: Judge, check_id: str) -> None:
    assert judge(check_id, tables([modified("11111")], releases=FEES)).outcome == "not applicable"
