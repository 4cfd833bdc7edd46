"""ExplanationOfBenefit and Claim resources to the columns of claims and of their payments."""

from __future__ import annotations

import polars as pl

from auditlib.sources.fhir.facts import facts_of, last_part, named, target_of
from auditlib.sources.fhir.people import contained, date, names_inside, patient_ids, referred
from auditlib.sources.fhir.systems import BLUE_BUTTON, codings_of
from auditlib.sources.paid_claims import DENIED, PRIMARY, money

_KEY = "source_offset"
_FORM_BY_CLAIM_TYPE = {
    **dict.fromkeys(("10", "20", "30", "40", "50", "60", "61", "62", "63", "64"), "I"),
    **dict.fromkeys(("71", "72", "81", "82"), "P"),
}
_FORM_BY_TYPE = {"professional": "P", "institutional": "I", "oral": "D", "pharmacy": "R", "vision": "P"}
_FORM_BY_EXPLANATION = {"PDE": "R"}
_ROLES = ("attending", "rendering", "performing", "primary", "supervising", "operating", "other")
_UNIQUE_CLAIM = ("clm_id", "pde_id", "dcn", "icn")
_FULL_BILL = r"^0?[0-9A-Za-z]{3}$"
TOTALS = tuple(
    f"total {name}"
    for name in (
        "submitted",
        "benefit",
        "paidtoprovider",
        "paidtopatient",
        "deductible",
        "coinsurance",
        "copay",
        "noncovered",
    )
)
_FACTS = (
    "nch_clm_type_cd",
    "eob-type",
    "claim-type",
    "ex-claimtype",
    "patientaccountnumber",
    "typeofbill",
    "clm_fac_type_cd",
    "clm_srvc_clsfctn_type_cd",
    "clm_freq_cd",
    "discharge-status",
    "ptnt_dschrg_stus_cd",
    "drg",
    "clm_drg_cd",
    "admissionperiod",
    "clmrecvddate",
    "recd-dt-cymd",
    "claim-receipt-date",
    "nch_wkly_proc_dt",
    "fi_clm_proc_dt",
    "carr_clm_pmt_dnl_cd",
    "fi_doc_clm_cntl_num",
    "carr_clm_cntl_num",
    "nch_carr_clm_sbmtd_chrg_amt",
    "nch_bene_ip_ddctbl_amt",
    "nch_bene_pta_coinsrnc_lblty_amt",
    *TOTALS,
)


