"""When an overpayment is to be reported and returned: the 60-day rule by its dates, and its look-back.

An aid and no legal advice. Every day is an argument; what a source leaves open stays open.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, get_args

from auditlib.errors import UsageError
from auditlib.text import format_date

GovernedBy = Literal["medicare", "medicaid", "medicare advantage", "contract", "not known"]
"""What governs the refund of a payer: Medicare Parts A and B, Medicaid, a plan's or another contract."""
GOVERNED_BY: Final[tuple[str, ...]] = get_args(GovernedBy)

NO_ADVICE: Final = "An aid for keeping days, no legal advice: the days entered decide, and who enters them."
STATUTE_FROM: Final = dt.date(2010, 3, 23)
RULE_OF_2016_FROM: Final = dt.date(2016, 3, 14)
RULE_OF_2025_FROM: Final = dt.date(2025, 1, 1)
REFUND_DAYS: Final = 60
SUSPENDED_DAYS: Final = 180
DILIGENCE_MONTHS: Final = 6
LOOK_BACK_YEARS: Final = 6

_STATUTE: Final = "42 U.S.C. 1320a-7k(d)(2), read"
SOURCES: Final = {
    "rule of 2025": (
        "42 CFR 401.305(a)(2), (b)(1) and (b)(3) as amended by 89 FR 98553 (Dec. 9, 2024), in force since "
        "Jan. 1, 2025: not read in the amended wording, taken from law firms' summaries of it; that the rest "
        "of the 60 days runs on after the suspension is read into the word; the later cost report: (b)(1)(ii)"
    ),
    "rule of 2016": (
        "42 CFR 401.305(a)(2) and (b)(1) as in force from Mar. 14, 2016, to Dec. 31, 2024, read; at most six "
        "months of diligence: preamble, 81 FR 7654 (Feb. 12, 2016), not read, taken from summaries of it"
    ),
    "statute": f"{_STATUTE}: it does not say when an overpayment is identified",
    "contract": "the contract with the payer, which is not held here",
    "medicare advantage": (
        "the contract with the plan, which is not held here; 42 CFR 422.326, read, is the rule of the "
        "organization that runs the plan, not of those whom it pays"
    ),
    "not known": "none: it is not known what governs this payer",
    "look-back": "42 CFR 401.305(f), read as in force before 2025",
}
"""Where each rule stands, and whether its wording could be read."""

# Claim filing indicators of X12 (SBR09). Of an HMO (HM) and others it is the contract that is known.
_BY_FILING_CODE: Final[dict[str, GovernedBy]] = {
    "MA": "medicare",
    "MB": "medicare",
    "MC": "medicaid",
    "16": "medicare advantage",
    **dict.fromkeys(("12", "13", "14", "15", "17", "BL", "CI", "DS", "HM"), "contract"),
}


def governed_by(filing_code: str | None) -> GovernedBy:
    """Return what governs refunds to a payer, by the claim filing indicator.

    Examples
    --------
    >>> governed_by("MB"), governed_by("CI"), governed_by("CH"), governed_by(None)
    ('medicare', 'contract', 'not known', 'not known')
    """
    return _BY_FILING_CODE.get((filing_code or "").strip().upper(), "not known")


