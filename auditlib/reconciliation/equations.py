"""Totals that rightly differ, each difference as an equation whose steps add up to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from auditlib.reconciliation.comparison import Comparison
from auditlib.warehouse import Warehouse

COUNT, DOLLARS = "records", "dollars"


@dataclass(frozen=True, slots=True)
class Equation:
    """A total, what is added and taken away, and the total that remains.

    Attributes
    ----------
    title
        What the equation explains.
    unit
        'records' or 'dollars'.
    start
        The total that it starts from, and its value.
    steps
        What is added (positive) or taken away (negative), and how much.
    result
        The total that it ends in, and its value.
    result_shown
        Screens and columns that show the result, as ``denials.dollars.numerator_amount``.
    """

    title: str
    unit: str
    start: tuple[str, Decimal]
    steps: tuple[tuple[str, Decimal], ...]
    result: tuple[str, Decimal]
    result_shown: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        """Return what remains unexplained: the result less the start and the steps."""
        return self.result[1] - self.start[1] - sum((value for _, value in self.steps), Decimal(0))


def equations(
    warehouse: Warehouse, screens: Mapping[str, pl.DataFrame], comparison: Comparison
) -> list[Equation]:
    """Return the equations of one workspace.

    Parameters
    ----------
    warehouse
        The warehouse.
    screens
        The frames of the screens, by `auditlib.reconciliation.screens.SCREENS`.
    comparison
        The raw records beside those loaded.
    """
    relations = warehouse.query("queries/reconciliation/claim_relation")
    examined = warehouse.query("queries/reconciliation/examined_item")
    places = warehouse.query("queries/reconciliation/payment_place")
    paths = warehouse.query("queries/reconciliation/denial_path")
    stated = [
        *_claims(relations, screens),
        *_payments(places, screens),
        _checks(screens),
        *_balances(screens, examined),
        *_positions(places, screens),
        _encounters(warehouse, screens),
    ]
    # Without a list of denial reasons the screens count no denials: there is nothing to explain.
    if warehouse.query("measures/denial_reason_count").item():
        stated += [
            _denied_at_first(places, screens, comparison),
            *_denied_in_the_end(paths, screens),
            *_answers(paths, screens),
        ]
    return stated


def _encounters(warehouse: Warehouse, screens: Mapping[str, pl.DataFrame]) -> Equation:
    """Encounters that files give against all of the workspace."""
    origins = warehouse.query("queries/reconciliation/encounter_origin")
    return Equation(
        "Encounters in files against all encounters",
        COUNT,
        ("encounters in charts, tables and FHIR files", _sum(screens["files.totals"], "encounter_count")),
        (
            (
                "encounters known from claims only",
                _sum(origins, "encounter_count", pl.col("origin") == "claim"),
            ),
        ),
        ("encounters", _sum(screens["files.encounter_count"], "encounter_count")),
        ("files.encounter_count.encounter_count",),
    )


def _sum(frame: pl.DataFrame, column: str, *conditions: pl.Expr | bool) -> Decimal:
    return Decimal(frame.filter(*conditions)[column].sum() or 0)


def _grouped(frame: pl.DataFrame, label: str, column: str, sign: int = 1) -> Iterable[tuple[str, Decimal]]:
    for text, value in frame.group_by(label, maintain_order=True).agg(pl.col(column).sum()).iter_rows():
        if value:
            yield str(text), sign * Decimal(value)


def _claims(relations: pl.DataFrame, screens: Mapping[str, pl.DataFrame]) -> Iterable[Equation]:
    """Claims against the originals that the denial figures follow."""
    others = relations.filter(~pl.col("is_followed")).with_columns(
        text=pl.when(pl.col("relation") == "to a later payer")
        .then(pl.lit("claims to a later payer"))
        .when(pl.col("relation") == "original")
        .then(pl.lit("originals that are not followed"))
        .otherwise(pl.format("{}s of claims", "relation"))
    )
    flow, by_form = screens["denials.outcomes"], screens["claims.totals"]
    yield Equation(
        "Claims against originals",
        COUNT,
        ("claims loaded", Decimal(by_form["claim_count"].sum())),
        tuple(_grouped(others, "text", "claim_count", -1)),
        ("original claims, whose outcome is followed", Decimal(by_form["original_claim_count"].sum())),
        ("claims.totals.original_claim_count",),
    )
    yield Equation(
        "Original claims on their paths",
        COUNT,
        ("original claims", _sum(relations, "claim_count", pl.col("is_followed"))),
        (),
        ("claims on the paths from submission to outcome", Decimal(flow["claim_count"].sum())),
        ("denials.outcomes.claim_count",),
    )
    yield Equation(
        "Charges of claims against those of originals",
        DOLLARS,
        ("charges of the claims loaded", _sum(by_form, "charge_amount")),
        tuple(_grouped(others, "text", "charge_amount", -1)),
        ("charges of original claims", _sum(flow, "charge_amount")),
        ("denials.outcomes.charge_amount",),
    )


_PAYMENT_PLACES = {
    "without a claim": "payments without a claim",
    "no answer to a chain": "payments that answer no chain of claims, or only forward or predetermine",
    "of a chain that is not followed": "payments of claims that are not followed",
    "of a later payer": "payments of later payers",
}


def _payments(places: pl.DataFrame, screens: Mapping[str, pl.DataFrame]) -> Iterable[Equation]:
    """Payments with and without reversals, with and without a claim, of first and later payers."""
    all_paid = _sum(places, "paid_amount")
    is_reversal, is_matched = pl.col("is_reversal"), pl.col("is_matched")
    yield Equation(
        "Payments with reversals",
        DOLLARS,
        ("paid on claims before reversals", _sum(places, "paid_amount", ~is_reversal)),
        (("taken back by reversals (claim status 22)", _sum(places, "paid_amount", is_reversal)),),
        ("paid on claims", _sum(screens["claims.matching_methods"], "paid_amount")),
        ("claims.matching_methods.paid_amount",),
    )
    unmatched = screens["claims.unmatched_payments"]
    for unit, column, shown, shown_column in (
        (COUNT, "payment_count", unmatched, "numerator_count"),
        (DOLLARS, "paid_amount", unmatched, "unmatched_paid_amount"),
        (DOLLARS, "paid_amount", screens["claims.unmatched"], "paid_amount"),
        (DOLLARS, "charge_amount", screens["claims.unmatched"], "charge_amount"),
    ):
        screen = "claims.unmatched_payments" if shown is unmatched else "claims.unmatched"
        what = {"payment_count": "claim payments", "paid_amount": "paid", "charge_amount": "charges answered"}
        yield Equation(
            f"Payments without a claim: {what[column]} ({screen})",
            unit,
            (f"{what[column]}, all", _sum(places, column)),
            ((f"{what[column]}, matched to a claim", -_sum(places, column, is_matched)),),
            (f"{what[column]}, without a claim", _sum(shown, shown_column)),
            (f"{screen}.{shown_column}",),
        )
    named = places.with_columns(
        text=pl.col("place").replace_strict(_PAYMENT_PLACES, default=None, return_dtype=pl.String)
    )
    yield Equation(
        "All payments against those of the primary payer",
        DOLLARS,
        ("paid on claims", all_paid),
        tuple(_grouped(named.drop_nulls("text"), "text", "paid_amount", -1)),
        ("paid by primary payers on original claims", _sum(screens["denials.outcomes"], "paid_amount")),
        ("denials.outcomes.paid_amount",),
    )
    by_position = screens["claims.position_totals"]
    yield Equation(
        "All payments against those in net positions",
        DOLLARS,
        ("paid on claims", all_paid),
        tuple(
            (text, -value)
            for text, value in (
                ("payments without a claim", _sum(places, "paid_amount", ~is_matched)),
                (
                    "payments that only forward (23) or predetermine (25)",
                    _sum(places, "paid_amount", is_matched, pl.col("is_no_answer")),
                ),
            )
            if value
        ),
        ("paid, by net position", _sum(by_position, "paid_amount")),
        ("claims.position_totals.paid_amount", "claims.positions.paid_amount"),
    )


def _checks(screens: Mapping[str, pl.DataFrame]) -> Equation:
    """Totals of remittances against their payments less provider adjustments."""
    money = {row["table_name"]: row for row in screens["files.money_totals"].iter_rows(named=True)}
    balances = screens["files.balance_totals"].filter(balance_rule="remittance payment")
    return Equation(
        "Totals of remittances (BPR02) against their payments",
        DOLLARS,
        ("paid on claims", Decimal(money["remit_claim"]["paid_amount"])),
        (
            *(
                (f"{row['kind']} (PLB)", -Decimal(row["adjustment_amount"]))
                for row in screens["denials.takeback_totals"].iter_rows(named=True)
            ),
            ("remittances that do not balance", -_sum(balances, "difference_amount")),
        ),
        ("totals of remittances (BPR02)", Decimal(money["remittance"]["payment_amount"])),
        ("files.money_totals.payment_amount",),
    )


def _balances(screens: Mapping[str, pl.DataFrame], examined: pl.DataFrame) -> Iterable[Equation]:
    """Yield what was examined as what balances and what does not."""
    shown = screens["files.balance_totals"]
    first, rest = examined.filter(item="claims"), examined.filter(pl.col("item") != "claims")
    yield Equation(
        "Items that the rules of balance are held against",
        COUNT,
        ("claims", _sum(first, "item_count")),
        tuple(_grouped(rest, "item", "item_count")),
        ("items examined", _sum(shown, "eligible_count")),
        ("files.balance_totals.eligible_count",),
    )
    yield Equation(
        "Items that add up, and items that do not",
        COUNT,
        ("items examined", _sum(shown, "eligible_count")),
        (("items that do not add up", -_sum(shown, "unbalanced_count")),),
        ("items that add up", _sum(shown, "balanced_count")),
        ("files.balance_totals.balanced_count",),
    )
    listed = screens["files.balances"]
    yield Equation(
        "Items that do not add up, one by one",
        COUNT,
        ("items listed", Decimal(listed.height)),
        (),
        ("items that do not add up", _sum(shown, "unbalanced_count")),
        ("files.balance_totals.unbalanced_count",),
    )
    yield Equation(
        "Computed against stated amounts",
        DOLLARS,
        ("computed from the parts", _sum(listed, "computed_amount")),
        (("stated in the file", -_sum(listed, "stated_amount")),),
        ("differences, one by one", _sum(listed, "difference_amount")),
        tuple(f"files.balances.{one}_amount" for one in ("computed", "stated", "difference")),
    )
    for column, value in (
        ("difference_amount", _sum(listed, "difference_amount")),
        (
            "gross_difference_amount",
            _sum(listed.with_columns(pl.col("difference_amount").abs()), "difference_amount"),
        ),
    ):
        yield Equation(
            f"Differences of items that do not add up ({column.removesuffix('_amount').replace('_', ' ')})",
            DOLLARS,
            ("differences, one by one", value),
            (),
            ("differences, by file and rule", _sum(shown, column)),
            (f"files.balance_totals.{column}",),
        )


def _denied_at_first(
    places: pl.DataFrame, screens: Mapping[str, pl.DataFrame], comparison: Comparison
) -> Equation:
    """Return what 835 files state as denied against what was denied at first."""
    stated = comparison.records.filter(
        pl.col("record_kind") == "remit_claim",
        pl.col("raw_part") == "4",
        pl.col("format").str.starts_with("83"),
    )
    raw = _sum(stated, "charge_amount")
    is_first, is_stated = pl.col("place") == "first answer", pl.col("is_stated_denied")
    is_first_denial = is_first & pl.col("has_denial")
    not_loaded = _sum(stated, "loaded_charge_amount") - raw
    elsewhere = _sum(places, "charge_amount", is_stated) - raw - not_loaded
    others = places.filter(is_stated, ~is_first).with_columns(text=pl.format("stated as denied, {}", "place"))
    steps = [
        ("stated as denied and not loaded", not_loaded),
        ("stated as denied in files that are not compared", elsewhere),
        *_grouped(others, "text", "charge_amount", -1),
        (
            "first answers stated as denied for reasons that are no denial",
            _sum(places, "denied_amount", is_first_denial, is_stated)
            - _sum(places, "charge_amount", is_first, is_stated),
        ),
        (
            "first answers that refuse every line under another status",
            _sum(places, "denied_amount", is_first_denial, ~is_stated, pl.col("is_denied")),
        ),
        (
            "lines refused in first answers that decide the rest",
            _sum(places, "denied_amount", is_first_denial, ~is_stated, ~pl.col("is_denied")),
        ),
    ]
    return Equation(
        "Denied by claim status in the files against denied at first",
        DOLLARS,
        ("charges of claim payments with status 4 in 835 files", raw),
        tuple((text, value) for text, value in steps if value),
        ("denied at first", _sum(screens["denials.dollars"], "numerator_amount")),
        ("denials.dollars.numerator_amount",),
    )


_DENIED = ("denied", "partly denied")


def _denied_in_the_end(paths: pl.DataFrame, screens: Mapping[str, pl.DataFrame]) -> Iterable[Equation]:
    """Denied at first against denied in the end, and against the dollars of every denial."""
    first, last = pl.col("first_response").is_in(_DENIED), pl.col("final_outcome").is_in(_DENIED)
    gone = paths.filter(first, ~last).with_columns(text=pl.format("{} in the end", "final_outcome"))
    come = paths.filter(~first, last).with_columns(
        text=pl.format("{} at first, denied later", "first_response")
    )
    dollars, rates = screens["denials.dollars"], screens["denials.rate"]
    flow, reasons = screens["denials.outcomes"], screens["denials.reasons"]
    changed = _sum(paths, "latest_denied_amount", first, last) - _sum(
        paths, "first_denied_amount", first, last
    )
    steps = [
        *_grouped(gone, "text", "first_denied_amount", -1),
        ("claims still denied, of which more or less is refused now", changed),
        *_grouped(come, "text", "latest_denied_amount"),
    ]
    yield Equation(
        "Denied at first against denied in the end",
        DOLLARS,
        ("denied at first", _sum(dollars, "numerator_amount")),
        tuple((text, value) for text, value in steps if value),
        ("denied in the end", _sum(paths, "latest_denied_amount", last)),
    )
    any_denied = rates.filter(measure="initial denial rate, partial included")
    yield Equation(
        "Claims denied at first against claims denied in the end",
        COUNT,
        ("claims denied at first, in full or in part", _sum(any_denied, "numerator_count")),
        (*_grouped(gone, "text", "claim_count", -1), *_grouped(come, "text", "claim_count")),
        ("claims denied in the end", _sum(paths, "claim_count", last)),
    )
    yield Equation(
        "Claims denied at first, in full and in part",
        COUNT,
        ("claims first denied in full", _sum(paths, "claim_count", pl.col("first_response") == "denied")),
        (
            (
                "claims first denied in part",
                _sum(paths, "claim_count", pl.col("first_response") == "partly denied"),
            ),
        ),
        ("claims denied at first", _sum(any_denied, "numerator_count")),
        ("denials.rate.numerator_count", "denials.overturned.denominator_count"),
    )
    yield Equation(
        "Denied dollars of claims that were paid something",
        DOLLARS,
        ("denied dollars of all claims", _sum(flow, "denied_amount")),
        (
            (
                "of claims that were paid nothing in the end",
                -_sum(paths, "first_denied_amount", ~pl.col("is_paid")),
            ),
            (
                "of claims denied in part at first and paid something",
                -_sum(
                    paths,
                    "first_denied_amount",
                    pl.col("is_paid"),
                    pl.col("first_response") == "partly denied",
                ),
            ),
            (
                "of claims denied in full at first and paid later",
                -_sum(paths, "first_denied_amount", pl.col("is_paid"), pl.col("first_response") == "denied"),
            ),
        ),
        (
            "denied later, of claims that were paid at first and in the end",
            _sum(paths, "first_denied_amount", pl.col("is_paid"), ~first),
        ),
    )
    later = (
        ("denied only in a later answer, and in the end", _sum(paths, "first_denied_amount", ~first, last)),
    )
    refused = _sum(paths, "first_denied_amount", ~first, ~last)
    yield Equation(
        "Denied at first against denials by reason",
        DOLLARS,
        ("denied at first", _sum(dollars, "numerator_amount")),
        later,
        ("denials by reason", _sum(reasons, "denied_amount")),
        ("denials.reasons.denied_amount",),
    )
    yield Equation(
        "Denied at first against denials by reason, claims",
        COUNT,
        ("claims denied at first, in full or in part", _sum(any_denied, "numerator_count")),
        (
            (
                "claims denied only in a later answer, and in the end",
                _sum(paths, "denied_count", ~first, last),
            ),
        ),
        ("claims denied, by reason", _sum(reasons, "denied_count")),
        ("denials.reasons.denied_count",),
    )
    caught = screens["denials.caught"]
    for unit, column, shown_column in (
        (COUNT, "denied_count", "denominator_count"),
        (DOLLARS, "denied_amount", "denied_amount"),
    ):
        yield Equation(
            f"Denials by reason against those held against the checks ({unit})",
            unit,
            ("denials by reason", _sum(reasons, column)),
            (),
            ("denials held against the checks", _sum(caught, shown_column)),
            (f"denials.caught.{shown_column}",),
        )
    yield Equation(
        "Denied at first against denied dollars on the paths of claims",
        DOLLARS,
        ("denied at first", _sum(dollars, "numerator_amount")),
        (*later, ("denied only in a later answer that no longer stands", refused)),
        ("denied dollars on the paths", _sum(flow, "denied_amount")),
        ("denials.outcomes.denied_amount",),
    )
    overturned = _sum(paths, "claim_count", first, pl.col("final_outcome") == "paid")
    for screen, column in (
        ("denials.overturned", "numerator_count"),
        ("denials.reasons", "overturned_count"),
    ):
        yield Equation(
            f"Denials paid in the end ({screen})",
            COUNT,
            ("claims denied at first", _sum(any_denied, "numerator_count")),
            (("denied, reversed or unpaid in the end", overturned - _sum(paths, "claim_count", first)),),
            ("denials paid in the end", _sum(screens[screen], column)),
            (f"{screen}.{column}",),
        )


def _answers(paths: pl.DataFrame, screens: Mapping[str, pl.DataFrame]) -> Iterable[Equation]:
    """Followed claims against those that were answered: the denominators of the rates."""
    unanswered = pl.col("first_response") == "no response yet"
    any_denied = screens["denials.rate"].filter(measure="initial denial rate, partial included")
    for unit, column, shown, where in (
        (COUNT, "claim_count", any_denied["denominator_count"].sum(), "denials.rate.denominator_count"),
        (
            DOLLARS,
            "charge_amount",
            screens["denials.dollars"]["denominator_amount"].sum(),
            "denials.dollars.denominator_amount",
        ),
    ):
        what = "original claims" if unit == COUNT else "charges of original claims"
        yield Equation(
            f"{what.capitalize()} against those answered",
            unit,
            (what, _sum(paths, column)),
            (("no response yet", -_sum(paths, column, unanswered)),),
            (f"{what} that were answered", Decimal(shown)),
            (where,),
        )
    flow, clean = screens["denials.outcomes"], screens["claims.clean_rate"]
    response = pl.col("first_response")
    rejected = ("front_end_rejected_count", "rejected before adjudication")
    yield Equation(
        "Claims answered against clean claims",
        COUNT,
        ("claims answered or rejected", _sum(clean, "denominator_count")),
        (
            ("rejected before adjudication", -_sum(flow, "claim_count", response == rejected[1])),
            (
                "denied, or unpaid for reasons of no list",
                -_sum(flow, "claim_count", response.is_in((*_DENIED, "unpaid, reason unmapped"))),
            ),
        ),
        ("clean claims", _sum(clean, "numerator_count")),
        (
            "claims.clean_rate.numerator_count",
            "claims.clean_rate.denominator_count",
            f"claims.clean_rate.{rejected[0]}",
            "claims.clean_rate.denied_or_unmapped_count",
        ),
    )


def _positions(places: pl.DataFrame, screens: Mapping[str, pl.DataFrame]) -> Iterable[Equation]:
    """Yield what was adjudicated as paid, adjusted, owed by patients, or not explained."""
    is_matched, is_no_answer = pl.col("is_matched"), pl.col("is_no_answer")
    listed = screens["claims.positions"]
    for what, reversals, column in (
        ("claim payments", (), "answer_count"),
        ("reversals", (pl.col("is_reversal"),), "reversal_count"),
    ):
        yield Equation(
            f"{what.capitalize()} against those in net positions",
            COUNT,
            (what, _sum(places, "payment_count", *reversals)),
            (
                ("without a claim", -_sum(places, "payment_count", ~is_matched, *reversals)),
                (
                    "only forwarded (23) or predetermined (25)",
                    -_sum(places, "payment_count", is_matched, is_no_answer, *reversals),
                ),
            ),
            (f"{what} in net positions", _sum(listed, column)),
            (f"claims.positions.{column}",),
        )
    yield Equation(
        "Claims whose payments and adjustments do not explain the charge",
        COUNT,
        ("claims, one by one", Decimal(listed.filter(pl.col("unbalanced_amount") != 0).height)),
        (),
        ("claims, by net position", _sum(screens["claims.position_totals"], "unbalanced_claim_count")),
        ("claims.position_totals.unbalanced_claim_count",),
    )
    for screen in ("claims.position_totals", "claims.positions"):
        shown = screens[screen]
        parts = (
            ("paid_amount", "paid"),
            ("provider_liability_amount", "provider liability (CO, PI)"),
            ("patient_responsibility_amount", "patient responsibility (PR)"),
            ("other_adjustment_amount", "other adjustments (OA, CR)"),
        )
        yield Equation(
            f"Adjudicated charges, by what became of them ({screen})",
            DOLLARS,
            ("charges adjudicated", _sum(shown, "adjudicated_amount")),
            tuple((text, -_sum(shown, column)) for column, text in parts),
            ("not explained by payments and adjustments", _sum(shown, "unbalanced_amount")),
            tuple(
                f"{screen}.{column}"
                for column in ("adjudicated_amount", *(column for column, _ in parts), "unbalanced_amount")
            ),
        )
