"""What was planted is there to be found, and nothing like it elsewhere."""

from __future__ import annotations

from collections import Counter

from tools.synthetic import truth
from tools.synthetic.universe import Universe


def test_volumes_are_as_promised(universe: Universe) -> None:
    classes = Counter(case.encounter.encounter_class for case in universe.cases)
    assert len(universe.cases) == 3000
    assert 1700 < classes["office"] < 1900
    assert 540 < classes["emergency"] < 660
    assert 250 < classes["outpatient surgery"] < 350
    assert 250 < classes["inpatient"] < 350
    assert {case.encounter.coder_id for case in universe.cases} == {f"C{n:02d}" for n in range(1, 11)}
    assert {episode.visit.patient.payer_id for episode in universe.episodes} == {
        f"P{n:02d}" for n in range(1, 9)
    }


def test_one_payers_denials_jump_in_one_month(universe: Universe) -> None:
    months = truth.jump(universe)
    jumped, for_reason, others = months.pop("2026-03")
    assert jumped.part / jumped.whole > 0.3
    assert for_reason.part > 8
    assert others.part / others.whole < 0.2
    full = [month for month, (mine, _, _) in months.items() if mine.whole >= 25]
    assert len(full) >= 10
    assert max(months[month][0].part / months[month][0].whole for month in full) < 0.2


def test_one_coder_drifts_and_the_others_do_not(universe: Universe) -> None:
    charts = truth.charts(universe)
    for coder_id in ("C01", "C02", "C04", "C07"):
        mine = [row for row in charts if row.coder_id == coder_id]
        early = truth.accuracy(row for row in mine if f"{row.coded_date:%Y-%m}" < "2026-04")
        late = truth.accuracy(row for row in mine if f"{row.coded_date:%Y-%m}" >= "2026-07")
        fall = early.part / early.whole - late.part / late.whole
        assert (fall > 0.08) if coder_id == "C07" else (abs(fall) < 0.03), coder_id


def test_coders_differ_in_the_order_of_their_chances(universe: Universe) -> None:
    found = truth.accuracy_by(truth.charts(universe), lambda row: row.coder_id)
    rates = {coder_id: share.part / share.whole for coder_id, (_, share) in found.items()}
    assert rates["C01"] > 0.97
    assert rates["C10"] < 0.88
    assert rates["C01"] > rates["C04"] > rates["C08"] > rates["C09"] > rates["C10"]


def test_unspecific_diagnoses_drive_one_denial_of_two_payers(universe: Universe) -> None:
    found = truth.vague_denials(universe)
    for payer_id in ("P02", "P06"):
        vague, plain = found[payer_id]
        assert vague.whole >= 10
        assert vague.part / vague.whole > 0.5
        assert plain.part / plain.whole < 0.05
    rest = [found[payer_id][0] for payer_id in found if payer_id not in {"P02", "P06"}]
    assert sum(share.part for share in rest) / sum(share.whole for share in rest) < 0.2


def test_every_check_has_something_to_find(universe: Universe) -> None:
    assert all(count >= 3 for count in truth.slips(universe).values()), truth.slips(universe)


def test_denials_are_of_many_kinds_and_some_claims_wait(universe: Universe) -> None:
    answers = truth.first_answers(universe)
    reasons = Counter(row.decision.denial.reason for row in answers if row.decision.denial)
    assert {"4", "11", "16", "18", "22", "27", "29", "50", "97", "146", "151", "197"} <= set(reasons)
    groups = {
        group
        for episode in universe.episodes
        for remit in episode.remits
        for group, _, _ in (
            *remit.decision.adjustments,
            *(a for line in remit.decision.lines for a in line.adjustments),
        )
    }
    assert groups == {"CO", "PR", "OA", "PI"}
    statuses = {remit.decision.status for episode in universe.episodes for remit in episode.remits}
    assert statuses == {"1", "2", "4", "22"}
    waiting = [episode for episode in universe.episodes if episode.claims and not episode.remits]
    assert len(waiting) > 20
    settled = {
        row.reason for transaction in universe.transactions for row in transaction.provider_adjustments
    }
    assert settled == {"FB", "L6", "WO"}


def test_shares_round_half_up_and_are_undefined_of_nothing() -> None:
    assert truth.Share(1, 8).percent() == "12.5 %"
    assert truth.Share(1, 2000).percent() == "0.1 %"
    assert truth.Share(0, 0).percent() == "-"