@dataclass(frozen=True, slots=True)
class OverpaymentDays:
    """What is known of the days of one overpayment; None where nothing is.

    Parameters
    ----------
    governed_by
        One of `GOVERNED_BY`.
    identified_on
        When it was known; before 2025 when it was determined and quantified.
    investigation_started_on, investigation_ended_on
        Since 2025 of the timely, good-faith investigation of related overpayments, which ends when all of
        them are calculated; before, when credible information came in.
    cost_report_due_on
        When the corresponding cost report is due, if there is one.
    contract_due_on
        The last day by the contract.
    first_received_on, last_received_on
        First and last day on which the payer paid the claim.
    """

    governed_by: GovernedBy
    identified_on: dt.date | None = None
    investigation_started_on: dt.date | None = None
    investigation_ended_on: dt.date | None = None
    cost_report_due_on: dt.date | None = None
    contract_due_on: dt.date | None = None
    first_received_on: dt.date | None = None
    last_received_on: dt.date | None = None

    def __post_init__(self) -> None:
        if self.governed_by not in GOVERNED_BY:
            message = f"'{self.governed_by}' is nothing that governs refunds."
            raise UsageError(message, hint=f"Known are {', '.join(GOVERNED_BY)}.")
        started, ended = self.investigation_started_on, self.investigation_ended_on
        if ended is not None and (started is None or ended < started):
            message = "The investigation ends before it starts."
            raise UsageError(message, hint="Give the day on which it started, and a later one of its end.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to report and return an overpayment.

    Parameters
    ----------
    rule
        rule of 2025, rule of 2016, statute, contract, medicare advantage or not known.
    due_on
        The last day; None if it cannot be decided.
    why
        How the day comes about, or why there is none.
    is_final
        False while an investigation goes on that may end earlier.
    """

    rule: str
    due_on: dt.date | None
    why: str
    is_final: bool = True

    @property
    def source(self) -> str:
        """Where the rule stands, and whether it could be read."""
        return SOURCES[self.rule]


def refund_deadline(days: OverpaymentDays, *, as_of: dt.date) -> Deadline:
    """Return the last day to report and return an overpayment, by the rule of its date and payer.

    Parameters
    ----------
    days
        What is known of it.
    as_of
        The day of looking: an investigation that has not ended suspends until its longest day.

    Notes
    -----
    No text that was read moves a last day that is a Saturday, Sunday or holiday, so none is moved. The
    suspensions by the self-disclosure protocols and by an extended repayment schedule (42 CFR 401.305(b)(2))
    are not computed.

    Examples
    --------
    >>> days = OverpaymentDays("medicare", identified_on=dt.date(2025, 3, 3))
    >>> refund_deadline(days, as_of=dt.date(2025, 4, 1)).due_on
    datetime.date(2025, 5, 2)
    """
    if days.governed_by not in {"medicare", "medicaid"}:
        return _by_contract(days)
    rule = _rule_name(days)
    if days.identified_on is None:
        return Deadline(rule, None, "No day is entered on which it was identified.")
    if days.identified_on < STATUTE_FROM:
        return Deadline("statute", None, f"Identified before the statute of {format_date(STATUTE_FROM)}.")
    compute = {"rule of 2025": _of_2025, "rule of 2016": _of_2016, "statute": _of_statute}[rule]
    return _with_cost_report(compute(days, days.identified_on, as_of), days.cost_report_due_on)


def _rule_name(days: OverpaymentDays) -> str:
    if days.governed_by == "medicaid":
        return "statute"
    identified = _counts_as_identified(days)
    if identified is None or identified >= RULE_OF_2025_FROM:
        return "rule of 2025"
    return "rule of 2016" if identified >= RULE_OF_2016_FROM else "statute"


def _counts_as_identified(days: OverpaymentDays) -> dt.date | None:
    """Return the day entered, or the earlier end of six months of diligence that ran out before 2025."""
    identified, started = days.identified_on, days.investigation_started_on
    if identified is None or started is None:
        return identified
    ran_out = _months_later(started, DILIGENCE_MONTHS)
    is_of_2016 = started >= RULE_OF_2016_FROM and ran_out < RULE_OF_2025_FROM
    return min(identified, ran_out) if is_of_2016 or identified < RULE_OF_2025_FROM else identified


def _of_2025(days: OverpaymentDays, identified: dt.date, as_of: dt.date) -> Deadline:
    plain = identified + dt.timedelta(days=REFUND_DAYS)
    said = f"60 days after {format_date(identified)}, when it was identified"
    started, ended = days.investigation_started_on, days.investigation_ended_on
    if started is None:
        return Deadline("rule of 2025", plain, f"{said}.")
    if started > plain:
        late = f"the investigation started after that, on {format_date(started)}, and suspends nothing"
        return Deadline("rule of 2025", plain, f"{said}; {late}.")
    begun = max(started, identified)
    longest = identified + dt.timedelta(days=SUSPENDED_DAYS)
    if ended is not None and ended <= begun:
        return Deadline("rule of 2025", plain, f"{said}; the investigation had ended by then.")
    until = longest if ended is None else min(ended, longest)
    left = (plain - begun).days
    is_final = ended is not None or as_of > longest
    what = "180 days after it was identified" if until == longest else "when the investigation ended"
    going_on = "" if is_final else ", at the latest: the investigation goes on"
    why = (
        f"{said}, suspended from {format_date(begun)} to {format_date(until)} ({what}); then the "
        f"{left} days left{going_on}."
    )
    return Deadline("rule of 2025", until + dt.timedelta(days=left), why, is_final)


def _of_2016(days: OverpaymentDays, identified: dt.date, as_of: dt.date) -> Deadline:
    del as_of
    counted = _counts_as_identified(days) or identified
    said = f"60 days after {format_date(counted)}, when it was determined and quantified"
    if counted < identified and days.investigation_started_on is not None:
        said = (
            f"60 days after {format_date(counted)}, when six months of diligence had run out "
            f"since {format_date(days.investigation_started_on)}"
        )
    return Deadline("rule of 2016", counted + dt.timedelta(days=REFUND_DAYS), f"{said}.")


def _of_statute(days: OverpaymentDays, identified: dt.date, as_of: dt.date) -> Deadline:
    del as_of
    said = f"60 days after {format_date(identified)}, when it was identified."
    if days.investigation_started_on is not None:
        said += " The statute has no suspension for an investigation."
    if days.governed_by == "medicaid":
        said += " A state may demand more."
    return Deadline("statute", identified + dt.timedelta(days=REFUND_DAYS), said)


def _with_cost_report(deadline: Deadline, cost_report_due: dt.date | None) -> Deadline:
    if deadline.due_on is None or cost_report_due is None or cost_report_due <= deadline.due_on:
        return deadline
    why = f"The cost report is due later, on {format_date(cost_report_due)}. Else: {deadline.why}"
    return Deadline(deadline.rule, cost_report_due, why)


def _by_contract(days: OverpaymentDays) -> Deadline:
    rule: str = days.governed_by
    if days.contract_due_on is not None and rule != "not known":
        return Deadline(rule, days.contract_due_on, "As entered from the contract.")
    missing = {
        "contract": "The contract decides: no last day is entered from it.",
        "medicare advantage": "The contract with the plan decides: no last day is entered from it.",
        "not known": "It is not known whether a law or a contract governs this payer: state it.",
    }
    return Deadline(rule, None, missing[rule])


@dataclass(frozen=True, slots=True)
class LookBack:
    """Whether an overpayment lies within the look-back, and why; None if it cannot be decided."""

    is_within: bool | None
    why: str


def look_back(days: OverpaymentDays, *, as_of: dt.date) -> LookBack:
    """Return whether an overpayment was identified within six years of its receipt.

    Parameters
    ----------
    days
        What is known of it; not identified yet, it counts as identified on the day of looking.
    as_of
        The day of looking.

    Notes
    -----
    A claim that was reopened and paid again was received on several days: where they do not agree, it cannot
    be decided. Six years after a February 29 is March 1.

    References
    ----------
    42 CFR 401.305(f), of Medicare Parts A and B only (42 CFR 401.301).
    """
    if days.governed_by != "medicare":
        said = {
            "medicaid": "The statute has none; a state's law may.",
            "contract": "The contract decides.",
            "medicare advantage": "The contract decides; six payment years bind the organization only.",
        }
        return LookBack(None, said.get(days.governed_by, "It is not known what governs this payer."))
    first, last = days.first_received_on, days.last_received_on
    if first is None or last is None:
        return LookBack(None, "Cannot be decided: the day of payment is not known.")
    identified = days.identified_on or as_of
    ends = (_years_later(first, LOOK_BACK_YEARS), _years_later(last, LOOK_BACK_YEARS))
    if identified <= ends[0]:
        return LookBack(is_within=True, why=f"Within six years of {format_date(first)}.")
    if identified > ends[1]:
        return LookBack(is_within=False, why=f"More than six years after {format_date(last)}.")
    return LookBack(
        None,
        f"Cannot be decided: paid first on {format_date(first)}, more than six years before, and again on "
        f"{format_date(last)}.",
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
