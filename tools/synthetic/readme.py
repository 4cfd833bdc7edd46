"""data/README.md: what the data folder holds, how it was made, and what there is to find, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from string import Template

from auditlib.sources.x12.write.segment import money
from tools.synthetic import truth
from tools.synthetic.adjudication import JUMP_MONTH, JUMP_PAYER, JUMP_REASON
from tools.synthetic.billing import AS_OF
from tools.synthetic.clinical import TABLES
from tools.synthetic.encounters import FIRST_DAY, LAST_DAY
from tools.synthetic.organisation import Payer, coders, payers
from tools.synthetic.universe import Universe

_COMMONEST = 3


def render_readme(universe: Universe) -> str:
    """Return the text of data/README.md for a universe."""
    template = Template((TABLES / "readme_template.md").read_text(encoding="utf-8"))
    drifting = next(row for row in coders() if row.coder_id == truth.DRIFTING_CODER)
    return template.substitute(
        seed=universe.seed,
        first=FIRST_DAY.isoformat(),
        last=LAST_DAY.isoformat(),
        as_of=AS_OF.isoformat(),
        volume=_volume(universe),
        jump_payer=JUMP_PAYER,
        jump_month=JUMP_MONTH,
        jump_reason=JUMP_REASON,
        jump=_jump(universe),
        drift_coder=drifting.coder_id,
        drift_month=drifting.drift_month,
        drift=_drift(universe),
        vague=_vague(universe),
        coders=_coders(universe),
        payers=_payers(universe),
        errors=_errors(universe),
        slips=_table(("what", "count"), truth.slips(universe).items()),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines.extend("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)
    return "\n".join(lines) + "\n"


def _volume(universe: Universe) -> str:
    classes = Counter(episode.visit.encounter_class for episode in universe.episodes)
    claims = [claim for episode in universe.episodes for claim in episode.claims]
    kinds = Counter((claim.sequence, claim.frequency) for claim in claims)
    billed = [episode for episode in universe.episodes if episode.claims]
    answered = sum(bool(episode.remits) for episode in billed)
    statuses = Counter(row.decision.status for episode in universe.episodes for row in episode.remits)
    settled = [row for transaction in universe.transactions for row in transaction.provider_adjustments]
    return _table(
        ("what", "count"),
        [
            ("encounters", len(universe.episodes)),
            ("of them authored", len(universe.authored)),
            *((f"{name} encounters", classes[name]) for name in sorted(classes)),
            ("claims", len(claims)),
            ("original claims to the first payer", kinds["P", "1"]),
            ("claims to a second payer", kinds["S", "1"]),
            ("replacements (frequency 7)", kinds["P", "7"]),
            ("voids (frequency 8)", kinds["P", "8"]),
            ("encounters billed", len(billed)),
            ("of them without an answer", len(billed) - answered),
            ("claim payments in 835s", sum(statuses.values())),
            ("of them reversals (status 22)", statuses["22"]),
            ("835 transactions", len(universe.transactions)),
            ("provider-level adjustments (PLB)", len(settled)),
            ("charges of all claims, dollars", money(sum(claim.charge_cents for claim in claims))),
            ("payments of all 835s, dollars", money(sum(row.payment_cents for row in universe.transactions))),
        ],
    )


def _jump(universe: Universe) -> str:
    head = ("submitted", f"{JUMP_PAYER} denied", "", f"of it CARC {JUMP_REASON}", "other payers denied", "")
    rows = (
        (month, _of(mine), mine.percent(), reason.part, _of(rest), rest.percent())
        for month, (mine, reason, rest) in truth.jump(universe).items()
    )
    return _table(head, rows)


def _drift(universe: Universe) -> str:
    charts = [row for row in truth.charts(universe) if row.coder_id == truth.DRIFTING_CODER]
    found = truth.accuracy_by(charts, lambda row: f"{row.coded_date:%Y-%m}")
    rows = ((month, count, _of(share), share.percent()) for month, (count, share) in found.items())
    return _table(("coded", "charts", "right codes given", "accuracy"), rows)


def _vague(universe: Universe) -> str:
    head = ("payer", "with an unspecific diagnosis", "", "without one", "")
    rows = (
        (payer_id, _of(hit), hit.percent(), _of(rest), rest.percent())
        for payer_id, (hit, rest) in truth.vague_denials(universe).items()
    )
    return _table(head, rows)


def _coders(universe: Universe) -> str:
    found = truth.accuracy_by(truth.charts(universe), lambda row: row.coder_id)
    chances = {row.coder_id: row.per_mille for row in coders()}
    rows = (
        (coder_id, chances.get(coder_id, "-"), count, _of(share), share.percent())
        for coder_id, (count, share) in found.items()
    )
    return _table(("coder", "chance", "charts", "right codes given", "accuracy"), rows)


def _payers(universe: Universe) -> str:
    head = (
        "payer",
        "name",
        "first answers",
        "denied",
        "pays nothing",
        "commonest CARC",
        "median days",
        "as second payer",
    )
    return _table(head, (_payer_row(universe, payer) for payer in payers().values()))


def _payer_row(universe: Universe, payer: Payer) -> tuple[object, ...]:
    answers = [row for row in truth.first_answers(universe) if row.claim.payer_id == payer.payer_id]
    days = sorted((row.paid_on - row.claim.submit_date).days for row in answers)
    hit, nothing = truth.denied(answers), truth.paid_nothing(answers)
    reasons = Counter(row.decision.denial.reason for row in answers if row.decision.denial)
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:_COMMONEST]
    second = sum(
        claim.sequence == "S" and claim.payer_id == payer.payer_id
        for episode in universe.episodes
        for claim in episode.claims
    )
    return (
        payer.payer_id,
        payer.name.title(),
        len(answers),
        f"{hit.part} ({hit.percent()})",
        f"{nothing.part} ({nothing.percent()})",
        ", ".join(f"{reason} ({count})" for reason, count in ordered),
        days[len(days) // 2] if days else "-",
        second,
    )


def _errors(universe: Universe) -> str:
    kinds = Counter(
        str(verdict["error_kind"])
        for row in truth.charts(universe)
        for verdict in row.verdicts
        if verdict["error_kind"] is not None
    )
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return _table(("kind", "verdicts"), ordered)


def _of(share: truth.Share) -> str:
    return f"{share.part} of {share.whole}"