def claim_columns(
    resources: pl.DataFrame, bundled: pl.DataFrame, *, is_answer: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the columns of claims, one row per resource, and the resources contained in them.

    Parameters
    ----------
    resources
        Decoded ExplanationOfBenefit or Claim resources with ``source_offset`` and ``record_number``.
    bundled
        The directory of the file.
    is_answer
        True for ExplanationOfBenefit, which includes the payment.

    Notes
    -----
    ``charge_amount`` and ``paid_amount`` are null here if only the lines have them.
    """
    within = contained(resources)
    facts = named(resources, facts_of(resources), *_FACTS)
    identifiers = claim_numbers(resources)
    columns = [
        resources.select(_KEY, "record_number", "status", "use", "id"),
        facts.drop(_KEY),
        identifiers.drop(_KEY),
        _providers(resources, within, bundled),
        _periods(resources),
        _payer(resources, identifiers, within, bundled),
        _original(resources),
        pl.DataFrame({"patient_id": patient_ids(resources, "patient", within, bundled)}),
        pl.DataFrame({"encounter_number": _encounter(resources)}),
        _amounts(resources, is_answer=is_answer),
    ]
    frame = pl.concat(columns, how="horizontal").with_columns(_form(resources))
    frame = frame.with_columns(_type_of_bill())
    facts_of_claims = _claim_facts(is_answer=is_answer)
    return frame.select(_KEY, "record_number", "status", "use", *facts_of_claims, *TOTALS), within


def _claim_facts(*, is_answer: bool) -> list[pl.Expr]:
    """Return the columns of a claim and of its payment."""
    institutional = pl.col("form") == "I"
    paid = pl.coalesce(money("told_paid"), money("total benefit"))
    is_refused = (pl.col("payment_status") == "denied") & (paid.fill_null(0) == 0)
    is_denied = (pl.col("carr_clm_pmt_dnl_cd") == "0") | is_refused
    null = pl.lit(None)
    dates = {
        "from_date": ("start",),
        "to_date": ("end", "start"),
        "admit_date": ("admissionperiod", "admitted"),
        "received_date": ("clmrecvddate", "recd-dt-cymd", "claim-receipt-date"),
        "payment_date": ("told_payment", "fi_clm_proc_dt", "nch_wkly_proc_dt"),
    }
    return [
        pl.col("form"),
        pl.coalesce("patientaccountnumber", "encounter_number", "claim_number", "id").alias(
            "patient_control_number"
        ),
        pl.coalesce("fi_doc_clm_cntl_num", "carr_clm_cntl_num", "claim_number", "id").alias(
            "payer_claim_control_number"
        ),
        pl.col("patient_id"),
        pl.col("payer_id"),
        pl.col("payer_name"),
        pl.lit("P").alias("payer_sequence"),
        pl.coalesce("frequency", pl.when(pl.col("original").is_not_null()).then(pl.lit("7"))).alias(
            "frequency_code"
        ),
        pl.col("original").alias("original_reference_number"),
        (null if is_answer else date("created")).alias("submit_date"),
        pl.when(institutional).then("type_of_bill").alias("type_of_bill"),
        null.alias("place_of_service"),
        pl.col("billing_provider_id"),
        pl.col("billing_provider_id").alias("payee_id"),
        pl.col("rendering_provider_id"),
        *(pl.coalesce(*(date(one) for one in names)).alias(name) for name, names in dates.items()),
        _two_digits(pl.coalesce("discharge-status", "ptnt_dschrg_stus_cd")).alias("discharge_status_code"),
        pl.coalesce("drg", "clm_drg_cd").str.to_uppercase().alias("drg_code"),
        pl.coalesce(
            money("nch_carr_clm_sbmtd_chrg_amt"), money("total submitted"), money("told_charge")
        ).alias("charge_amount"),
        (paid if is_answer else null).alias("paid_amount"),
        pl.when(is_denied).then(pl.lit(DENIED)).otherwise(pl.lit(PRIMARY)).alias("claim_status_code"),
        pl.when(institutional).then(money("nch_bene_ip_ddctbl_amt")).alias("deductible_amount"),
        pl.when(institutional).then(money("nch_bene_pta_coinsrnc_lblty_amt")).alias("coinsurance_amount"),
        null.alias("copay_amount"),
        pl.col("outcome"),
        pl.col("payment_status"),
    ]


def control_numbers(resources: pl.DataFrame) -> pl.Series:
    """Return the patient control number of each claim: the provider's account number before the payer's."""
    facts = named(resources, facts_of(resources), "patientaccountnumber")
    frame = pl.concat(
        [
            facts.drop(_KEY),
            claim_numbers(resources).drop(_KEY),
            pl.DataFrame({"encounter_number": _encounter(resources)}),
            resources.select("id"),
        ],
        how="horizontal",
    )
    return frame.select(
        pl.coalesce("patientaccountnumber", "encounter_number", "claim_number", "id")
    ).to_series()


def claim_numbers(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the number of each claim: the payer's claim number, else the number of its claim group."""
    rows = (
        resources.select(_KEY, "identifier")
        .drop_nulls("identifier")
        .explode("identifier", empty_as_null=False)
        .unnest("identifier")
        .filter(pl.col("value").str.strip_chars() != "")
        .with_columns(
            pl.col("value").str.strip_chars(),
            last_part("system").is_in(_UNIQUE_CLAIM).fill_null(value=False).alias("is_unique"),
            pl.col("system").str.starts_with(BLUE_BUTTON).fill_null(value=False).alias("is_blue_button"),
        )
        .sort("is_unique", descending=True, maintain_order=True)
        .unique(_KEY, keep="first", maintain_order=True)
    )
    return resources.select(_KEY).join(
        rows.select(_KEY, pl.col("value").alias("claim_number"), "is_blue_button"),
        on=_KEY,
        how="left",
        maintain_order="left",
    )


def _providers(resources: pl.DataFrame, within: pl.DataFrame, bundled: pl.DataFrame) -> pl.DataFrame:
    """Return the billing provider, an NPI before any other number, and the rendering provider, by role."""
    references = [
        referred(resources, name, within, bundled)
        for name in ("provider", "organization")
        if name in resources
    ]
    numbers = pl.concat(
        [
            frame.select(
                pl.col("number").alias(f"number {place}"),
                pl.when("is_npi").then("number").alias(f"npi {place}"),
                pl.col("target").alias(f"target {place}"),
            )
            for place, frame in enumerate(references)
        ],
        how="horizontal",
    )
    facility = resources.select(pl.col("facility").struct.field("identifier").struct.field("value"))
    numbers = numbers.with_columns(facility.to_series().alias("facility"))
    order = [f"{kind} {place}" for kind in ("npi", "number") for place in range(len(references))]
    billing = pl.coalesce(*order, "facility", *(f"target {place}" for place in range(len(references))))
    return numbers.select(billing.alias("billing_provider_id")).with_columns(
        _treating(resources, within, bundled).alias("rendering_provider_id")
    )


def _treating(resources: pl.DataFrame, within: pl.DataFrame, bundled: pl.DataFrame) -> pl.Series:
    """Return the provider of the care team whose role comes first in `_ROLES`."""
    team = (
        resources.select(_KEY, "careTeam")
        .drop_nulls("careTeam")
        .explode("careTeam", empty_as_null=False)
        .unnest("careTeam")
        .with_row_index("__row")
    )
    order = {role: number for number, role in enumerate(_ROLES)}
    roles = codings_of(
        team.select("__row", pl.col("role").struct.field("coding").alias("role")), "role", ["__row"]
    ).select(
        "__row",
        pl.col("code").replace_strict(order, default=None, return_dtype=pl.Int64).alias("preference"),
    )
    numbers = referred(team, "provider", within, bundled)
    people = team.select(_KEY, "__row").with_columns(
        numbers.select(pl.coalesce("number", "target").alias("number")).to_series()
    )
    first = (
        people.join(roles, on="__row", how="inner", maintain_order="left")
        .drop_nulls(["preference", "number"])
        .sort("preference", maintain_order=True)
        .unique(_KEY, keep="first", maintain_order=True)
    )
    joined = resources.select(_KEY).join(
        first.select(_KEY, "number"), on=_KEY, how="left", maintain_order="left"
    )
    return joined["number"]


def _periods(resources: pl.DataFrame) -> pl.DataFrame:
    period, stay = pl.col("billablePeriod").struct, pl.col("hospitalization").struct
    return resources.select(
        period.field("start").alias("start"),
        period.field("end").alias("end"),
        stay.field("start").alias("admitted"),
        "created",
    )


def _payer(
    resources: pl.DataFrame, identifiers: pl.DataFrame, within: pl.DataFrame, bundled: pl.DataFrame
) -> pl.DataFrame:
    """Return the payer: the insurer, else whom the coverage in focus names; Blue Button names no Medicare."""
    frame = insurers(resources, within, bundled).with_columns(
        identifiers["is_blue_button"].fill_null(value=False)
    )
    if "insurance" in resources.columns:
        coverage = _coverage(resources, within, bundled)
        frame = frame.with_columns(
            pl.coalesce(coverage["display"], frame["display"], frame["name"], coverage["name"]).alias(
                "display"
            ),
            pl.coalesce(frame["number"], frame["target"], coverage["number"]).alias("number"),
        )
    medicare = pl.when("is_blue_button").then(pl.lit("CMS"))
    return frame.select(
        pl.coalesce("number", "target", medicare).alias("payer_id"),
        pl.coalesce("display", "name", "number", medicare).alias("payer_name"),
    )


def insurers(resources: pl.DataFrame, within: pl.DataFrame, bundled: pl.DataFrame) -> pl.DataFrame:
    """Return number, target, display and name of each resource's insurer."""
    there = referred(resources, "insurer", within, bundled)
    display = resources.select(pl.col("insurer").struct.field("display").alias("display")).to_series()
    return there.select(
        "number", "target", pl.coalesce("name", names_inside(resources, there)).alias("name")
    ).with_columns(display)


def _coverage(resources: pl.DataFrame, within: pl.DataFrame, bundled: pl.DataFrame) -> pl.DataFrame:
    """Return display, name and number of the payer of a Claim's focal insurance, else of its first one."""
    rows = (
        resources.select(_KEY, "insurance")
        .drop_nulls("insurance")
        .explode("insurance", empty_as_null=False)
        .unnest("insurance")
        .sort(pl.col("focal") == "true", descending=True, nulls_last=True, maintain_order=True)
        .unique(_KEY, keep="first", maintain_order=True)
    )
    coverage = pl.col("coverage").struct
    there = referred(rows, "coverage", within, bundled)
    names = rows.select(
        _KEY,
        pl.coalesce(coverage.field("display"), coverage.field("identifier").struct.field("value")).alias(
            "display"
        ),
        coverage.field("identifier").struct.field("value").is_null().alias("is_bundled"),
    ).with_columns(there["name"], there["number"])
    # A coverage's own identifier is a policy, and no payer.
    names = names.with_columns(pl.when("is_bundled").then("number").alias("number"))
    return resources.select(_KEY).join(names, on=_KEY, how="left", maintain_order="left")


def _original(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the number of the claim that each claim replaces."""
    rows = (
        resources.select(_KEY, "related")
        .drop_nulls("related")
        .explode("related", empty_as_null=False)
        .unnest("related")
        .with_row_index("__row")
    )
    kinds = codings_of(
        rows.select("__row", pl.col("relationship").struct.field("coding").alias("kind")), "kind", ["__row"]
    ).filter(pl.col("code").is_in(["prior", "priorclaim"]))
    claim = pl.col("claim").struct
    named_claims = rows.with_columns(claim.field("reference").alias("claim_reference"))
    numbers = named_claims.join(kinds.select("__row"), on="__row", how="semi").select(
        _KEY,
        pl.coalesce(
            pl.col("reference").struct.field("value"),
            claim.field("identifier").struct.field("value"),
            target_of("claim_reference"),
        ).alias("original"),
    )
    first = numbers.drop_nulls("original").unique(_KEY, keep="first", maintain_order=True)
    return resources.select(_KEY).join(first, on=_KEY, how="left", maintain_order="left").drop(_KEY)


def _encounter(resources: pl.DataFrame) -> pl.Series:
    """Return the encounter that the first line of each claim refers to."""
    first = resources.select(
        pl.col("item")
        .list.first()
        .struct.field("encounter")
        .list.first()
        .struct.field("reference")
        .alias("reference")
    )
    return first.select(target_of("reference")).to_series()


def _amounts(resources: pl.DataFrame, *, is_answer: bool) -> pl.DataFrame:
    """Return charge and payment of the resource, as text."""
    if not is_answer:
        charge = pl.col("total").struct.field("value").alias("told_charge")
        names = ("told_paid", "told_payment", "payment_status", "outcome")
        nothing = (pl.lit(None, pl.String).alias(name) for name in names)
        return resources.select(charge, *nothing)
    payment = pl.col("payment").struct
    return resources.select(
        pl.col("totalCost").struct.field("value").alias("told_charge"),
        payment.field("amount").struct.field("value").alias("told_paid"),
        payment.field("date").alias("told_payment"),
        payment_status(),
        "outcome",
    )


def payment_status() -> pl.Expr:
    """Return what the payment says of itself: paid, denied, partiallypaid and the like."""
    codings = pl.col("payment").struct.field("type").struct.field("coding")
    return codings.list.first().struct.field("code").str.to_lowercase().alias("payment_status")


def _form(resources: pl.DataFrame) -> pl.Expr:
    """Return the claim form by Medicare's claim type, by the standard's, else by the lines."""
    has_revenue = (
        resources["item"].list.eval(pl.element().struct.field("revenue").is_not_null().any()).list.first()
    )
    by_lines = pl.when(has_revenue.fill_null(value=False)).then(pl.lit("I")).otherwise(pl.lit("P"))
    tables = (
        ("nch_clm_type_cd", _FORM_BY_CLAIM_TYPE),
        ("eob-type", _FORM_BY_EXPLANATION),
        ("claim-type", _FORM_BY_TYPE),
        ("ex-claimtype", _FORM_BY_TYPE),
    )
    stated_forms = [
        pl.col(name).replace_strict(table, default=None, return_dtype=pl.String) for name, table in tables
    ]
    return pl.coalesce(*stated_forms, by_lines).alias("form")


def _type_of_bill() -> list[pl.Expr]:
    """Return type of bill and frequency, from one code or from the three parts in Medicare's claims."""
    code = pl.col("typeofbill").str.strip_chars().str.to_uppercase()
    whole = pl.when(code.str.contains(_FULL_BILL)).then(code.str.strip_prefix("0"))
    part = pl.when(code.str.len_chars() == 1).then(code)
    frequency = pl.coalesce(whole.str.slice(2, 1), part, pl.col("clm_freq_cd"))
    parts = pl.concat_str("clm_fac_type_cd", "clm_srvc_clsfctn_type_cd", frequency)
    return [pl.coalesce(whole, parts).alias("type_of_bill"), frequency.alias("frequency")]


def _two_digits(code: pl.Expr) -> pl.Expr:
    """Return codes with two digits, restoring a leading zero that a program dropped."""
    return pl.when(code.str.contains(r"^[0-9]$")).then(code.str.zfill(2)).otherwise(code)
