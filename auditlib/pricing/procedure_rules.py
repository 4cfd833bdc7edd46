"""What modifiers and the payment indicators of a procedure make of its fee.

Every function takes lines of `auditlib.pricing.physician_fee.with_fees` and returns them with another step.
Lines of one ``provider_day`` are of one patient, provider and day; of one ``group_day`` of one patient,
billing provider and day.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from auditlib.pricing.cents import SCALE, half_up, percent_text, share_of
from auditlib.pricing.steps import refused, stepped

ASSISTANT: Final = 1_600
CO_SURGEON: Final = 6_250
HALF: Final = 5_000
BOTH: Final = 2
MOST_RANKED: Final = 5
THERAPY_FROM: Final = dt.date(2013, 4, 1)
PARTS_FROM: Final = dt.date(2013, 1, 1)
IMAGING_FROM: Final = dt.date(2011, 1, 1)
PROFESSIONAL_SHARES: Final = (
    (dt.date(2012, 1, 1), 7_500),
    (dt.date(2017, 1, 1), 9_500),
)
"""What is paid of the professional part of a further imaging service, from a day on."""
TECHNICAL_SHARES: Final = {"4": 5_000, "6": 7_500, "7": 8_000}
"""What is paid of the technical part of a further service, by multiple procedure indicator."""
PRACTITIONERS: Final = (
    ("363L", 8_500, dt.date(1998, 1, 1), "nurse practitioner"),
    ("363A", 8_500, dt.date(1998, 1, 1), "physician assistant"),
    ("364S", 8_500, dt.date(1998, 1, 1), "clinical nurse specialist"),
    ("133V", 8_500, dt.date(2002, 1, 1), "dietitian"),
    ("1041C", 7_500, dt.date(1990, 7, 1), "clinical social worker"),
    ("106H", 7_500, dt.date(2024, 1, 1), "marriage and family therapist"),
    ("101YM", 7_500, dt.date(2024, 1, 1), "mental health counselor"),
    ("367A", 6_500, dt.date(1992, 1, 1), "nurse-midwife"),
    ("367A", SCALE, dt.date(2011, 1, 1), "nurse-midwife"),
)
"""Taxonomy codes by their start, the share of the fee that is paid, since when, and who it is."""
_BY_REPORT: Final = {
    "22": "is priced by report, as more work than usual",
    "52": "is priced by report, as reduced",
    "66": "is priced by report, as the work of a team",
}
_NOT_PRICED: Final = (
    *("63", "73", "74", "AA", "AD", "CO", "CQ", "CT", "FX", "FY", "GX", "GY", "GZ", "NU", "QK", "QX", "QY"),
    *("QZ", "RR", "UE"),
)
_PACKAGE: Final = ("010", "090")
_SURGERY: Final = r"^[1-6]\d{4}$"
_ASSISTANTS: Final = ("80", "81", "82", "AS")


def _has(*modifiers: str) -> pl.Expr:
    return pl.any_horizontal(pl.col("modifiers").list.contains(one) for one in modifiers)


def without_reported(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines, those with a modifier that is priced by report, or whose effect is not known, refused.

    References
    ----------
    Medicare Claims Processing Manual (100-04), chapter 12, sections 20.4.6 (22, 52) and 40.8 (66).
    """
    for modifier, why in _BY_REPORT.items():
        lines = refused(lines, _has(modifier), pl.format(f"{{}} with modifier {modifier} {why}.", "code"))
    named = pl.col("modifiers").list.set_intersection(list(_NOT_PRICED)).list.join(" ")
    return refused(
        lines,
        named != "",
        pl.format("What the modifier {} makes of the fee of {} is not known here.", named, "code"),
    )


