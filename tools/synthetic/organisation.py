"""Who provides, codes and pays in the invented universe: hospital, offices, physicians, coders and payers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from auditlib.codes.npi import npi_check_digit
from auditlib.sources.x12.write.envelope import Parties
from tools.synthetic.clinical import read_table

CITY = ("SAMPLETON", "NE", "689990001")
_OFFICE, _HOUSE = "LARKBILL", "INVENTHOUSE"
CLAIM_PARTIES = Parties(("ZZ", _OFFICE), ("ZZ", _HOUSE), _OFFICE, _HOUSE)
REMIT_PARTIES = Parties(("ZZ", _HOUSE), ("ZZ", _OFFICE), _HOUSE, _OFFICE)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A billing provider, a site or a payee."""

    npi: str
    name: str
    street: str
    tax_id: str
    taxonomy: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A physician."""

    npi: str
    last_name: str
    first_name: str
    taxonomy: str


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer and its ways, as the table says."""

    payer_id: str
    name: str
    filing_code: str
    tax_id: str
    share: int
    secondary: int
    allowed: int
    coinsurance: int
    copay: int
    days: tuple[int, int]
    pay_weekday: int
    audit: int
    status_denied: str
    reverses_denials: bool
    reasons: Mapping[str, int]
    catches: Mapping[str, int]
    vague: str


@dataclass(frozen=True, slots=True)
class Coder:
    """A coder: chance of an error per gold code in per mille, habits, and a drift where there is one."""

    coder_id: str
    per_mille: int
    habits: Mapping[str, int]
    drift_month: str | None
    drift_per_month: int


def invented_npi(number: int) -> str:
    """Return an NPI with a valid check digit from the range 199990000."""
    first_nine = f"{199990000 + number}"
    return first_nine + npi_check_digit(first_nine)


GROUP = Organisation(invented_npi(1), "LARKMEADOW MEDICAL GROUP", "1 INVENTED WAY", "990000001", "261QM1300X")
HOSPITAL = Organisation(invented_npi(2), "LARKMEADOW HOSPITAL", "2 INVENTED WAY", "990000002", "282N00000X")
OFFICES = tuple(
    Organisation(invented_npi(10 + n), f"LARKMEADOW OFFICE {name}", street, "990000001", "261QM1300X")
    for n, (name, street) in enumerate(
        (("NORTH", "10 PRETEND ROAD"), ("SOUTH", "20 PRETEND ROAD"), ("LAKE", "30 PRETEND ROAD"))
    )
)

_PHYSICIANS = {
    "office": (
        ("MOCKWELL", "AVERY", "207Q00000X"),
        ("FAUXLEY", "BLAIR", "207R00000X"),
        ("PRETENDHAM", "CAMERON", "207Q00000X"),
        ("SAMPLEWOOD", "DREW", "207R00000X"),
        ("NOTAREAL", "ELLIS", "208000000X"),
        ("INVENTSON", "FINLEY", "207R00000X"),
        ("DUMMYFORD", "GRAY", "207Q00000X"),
        ("FABLETON", "HARPER", "207R00000X"),
    ),
    "emergency": (
        ("MAKEBELIEF", "INDIGO", "207P00000X"),
        ("STORYBROOK", "JULES", "207P00000X"),
        ("FICTIONOV", "KAI", "207P00000X"),
        ("TESTERBY", "LANE", "207P00000X"),
    ),
    "outpatient surgery": (
        ("SHAMWOOD", "MARLOW", "208600000X"),
        ("PHANTOMLEY", "NOEL", "207X00000X"),
        ("LEGENDRE", "OAKLEY", "207V00000X"),
        ("MYTHERS", "PERRY", "207W00000X"),
    ),
    "inpatient": (
        ("PLACEHOLDER", "QUINN", "208M00000X"),
        ("EXAMPLEMAN", "REESE", "208M00000X"),
        ("HYPOTHETICA", "SAGE", "208M00000X"),
        ("DEMOFIELD", "TATUM", "208600000X"),
    ),
}
PROVIDERS: Mapping[str, tuple[Provider, ...]] = {
    encounter_class: tuple(Provider(invented_npi(600 + 20 * group + n), *row) for n, row in enumerate(rows))
    for group, (encounter_class, rows) in enumerate(_PHYSICIANS.items())
}
_AUTHORED_NAMES = (
    ("PAPERMAN", "UNA"),
    ("INKWELL", "VESPER"),
    ("QUILLSON", "WREN"),
    ("SCRIVENER", "XANTHE"),
    ("PENFOLD", "YAEL"),
    ("CHARTWELL", "ZEPHYR"),
    ("NOTEWORTHY", "ARDEN"),
)
_BY_NPI = {provider.npi: provider for group in PROVIDERS.values() for provider in group}
_SITES = {site.npi: site for site in (GROUP, HOSPITAL, *OFFICES)}


def provider_of(npi: str) -> Provider:
    """Return the physician of an NPI; an NPI that an authored chart invented gets an invented name."""
    last_name, first_name = _AUTHORED_NAMES[int(npi[:-1]) % len(_AUTHORED_NAMES)]
    return _BY_NPI.get(npi) or Provider(npi, last_name, first_name, "207R00000X")


def site_of(npi: str) -> Organisation:
    """Return the site of an NPI; an NPI that an authored chart invented gets an invented name."""
    return _SITES.get(npi) or Organisation(
        npi, "LARKMEADOW AUTHORED SITE", "40 PRETEND ROAD", GROUP.tax_id, GROUP.taxonomy
    )


@cache
def payers() -> Mapping[str, Payer]:
    """Return the payers by identifier."""
    found = {}
    for number, row in enumerate(read_table("payers")["payer"]):
        found[row["id"]] = Payer(
            payer_id=row["id"],
            name=row["name"],
            filing_code=row["filing_code"],
            tax_id=f"9900001{number:02d}",
            share=row["share"],
            secondary=row["secondary"],
            allowed=row["allowed"],
            coinsurance=row["coinsurance"],
            copay=row["copay"],
            days=(row["days"][0], row["days"][1]),
            pay_weekday=row["pay_weekday"],
            audit=row["audit"],
            status_denied=row["status_denied"],
            reverses_denials=row["reverses_denials"],
            reasons=row["reasons"],
            catches=row["catches"],
            vague=row["vague"],
        )
    return found


@cache
def coders() -> tuple[Coder, ...]:
    """Return the coders."""
    table = read_table("coders")
    usual: dict[str, int] = table["usual"]
    return tuple(
        Coder(
            coder_id=row["id"],
            per_mille=row["per_mille"],
            habits={**usual, **row.get("habits", {})},
            drift_month=row.get("drift", {}).get("month"),
            drift_per_month=row.get("drift", {}).get("per_month", 0),
        )
        for row in table["coder"]
    )
