"""Measure how well payments find their claims where control numbers collide.

Run it by ``python -m tools.colliding_numbers``.

Writes 837 and 835 files in which accounts are used again after a year or more, families share an account, two
practices count in one series, a stay has a professional and an institutional claim, and claims are replaced
and reversed. Some claims are left out of the files. Payers return what payers return: member numbers without
prefix, with a person's digits, masked or not at all; names misspelled, shortened or missing; no days; other
payer ids; a payee by NPI or tax number only. The true claim of each payment is known, so precision and recall
are counted, by what the payment states of its patient.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from auditlib.loading.load import load_files
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace

STATED = ("member number", "payer's control number", "name", "neither")
PRECISION_GOAL = 0.999
RECALL_GOALS = dict(zip(STATED, (0.95, 0.95, 0.85, 0.85), strict=True))

_FAMILIES = (
    *("SMITH", "JOHNSON", "WILLIAMS", "BROWN", "JONES", "GARCIA", "MILLER", "DAVIS", "RODRIGUEZ", "MARTINEZ"),
    *("HERNANDEZ", "LOPEZ", "WILSON", "ANDERSON", "THOMAS", "TAYLOR", "MOORE", "JACKSON", "LEE", "PEREZ"),
    *("O'BRIEN", "NGUYEN", "SMITH-JONES", "DE LA CRUZ", "SCHMIDT", "KOWALSKI"),
)
_GIVEN = (
    *("JAMES", "MARY", "ROBERT", "PATRICIA", "JOHN", "JENNIFER", "MICHAEL", "LINDA", "DAVID", "ELIZABETH"),
    *("WILLIAM", "BARBARA", "RICHARD", "SUSAN", "JOSEPH", "JESSICA", "THOMAS", "SARAH", "CHARLES", "KAREN"),
    *("CHRISTOPHER", "JANE", "ANN", "ERIC", "ERICA", "JOSE", "MARIA", "WEI", "OLGA", "IVAN"),
)
_VISITS = (("99212", 90), ("99213", 140), ("99214", 210), ("99203", 190), ("93000", 60), ("36415", 15))
_STAYS = (("0120", 2400), ("0250", 320), ("0300", 180), ("0450", 900))
_PRACTICES = (("1234567893", "123456789"), ("1003000126", "987654321"), ("1992999874", "112233445"))
_PAYERS = (("ACME1", "ACME HEALTH"), ("BETA2", "BETA MUTUAL"), ("MEDB", "MEDICARE PART B"))
_CONTRACTOR = ("12502", "NOVITAS SOLUTIONS")
_FIRST_DAY = dt.date(2023, 1, 2)
_TRANSACTION = 200


@dataclass(frozen=True)
class Patient:
    """One patient of a plan."""

    family: str
    given: str
    member: str


@dataclass(frozen=True)
class Claim:
    """One claim as it was sent; ``is_loaded`` is false where its file is missing."""

    number: str
    patient: Patient
    practice: tuple[str, str]
    payer: tuple[str, str]
    form: str
    first: dt.date
    last: dt.date
    lines: tuple[tuple[str, int], ...]
    sent: dt.date
    control: str
    frequency: str = "1"
    refers_to: str = ""
    is_loaded: bool = True

    @property
    def charge(self) -> int:
        """Dollars."""
        return sum(charge for _, charge in self.lines)


@dataclass(frozen=True)
class Payment:
    """One claim payment, with the claim that it truly answers and how the payer writes it."""

    claim: Claim
    paid_on: dt.date
    is_reversal: bool = False
    lines: tuple[tuple[str, int], ...] = ()
    stated: str = "neither"
    segments: tuple[str, ...] = ()
    payer: tuple[str, str] = ("", "")
    payee: tuple[str, ...] = ()


@dataclass
class World:
    """Claims and payments of one seed."""

    draw: random.Random
    claims: list[Claim] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    count: int = 0

    def patient(self, family: str = "", member: str = "") -> Patient:
        """Return a new patient; with a family name and member number, one more of a family."""
        draw = self.draw
        style = draw.randrange(3)
        fresh = (
            f"XYZ{draw.randrange(10**9):09d}01"
            if style == 0
            else f"00{draw.randrange(10**8):08d}"
            if style == 1
            else f"{draw.randrange(1, 10)}EG{draw.randrange(10)}TE5MK{draw.randrange(100):02d}"
        )
        return Patient(family or draw.choice(_FAMILIES), draw.choice(_GIVEN), member or fresh)

    def claim(
        self, number: str, patient: Patient, day: dt.date, *, practice: int = 0, form: str = "P"
    ) -> Claim:
        """Return a claim of a visit or a stay."""
        draw = self.draw
        self.count += 1
        lines = tuple(draw.sample(_STAYS if form == "I" else _VISITS, draw.choice((1, 1, 2, 3))))
        last = day + dt.timedelta(days=draw.randrange(1, 5)) if form == "I" else day
        return Claim(
            number,
            patient,
            _PRACTICES[practice],
            draw.choice(_PAYERS),
            form,
            day,
            last,
            lines,
            last + dt.timedelta(days=draw.randrange(1, 15)),
            f"ICN{self.count:08d}",
        )

    def send(self, claim: Claim, *, missing: float = 0.05) -> None:
        """Send a claim, and let the payer answer it most often."""
        draw = self.draw
        claim = replace(claim, is_loaded=draw.random() >= missing)
        self.claims.append(claim)
        if draw.random() < 0.08:
            return
        paid_on = claim.sent + dt.timedelta(days=draw.randrange(10, 60))
        if len(claim.lines) > 1 and draw.random() < 0.05:
            for part in (claim.lines[:1], claim.lines[1:]):
                self.pay(Payment(claim, paid_on, lines=part))
            return
        self.pay(Payment(claim, paid_on, lines=claim.lines))
        if draw.random() < 0.12:
            self._replace(claim, paid_on)

    def _replace(self, claim: Claim, paid_on: dt.date) -> None:
        draw = self.draw
        self.count += 1
        lines = claim.lines if draw.random() < 0.5 else (*claim.lines[:-1], (claim.lines[-1][0], 75))
        following = replace(
            claim,
            lines=lines,
            frequency="7",
            refers_to=claim.control,
            control=f"ICN{self.count:08d}",
            sent=paid_on + dt.timedelta(days=draw.randrange(3, 20)),
            is_loaded=draw.random() > 0.03,
        )
        self.claims.append(following)
        corrected = following.sent + dt.timedelta(days=draw.randrange(10, 40))
        if draw.random() < 0.7:
            self.pay(Payment(claim, corrected, is_reversal=True, lines=claim.lines))
        self.pay(Payment(following, corrected, lines=lines))

    def pay(self, payment: Payment) -> None:
        """Write a payment as its payer does."""
        self.payments.append(_written(payment, self.draw))


def _misspelled(name: str, draw: random.Random) -> str:
    place = draw.randrange(len(name) - 1) if len(name) > 1 else 0
    kind = draw.randrange(3)
    if kind == 0:
        return name[:place] + name[place + 1 :] or name
    if kind == 1:
        return name[: place + 1] + draw.choice("AEIOURSTLN") + name[place + 1 :]
    return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]


def _member(number: str, draw: random.Random) -> str:
    way = draw.random()
    if way < 0.18:
        return ""
    if way < 0.23:
        return "XXXXX" + number[-4:]
    if way < 0.33:
        return number.removeprefix("XYZ").lstrip("0")
    if way < 0.40 and number.startswith("XYZ"):
        return number[:-2]
    if way < 0.42:
        return f"{draw.randrange(10**9):09d}"
    return number


def _written(payment: Payment, draw: random.Random) -> Payment:
    claim = payment.claim
    patient = claim.patient
    member, family, given = _member(patient.member, draw), patient.family, patient.given
    if draw.random() < 0.05:
        family = _misspelled(family, draw)
    if draw.random() < 0.05:
        given = _misspelled(given, draw)
    if draw.random() < 0.05:
        given = given[:1]
    if draw.random() < 0.05:
        given += " " + draw.choice("ABM")
    if draw.random() < 0.12:
        family = given = ""
    sign = "-" if payment.is_reversal else ""
    charge = sum(amount for _, amount in payment.lines)
    facility = "" if draw.random() < 0.15 else ("11" if claim.form == "P" else "13")
    frequency = "" if not facility or draw.random() < 0.2 else claim.frequency
    status = "22" if payment.is_reversal else "1"
    amounts = f"{sign}{charge}*{sign}{charge // 2}"
    head = [f"CLP*{claim.number}*{status}*{amounts}**12*{claim.control}*{facility}*{frequency}"]
    if family or member:
        qualified = f"MI*{member}" if member else ""
        head.append(f"NM1*QC*1*{family}*{given}****{qualified}".rstrip("*"))
    when = draw.random()
    if when < 0.3:
        head += [f"DTM*232*{claim.first:%Y%m%d}", f"DTM*233*{claim.last:%Y%m%d}"]
    for code, amount in payment.lines:
        kind = "NU" if claim.form == "I" else "HC"
        head.append(f"SVC*{kind}:{code}*{sign}{amount}*{sign}{amount // 2}")
        if 0.2 <= when < 0.85:
            head.append(f"DTM*472*{claim.first:%Y%m%d}")
        head.append(f"CAS*CO*45*{sign}{amount - amount // 2}")
    npi, tax = claim.practice
    way = draw.random()
    payee = (
        (f"N1*PE*CLINIC*XX*{npi}", f"REF*TJ*{tax}")
        if way < 0.7
        else (f"N1*PE*CLINIC*XX*{npi}",)
        if way < 0.9
        else (f"N1*PE*CLINIC*FI*{tax}",)
    )
    is_full = member and not member.startswith("XXXXX")
    stated = "member number" if is_full else "name" if family else "neither"
    payer = _CONTRACTOR if claim.payer[0] == "MEDB" and draw.random() < 0.7 else claim.payer
    return replace(payment, stated=stated, segments=tuple(head), payer=payer, payee=payee)


def world(seed: int, account_count: int) -> World:
    """Return the claims and payments of one seed."""
    made = World(random.Random(seed))  # noqa: S311 - a seeded world, no secret
    kinds = (_plain, _recycled, _recycled, _family, _practices, _two_forms)
    for index in range(account_count):
        made.draw.choice(kinds)(made, f"A{seed % 97}{index:06d}")
    by_control = {claim.refers_to for claim in made.claims if claim.refers_to and claim.is_loaded}
    made.payments = [
        replace(payment, stated="payer's control number")
        if payment.stated != "member number" and payment.claim.control in by_control
        else payment
        for payment in made.payments
    ]
    made.draw.shuffle(made.claims)
    return made


def _day(made: World, year: int = 0) -> dt.date:
    return _FIRST_DAY + dt.timedelta(days=365 * year + made.draw.randrange(330))


def _plain(made: World, number: str) -> None:
    made.send(made.claim(number, made.patient(), _day(made)))


def _recycled(made: World, number: str) -> None:
    """Use an account again in later years, for the same patient or another one, often for one service."""
    first = made.claim(number, made.patient(), _day(made))
    made.send(first)
    for year in range(1, made.draw.choice((2, 2, 3))):
        patient = first.patient if made.draw.random() < 0.4 else made.patient()
        again = made.claim(number, patient, _day(made, year))
        if made.draw.random() < 0.4:
            again = replace(again, lines=first.lines, payer=first.payer)
        made.send(again)


def _family(made: World, number: str) -> None:
    """Bill a family under one account: often on one day, for one service."""
    first = made.patient()
    day = _day(made)
    lead = made.claim(number, first, day)
    made.send(lead)
    is_shared = made.draw.random() < 0.5
    names = {first.given}
    for person in range(2, made.draw.choice((3, 4, 5))):
        member = first.member if is_shared else first.member[:-2] + f"{person:02d}"
        one = made.patient(first.family, member)
        if one.given in names:
            continue
        names.add(one.given)
        other_day = day if made.draw.random() < 0.6 else day + dt.timedelta(days=made.draw.randrange(1, 40))
        claim = replace(made.claim(number, one, other_day), payer=lead.payer)
        made.send(replace(claim, lines=lead.lines) if made.draw.random() < 0.4 else claim)


def _practices(made: World, number: str) -> None:
    """Let two practices use one number, sometimes in the same week."""
    day = _day(made)
    for practice in (1, 2):
        other = day + dt.timedelta(days=made.draw.choice((0, 0, 1, 5, 60)))
        made.send(made.claim(number, made.patient(), other, practice=practice))


def _two_forms(made: World, number: str) -> None:
    """Bill one stay on a professional and an institutional claim."""
    patient, day = made.patient(), _day(made)
    stay = made.claim(number, patient, day, form="I")
    made.send(stay)
    made.send(replace(made.claim(number, patient, day), payer=stay.payer))


def _enveloped(code: str, version: str, transactions: Sequence[Sequence[str]]) -> str:
    sender = "ZZ*SENDER         *ZZ*RECEIVER       "
    out = [
        f"ISA*00*          *00*          *{sender}*260101*0800*^*00501*000000001*0*P*:",
        f"GS*{code}*SENDER*RECEIVER*20260101*0800*1*X*{version}",
    ]
    for control, segments in enumerate(transactions, 1):
        kind = f"ST*837*{control:06d}*{version}" if code == "HC" else f"ST*835*{control:06d}"
        out += [kind, *segments, f"SE*{len(segments) + 2}*{control:06d}"]
    return "~\n".join([*out, f"GE*{len(transactions)}*1", "IEA*1*000000001", ""])


def _claim_segments(claim: Claim, level: int) -> Iterator[str]:
    npi, tax = claim.practice
    yield f"HL*{level}**20*1"
    yield f"NM1*85*2*CLINIC*****XX*{npi}"
    yield f"REF*EI*{tax}"
    yield f"HL*{level + 1}*{level}*22*0"
    yield "SBR*P*18*******CI"
    yield f"NM1*IL*1*{claim.patient.family}*{claim.patient.given}****MI*{claim.patient.member}"
    yield "DMG*D8*19700101*F"
    yield f"NM1*PR*2*{claim.payer[1]}*****PI*{claim.payer[0]}"
    place = "11:B" if claim.form == "P" else "13:A"
    yield f"CLM*{claim.number}*{claim.charge}***{place}:{claim.frequency}*Y*A*Y*Y"
    if claim.form == "I":
        yield f"DTP*434*RD8*{claim.first:%Y%m%d}-{claim.last:%Y%m%d}"
    if claim.refers_to:
        yield f"REF*F8*{claim.refers_to}"
    yield "HI*ABK:J0190"
    for number, (code, charge) in enumerate(claim.lines, 1):
        yield f"LX*{number}"
        yield f"SV2*{code}**{charge}*UN*1" if claim.form == "I" else f"SV1*HC:{code}*{charge}*UN*1***1"
        yield f"DTP*472*D8*{claim.first:%Y%m%d}"


def write(made: World, folder: Path) -> list[Claim]:
    """Write the files of a world; return its loaded claims in the order of their files."""
    in_order: list[Claim] = []
    for form, version in (("P", "005010X222A1"), ("I", "005010X223A2")):
        loaded = sorted(
            (claim for claim in made.claims if claim.is_loaded and claim.form == form),
            key=lambda claim: claim.sent,
        )
        transactions: list[list[str]] = []
        last_sent = None
        for claim in loaded:
            if claim.sent != last_sent:
                transactions.append([f"BHT*0019*00*B{len(transactions)}*{claim.sent:%Y%m%d}*1200*CH"])
                last_sent = claim.sent
            transactions[-1] += _claim_segments(claim, 2 * len(transactions[-1]) + 1)
        (folder / f"claims_{form}.837").write_text(_enveloped("HC", version, transactions))
        in_order += loaded
    remittances = [
        [
            f"BPR*I*0*C*ACH************{payment.paid_on:%Y%m%d}",
            f"TRN*1*CHECK{number}*1999999999",
            f"N1*PR*{payment.payer[1]}*XV*{payment.payer[0]}",
            *payment.payee,
            "LX*1",
            *payment.segments,
        ]
        for number, payment in enumerate(made.payments)
    ]
    (folder / "payments.835").write_text(_enveloped("HP", "005010X221A1", remittances))
    return in_order


def measured(warehouse: Warehouse, made: World, in_order: Sequence[Claim]) -> pl.DataFrame:
    """Return, for each payment, what it states, whether it has a claim, and whether the link is right.

    Returns
    -------
    polars.DataFrame
        ``stated``, ``has_claim``, ``is_linked``, ``is_right``, ``link_method``, in the order of the file.
    """
    query = warehouse.query("models/claim_link")
    links = query.sort("remit_claim_id")
    claims = warehouse.query("measures/claim_position").select("claim_id", "form").sort("claim_id")
    ordered = [claim_id for form in ("P", "I") for claim_id in claims.filter(form=form)["claim_id"]]
    replaced: dict[str, int] = {}
    true_claim = {claim.control: claim_id for claim, claim_id in zip(in_order, ordered, strict=True)}
    # Where the file of a replacement is missing, its payment may go to the claim that it replaces: one bill.
    for claim in made.claims:
        if claim.refers_to in true_claim and claim.control not in true_claim:
            replaced[claim.control] = true_claim[claim.refers_to]
    rows = [
        {
            "stated": payment.stated,
            "has_claim": payment.claim.control in true_claim,
            "is_linked": claim_id is not None,
            "is_right": claim_id is not None
            and claim_id == true_claim.get(payment.claim.control, replaced.get(payment.claim.control)),
            "link_method": method,
        }
        for payment, claim_id, method in zip(
            made.payments, links["claim_id"], links["link_method"], strict=True
        )
    ]
    return pl.DataFrame(rows)


def run(seed: int, account_count: int, folder: Path) -> pl.DataFrame:
    """Write, load and measure one seed in a folder."""
    made = world(seed, account_count)
    files = folder / "files"
    files.mkdir(parents=True)
    in_order = write(made, files)
    workspace = Workspace.create(folder / "workspace")
    load_files(workspace, [files], loaded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    return measured(workspace.warehouse(), made, in_order).with_columns(seed=pl.lit(seed))


def table(payments: pl.DataFrame) -> pl.DataFrame:
    """Return precision and recall by what the payments state of their patient, and of all together."""
    counts = (
        pl.len().alias("payments"),
        pl.col("has_claim").sum().alias("with a claim"),
        pl.col("is_linked").sum().alias("linked"),
        pl.col("is_right").sum().alias("right"),
        (pl.col("is_right") & pl.col("has_claim")).sum().alias("found"),
    )
    by_stated = payments.group_by("stated").agg(counts)
    every = payments.select(pl.lit("all").alias("stated"), *counts)
    order = pl.Enum([*STATED, "all"])
    return (
        pl.concat((by_stated, every))
        .with_columns(
            precision=pl.col("right") / pl.col("linked"), recall=pl.col("found") / pl.col("with a claim")
        )
        .drop("found")
        .sort(pl.col("stated").cast(order))
    )


def main() -> None:
    """Print the table of docs/measures/claim_link.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--accounts", type=int, default=4000)
    arguments = parser.parse_args()
    parts = []
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            parts.append(run(seed, arguments.accounts, Path(folder)))
    payments = pl.concat(parts)
    lines = [
        "| the payment states | payments | with a claim | linked | right | precision | recall |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for stated, *counts, precision, recall in table(payments).rows():
        shown = " | ".join(f"{count:,}" for count in counts)
        lines.append(f"| {stated} | {shown} | {precision:.2%} | {recall:.1%} |")
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
