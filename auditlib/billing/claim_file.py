"""An 837 file of corrected claims: one transaction per provider and submitter, with renumbered levels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from auditlib.billing.correction import CorrectedClaim
from auditlib.billing.original import OriginalClaim
from auditlib.errors import UsageError
from auditlib.sources.x12.write.envelope import Group, Parties, interchange_text
from auditlib.sources.x12.write.segment import Segment, day, segment, simple, tag

_MOST_CLAIMS = 5_000
_TIME = "0000"


def claim_file_text(
    claims: Sequence[CorrectedClaim],
    *,
    parties: Parties | None = None,
    control_number: int,
    made_on: date,
) -> str:
    """Return claims as one interchange.

    Parameters
    ----------
    claims
        Without gaps.
    parties
        Sender and receiver; by default as in the claims' files.
    control_number
        Number of the interchange; its groups have this one and those that follow.
    made_on
        Date of the file.

    Raises
    ------
    UsageError
        If the claims come from several submitters, or from a file without ISA, and no parties are given.
    """
    groups: dict[str, Group] = {}
    for number, batch in enumerate(arranged(claims), start=1):
        version = batch[0].version
        group = groups.setdefault(version, Group("HC", version))
        group.transactions.append(("837", _transaction(batch, f"{control_number}-{number}", made_on)))
    return interchange_text(
        list(groups.values()),
        parties or _parties_of([claim.original for claim in claims]),
        control_number=control_number,
        made_on=made_on,
        made_at=_TIME,
    )


def arranged(claims: Sequence[CorrectedClaim]) -> list[list[CorrectedClaim]]:
    """Return the claims in the order of the file, a list for each of its transactions."""
    batches: dict[tuple[object, ...], list[CorrectedClaim]] = {}
    for claim in claims:
        header = tuple(values for values in claim.original.header if tag(values) != "BHT")
        batches.setdefault((claim.version, header, claim.original.billing[1:]), []).append(claim)
    in_order = sorted(batches.values(), key=lambda batch: batch[0].version)
    return [
        batch[start : start + _MOST_CLAIMS]
        for batch in in_order
        for start in range(0, len(batch), _MOST_CLAIMS)
    ]


def _transaction(claims: Sequence[CorrectedClaim], reference: str, made_on: date) -> list[Segment]:
    """Return claims of one billing provider, each under its own subscriber."""
    first = claims[0].original
    # CH for claims that are charged, or RP for those that are only reported.
    use = next((simple(values, 6) for values in first.header if tag(values) == "BHT"), "") or "CH"
    body = [
        segment("BHT", "0019", "00", reference, day(made_on), _TIME, use),
        *(values for values in first.header if tag(values) != "BHT"),
        segment("HL", 1, None, "20", 1),
        *first.billing[1:],
    ]
    level = 1
    for claim in claims:
        original = claim.original
        level += 1
        subscriber = level
        body.append(segment("HL", subscriber, 1, "22", 1 if original.patient else 0))
        body.extend(original.subscriber[1:])
        if original.patient:
            level += 1
            body.append(segment("HL", level, subscriber, "23", 0))
            body.extend(original.patient[1:])
        body.extend(original.claim)
    return body


def _parties_of(originals: Sequence[OriginalClaim]) -> Parties:
    """Return the sender and receiver of the original claims."""
    all_parties = {_parties(original) for original in originals}
    if len(all_parties) != 1 or None in all_parties:
        several = "The claims were sent by several submitters or to several receivers"
        without_isa = "Not every claim comes from a file with an ISA segment"
        message = f"{several if None not in all_parties else without_isa}."
        raise UsageError(message, hint="Give [submitter] and [receiver] with their ids in the settings file.")
    parties = all_parties.pop()
    assert parties is not None  # noqa: S101 - looked at above
    return parties


def _parties(original: OriginalClaim) -> Parties | None:
    header, group = original.interchange, original.group
    if header is None or group is None:
        return None
    names = {number: simple(header, number) for number in (5, 6, 7, 8, 15)}
    return Parties(
        (names[5], names[6].rstrip()),
        (names[7], names[8].rstrip()),
        simple(group, 2),
        simple(group, 3),
        "P" if names[15] == "P" else "T",
    )