def with_global_share(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the part of a global package that was done.

    54 is paid the preoperative and intraoperative shares, 55 the postoperative share, 56 the preoperative
    one, and a return to the operating room (78) the intraoperative one; of procedures without a package (000,
    XXX) 78 is paid in full. A claim does not say from which day a 55 took over the care after discharge:
    all of it is paid.

    References
    ----------
    Relative Value File, fields preoperative, intraoperative and postoperative percentage; Medicare Claims
    Processing Manual (100-04), chapter 12, section 40.4.
    """
    split = _has("54", "55", "56")
    lines = refused(
        lines,
        split & ~pl.col("global_days").is_in(_PACKAGE),
        pl.format("{} has no global package that the modifiers 54, 55 and 56 could split.", "code"),
    )
    before, during, after = (
        (pl.col(f"{part}operative_share").cast(pl.Float64()) * SCALE).round().cast(pl.Int64())
        for part in ("pre", "intra", "post")
    )
    lines = refused(
        lines,
        (split | (_has("78") & pl.col("global_days").is_in(_PACKAGE))) & (during.fill_null(0) == 0),
        pl.format("The schedule has no shares of the global package of {}.", "code"),
    )
    share = (
        pl.when(_has("54") & _has("55") & ~_has("56"))
        .then(before + during + after)
        .when(_has("54"))
        .then(before + during)
        .when(_has("55"))
        .then(after)
        .when(_has("56"))
        .then(before)
        .when(_has("78") & pl.col("global_days").is_in(_PACKAGE))
        .then(during)
    )
    said = pl.format("{} as its part of the global package", percent_text(share))
    return stepped(lines, "global package", share_of(pl.col("amount"), share), said)


def with_sides(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the fee of both sides, where both were done, and ``pair`` of two lines for one each.

    Both sides are modifier 50, RT and LT on one line, or, where the indicator is 1, 2 or 3, two units. Of two
    lines of one code, one with RT and one with LT, the first has what is paid for the first side. Indicator
    0: as one side; 1: 150 %; 2: as one, since the fee is for both; 3: 200 %.

    Returns
    -------
    polars.DataFrame
        With ``unit_count`` 1 where two units are both sides.

    References
    ----------
    Relative Value File, record layout, bilateral surgery (modifier 50); Medicare Claims Processing Manual
    (100-04), chapter 12, section 40.7.
    """
    indicator = pl.col("bilateral_indicator")
    whole = (pl.col("unit_count") >= 1) & (pl.col("unit_count") % 1 == 0)
    lines = refused(
        lines,
        ~whole.fill_null(value=False),
        pl.format("The units of {} are not a whole number of services.", "code"),
    )
    lines = refused(
        lines,
        _has("50") & (pl.col("unit_count") > 1),
        pl.format("{} has modifier 50 and more than one unit.", "code"),
    )
    lines = refused(
        lines,
        _has("50") & (indicator == "9"),
        pl.format("{} has modifier 50, which does not apply to it (indicator 9).", "code"),
    )
    one_side = ~_has("50") & (_has("RT") ^ _has("LT"))
    key = ("provider_day", "code", "component")
    lines = lines.with_columns(is_sided=one_side & indicator.is_in(["0", "1", "2"]))
    is_pair = (
        pl.col("is_sided")
        & (pl.col("is_sided") & _has("RT")).any().over(key)
        & (pl.col("is_sided") & _has("LT")).any().over(key)
    )
    lines = lines.with_columns(pair=is_pair.fill_null(value=False))
    lines = lines.with_columns(place=pl.col("line_id").rank("ordinal").over(*key, "pair"))
    lines = refused(
        lines,
        pl.col("pair") & ((pl.col("pair").sum().over(key) > BOTH) | (pl.col("unit_count") > 1)),
        pl.format("{} is on more than one line or unit of one side.", "code"),
    )
    is_twice = (pl.col("unit_count") == BOTH) & indicator.is_in(["1", "2", "3"]) & ~_has("RT") & ~_has("LT")
    both = _has("50") | (_has("RT") & _has("LT")) | is_twice
    lines = refused(
        lines,
        both & ~is_twice & (pl.col("unit_count") > 1),
        pl.format("{} is on both sides and has more than one unit.", "code"),
    )
    amount = pl.col("amount")
    both_amount = share_of(amount, 15_000)
    of_both = (
        pl.when(indicator == "1")
        .then(both_amount)
        .when(indicator == "3")
        .then(2 * amount)
        .when(indicator.is_in(["0", "2"]))
        .then(amount)
    )
    first_side = pl.when(indicator == "1").then(half_up(both_amount, 2)).otherwise(amount)
    second_side = pl.when(indicator == "1").then(both_amount - half_up(both_amount, 2)).otherwise(0)
    is_first = pl.col("place") == 1
    new = (
        pl.when(both)
        .then(of_both)
        .when("pair")
        .then(pl.when(is_first).then(first_side).otherwise(second_side))
    )
    said = (
        pl.when(both)
        .then(pl.format("both sides by indicator {}", indicator))
        .otherwise(pl.format("one of two lines for both sides by indicator {}", indicator))
    )
    stepped_lines = stepped(lines, "bilateral", new, said)
    return stepped_lines.with_columns(
        unit_count=pl.when(both).then(1).otherwise("unit_count").cast(pl.Int64())
    ).drop("is_sided", "place")


def with_surgery_ranks(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the reductions of several procedures of a day (indicators 2 and 3), for all units.

    Procedures are ranked by what their fee is after sides: the first is paid in full, the second to fifth at
    half, more by report. Further units of a procedure rank as procedures of their own. Endoscopies of one
    base code count as one: the dearest in full, the others less the base code's fee, the base code itself at
    nothing; the family is ranked by its sum. Two lines for the two sides are one. Indicator 0, as of add-on
    codes and of those exempt from modifier 51, is never reduced; modifier 51 itself decides nothing.

    References
    ----------
    Relative Value File, record layout, multiple procedure (modifier 51); Medicare Claims Processing Manual
    (100-04), chapter 12, section 40.6.
    """
    lines = lines.with_columns(
        is_ranked=pl.col("multiple_procedure_indicator").is_in(["2", "3"]).fill_null(value=False)
    )
    lines = refused(
        lines,
        (pl.col("multiple_procedure_indicator") == "1") & (pl.len().over("provider_day") > 1),
        pl.format("{} is reduced by the rules before 1995 (indicator 1).", "code"),
    )
    can_rank = pl.col("is_ranked") | (
        pl.col("multiple_procedure_indicator").is_null() & pl.col("code").str.contains(_SURGERY)
    )
    unknown = (can_rank & pl.col("reason").is_not_null()).sum().over("provider_day")
    is_unknown = can_rank & pl.col("reason").is_not_null()
    beside = unknown - is_unknown.cast(pl.UInt32())
    lines = refused(
        lines,
        pl.col("is_ranked") & (beside > 0),
        pl.format("The rank of {} is not known: another procedure of the day cannot be priced.", "code"),
    )
    lines = refused(
        lines,
        pl.col("is_ranked") & _has("78") & (pl.col("is_ranked").sum().over("provider_day") > 1),
        pl.format("{} is a return to the operating room on a day with other procedures.", "code"),
    )
    lines = _with_families(lines)
    ranked = lines.filter("is_ranked")
    sets = (
        ranked.group_by("provider_day", "set_key")
        .agg(
            set_amount=pl.col("amount").sum(),
            set_count=pl.when(pl.len() > 1).then(1).otherwise(pl.col("unit_count").max()),
            first_id=pl.col("line_id").min(),
        )
        .sort("provider_day", "set_amount", "first_id", descending=[False, True, False])
        .with_columns(before=pl.col("set_count").cum_sum().over("provider_day") - pl.col("set_count"))
    )
    lines = lines.join(
        sets.select("provider_day", "set_key", "before"),
        on=("provider_day", "set_key"),
        how="left",
        maintain_order="left",
    )
    last = pl.col("before") + pl.col("unit_count")
    lines = refused(
        lines,
        pl.col("is_ranked") & (last > MOST_RANKED),
        pl.format("{} is beyond the fifth procedure of the day, which is priced by report.", "code"),
    )
    half = share_of(pl.col("amount"), HALF)
    is_first = pl.col("before") == 0
    full = (
        pl.when(is_first)
        .then(pl.col("amount") + half * (pl.col("unit_count") - 1))
        .otherwise(half * pl.col("unit_count"))
    )
    is_changed = ~is_first | (pl.col("unit_count") > 1)
    said = (
        pl.when(is_first & (pl.col("unit_count") > 1))
        .then(pl.format("the first of {} units in full, the others at 50 %", "unit_count"))
        .when(pl.col("unit_count") > 1)
        .then(pl.format("{} units at 50 % as further procedures of the day", "unit_count"))
        .otherwise(pl.format("50 % as procedure {} of the day", pl.col("before") + 1))
    )
    lines = stepped(lines, "multiple procedures", pl.when(pl.col("is_ranked") & is_changed).then(full), said)
    return lines.drop("set_key", "before", "family")


def _with_families(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the rule of endoscopies of one base code, and ``set_key``: what is ranked as one."""
    is_endoscopy = pl.col("is_ranked") & (pl.col("multiple_procedure_indicator") == "3")
    bases = (
        lines.filter(is_endoscopy)
        .select("provider_day", code="endoscopic_base_code", base_of_day="endoscopic_base_code")
        .drop_nulls()
        .unique()
    )
    lines = lines.join(bases, on=("provider_day", "code"), how="left", maintain_order="left")
    own = pl.when(is_endoscopy).then("endoscopic_base_code")
    lines = lines.with_columns(family=pl.when("is_ranked").then(pl.coalesce("base_of_day", own)))
    key = ("provider_day", "family")
    is_family = pl.col("family").is_not_null() & (pl.len().over(key) > 1)
    is_base = pl.col("base_of_day").is_not_null()
    lines = lines.with_columns(family=pl.when(is_family).then("family"), is_base=is_family & is_base)
    lines = refused(
        lines,
        pl.col("family").is_not_null() & (pl.col("pair") | (pl.col("unit_count") > 1)),
        pl.format("{} is one of several endoscopies and has several units or sides.", "code"),
    )
    place = pl.col("amount").rank("ordinal", descending=True).over("provider_day", "family", "is_base")
    reduced = (
        pl.when("is_base")
        .then(0)
        .when(place > 1)
        .then(pl.max_horizontal(pl.col("amount") - pl.col("base_fee"), 0))
    )
    said = (
        pl.when("is_base")
        .then(pl.lit("the base code is paid with the other endoscopy"))
        .otherwise(pl.format("less the fee of the base code {}", "family"))
    )
    lines = stepped(lines, "endoscopies", pl.when(pl.col("family").is_not_null()).then(reduced), said)
    return lines.with_columns(
        set_key=pl.when(pl.col("family").is_not_null())
        .then(pl.format("family {}", "family"))
        .when("pair")
        .then(pl.format("pair {}", "code"))
        .otherwise(pl.format("line {}", "line_id"))
    ).drop("is_base", "base_of_day")


def with_part_reductions(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the reductions of technical and professional parts (indicators 4, 6 and 7).

    Imaging (4): the dearest technical part of the day in full, the others at 50 %; of the professional parts
    the others at 95 % since 2017, at 75 % from 2012 to 2016. Cardiovascular tests (6): further technical
    parts at 75 %; eye tests (7): at 80 %. A service without modifier has both parts. Services of a day are
    taken as of one session, unless modifier 59 or XE says otherwise: then they are not priced.

    References
    ----------
    Relative Value File, record layout, multiple procedure (modifier 51), indicators 4, 6 and 7, and imaging
    family indicator 88.
    """
    indicator, key = pl.col("multiple_procedure_indicator"), ("group_day", "multiple_procedure_indicator")
    parts = pl.col("professional_technical_indicator")
    is_in = indicator.is_in(list(TECHNICAL_SHARES)).fill_null(value=False) & pl.col("reason").is_null()
    lines = lines.with_columns(is_in=is_in)
    count = pl.when("is_in").then("unit_count").sum().over(key)
    several = pl.col("is_in") & (count > 1)
    lines = refused(
        lines,
        several & _has("59", "XE"),
        pl.format("{} is of another session of the day, which the rule of several tests leaves out.", "code"),
    )
    first_day = pl.when(indicator == "4").then(IMAGING_FROM).otherwise(PARTS_FROM)
    lines = refused(
        lines,
        several & (pl.col("service_date") < first_day),
        pl.format("The rule for several tests of the day of {} is an older one.", "code"),
    )
    amount = pl.col("amount")
    technical = (
        pl.when(pl.col("component") == "TC")
        .then(amount)
        .when((pl.col("component") == "26") | (parts == "2"))
        .then(0)
        .when(parts == "3")
        .then(amount)
        .when(pl.col("technical_fee").is_not_null())
        .then(pl.min_horizontal("technical_fee", "amount"))
    )
    lines = lines.with_columns(technical=technical)
    unknown = several & pl.col("technical").is_null()
    lines = refused(
        lines,
        several & unknown.any().over(key),
        pl.format("The technical part of a test of the day of {} is not in the schedule.", "code"),
    )
    lines = lines.with_columns(professional=amount - pl.col("technical"))

    def places(part: str) -> pl.Expr:
        has_part = pl.col("is_in") & (pl.col(part) > 0)
        return pl.when(has_part).then(part).rank("ordinal", descending=True).over(key)

    share = indicator.replace_strict(TECHNICAL_SHARES, default=None, return_dtype=pl.Int64())
    professional_share = pl.lit(SCALE)
    for first, left in PROFESSIONAL_SHARES:
        is_reduced = (indicator == "4") & (pl.col("service_date") >= first)
        professional_share = pl.when(is_reduced).then(left).otherwise(professional_share)

    def paid(part: str, part_share: pl.Expr) -> pl.Expr:
        less = share_of(pl.col(part), part_share)
        is_first = (places(part) == 1).fill_null(value=False)
        return (
            pl.when(is_first)
            .then(pl.col(part) + less * (pl.col("unit_count") - 1))
            .otherwise(less * pl.col("unit_count"))
        )

    total = paid("technical", share) + paid("professional", professional_share)
    is_changed = total != amount * pl.col("unit_count")
    said = pl.format(
        "further tests of the day, technical parts at {}, professional at {}",
        percent_text(share),
        percent_text(professional_share),
    )
    lines = stepped(lines, "several tests", pl.when(several & is_changed).then(total), said)
    return lines.with_columns(is_counted=pl.col("is_ranked") | (several & is_changed)).drop(
        "is_in", "technical", "professional"
    )


def with_therapy_reduction(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines of therapy (indicator 5) with half the practice expense of all units but the dearest.

    References
    ----------
    Relative Value File, record layout, multiple procedure indicator 5 (since 2013-04-01); Medicare Claims
    Processing Manual (100-04), chapter 5, section 10.7.
    """
    is_therapy = (pl.col("multiple_procedure_indicator") == "5").fill_null(value=False) & pl.col(
        "reason"
    ).is_null()
    lines = lines.with_columns(is_therapy=is_therapy)
    units = pl.when("is_therapy").then("unit_count").sum().over("group_day", "is_therapy")
    several = pl.col("is_therapy") & (units > 1)
    lines = refused(
        lines,
        several & (pl.col("service_date") < THERAPY_FROM),
        pl.format("The rule for several units of therapy of the day of {} is an older one.", "code"),
    )
    place = (
        pl.when("is_therapy")
        .then("practice_numerator")
        .rank("ordinal", descending=True)
        .over("group_day", "is_therapy")
    )
    reduced = half_up(2 * pl.col("fee_numerator") - pl.col("practice_numerator"), 2 * 10**10)
    is_first = place == 1
    total = (
        pl.when(is_first)
        .then(pl.col("amount") + reduced * (pl.col("unit_count") - 1))
        .otherwise(reduced * pl.col("unit_count"))
    )
    is_changed = several & (~is_first | (pl.col("unit_count") > 1))
    said = (
        pl.when(is_first)
        .then(
            pl.format(
                "the first of {} units in full, the others with half the practice expense", "unit_count"
            )
        )
        .otherwise(pl.format("{} units with half the practice expense", "unit_count"))
    )
    lines = stepped(lines, "therapy", pl.when(is_changed).then(total), said)
    return lines.with_columns(is_counted=pl.col("is_counted") | is_changed.fill_null(value=False)).drop(
        "is_therapy"
    )


def with_units(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the fee of all units, where no rule on several procedures has counted them."""
    is_open = ~pl.col("is_counted") & (pl.col("unit_count") > 1)
    amount = pl.when(is_open).then(pl.col("amount") * pl.col("unit_count"))
    return stepped(lines, "units", amount, pl.format("{} units", "unit_count")).drop("is_counted")


def with_surgeons(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the share of an assistant at surgery or of one of two surgeons.

    An assistant (80, 81, 82, AS) is paid 16 %, with AS 85 % of it; by indicator 1 nothing, by 0 only with
    documentation, which is not priced. Each of two surgeons (62) is paid 62.5 %; by indicator 0 nothing.

    References
    ----------
    Medicare Claims Processing Manual (100-04), chapter 12, sections 20.4.3, 40.8 and 110.2 (AS); Relative
    Value File, record layout, assistant at surgery and co-surgeons.
    """
    assists, indicator = _has(*_ASSISTANTS), pl.col("assistant_indicator")
    lines = refused(
        lines,
        assists & (indicator == "0"),
        pl.format(
            "An assistant at {} is paid only where documentation shows the need (indicator 0).", "code"
        ),
    )
    lines = refused(
        lines,
        assists & ~indicator.is_in(["1", "2"]),
        pl.format("No assistant at surgery applies to {}.", "code"),
    )
    lines = stepped(
        lines,
        "assistant at surgery",
        pl.when(assists & (indicator == "1")).then(0),
        "an assistant is barred by statute (indicator 1)",
    )
    lines = stepped(
        lines,
        "assistant at surgery",
        pl.when(assists & (indicator == "2")).then(share_of(pl.col("amount"), ASSISTANT)),
        "16 % as assistant at surgery",
    )
    lines = stepped(
        lines,
        "assistant at surgery",
        pl.when(_has("AS") & (indicator == "2")).then(share_of(pl.col("amount"), 8_500)),
        "85 % of it to an assistant who is no physician",
    )
    two, pairs = _has("62"), pl.col("co_surgeon_indicator")
    lines = refused(
        lines, two & ~pairs.is_in(["0", "1", "2"]), pl.format("No second surgeon applies to {}.", "code")
    )
    lines = stepped(
        lines,
        "two surgeons",
        pl.when(two & (pairs == "0")).then(0),
        "two surgeons are not paid (indicator 0)",
    )
    return stepped(
        lines,
        "two surgeons",
        pl.when(two & pairs.is_in(["1", "2"])).then(share_of(pl.col("amount"), CO_SURGEON)),
        "62.5 % as one of two surgeons",
    )


def with_practitioner_share(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the share of the fee that a practitioner other than a physician is paid.

    Who it is, the provider's taxonomy code says; without one the fee is a physician's.

    References
    ----------
    42 CFR 414.53 (clinical social workers, marriage and family therapists, mental health counselors: 75 %),
    414.54 (nurse-midwives: 65 %, since 2011 in full), 414.52 and 414.56 (physician assistants, nurse
    practitioners, clinical nurse specialists: 85 %), 414.64 (dietitians: 85 %).
    """
    share, who = pl.lit(None, pl.Int64()), pl.lit(None, pl.String())
    is_listed = pl.lit(value=False)
    for start, paid, first, name in PRACTITIONERS:
        fits = pl.col("taxonomy").str.starts_with(start).fill_null(value=False)
        is_listed |= fits
        in_force = fits & (pl.col("service_date") >= first)
        share = pl.when(in_force).then(paid).otherwise(share)
        who = pl.when(in_force).then(pl.lit(name)).otherwise(who)
    lines = refused(
        lines, is_listed & share.is_null(), pl.lit("Medicare did not pay such a practitioner on that day.")
    )
    amount = pl.when((share < SCALE) & ~_has("AS")).then(share_of(pl.col("amount"), share))
    return stepped(lines, "practitioner", amount, pl.format("{} to a {}", percent_text(share), who))


def with_injections(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines, those of status T at 0 where the provider is paid for anything else of that day.

    References
    ----------
    Relative Value File, attachment A, status T.
    """
    is_payable = pl.col("status_code").is_in(["A", "R"]) & pl.col("reason").is_null() & (pl.col("amount") > 0)
    amount = pl.when(
        (pl.col("status_code") == "T") & is_payable.fill_null(value=False).any().over("provider_day")
    ).then(0)
    return stepped(lines, "status", amount, "paid with the other services of the day (status T)")


def at_most_charged(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with at most what was charged, where ``charge`` (cents) is known.

    References
    ----------
    42 CFR 414.21: the lesser of the actual charge and the fee schedule amount.
    """
    amount = pl.when(pl.col("charge") < pl.col("amount")).then("charge")
    return stepped(lines, "charge", amount, "at most the charge")
