"""Authored charts travel the same path, as their answer keys tell."""

from __future__ import annotations

import json
from pathlib import Path

from tools.synthetic.episodes import Episode
from tools.synthetic.universe import Universe


def test_each_authored_chart_is_billed_once_and_audited(universe: Universe, data_folder: Path) -> None:
    names = sorted(path.name for path in (data_folder / "charts").iterdir() if path.is_dir())
    assert [case.encounter_id for case in universe.authored] == names
    for case in universe.authored:
        key = json.loads(
            (data_folder / "answer_keys" / f"{case.encounter_id}.json").read_text(encoding="utf-8")
        )
        assert case.verdicts == key["verdicts"]
        first = case.episode.claims[0]
        assert first.payer_id == key["billing"]["payer_id"]
        assert first.charge_cents > 0
        chart = json.loads(
            (data_folder / "charts" / case.encounter_id / "encounter.json").read_text(encoding="utf-8")
        )
        services = [row["code"] for row in chart["codes"] if row["code_system"] in {"CPT", "HCPCS"}]
        assert [line.code for line in first.lines if line.code] == services


def test_authored_stories_end_as_told(universe: Universe, data_folder: Path) -> None:
    for case in universe.authored:
        key = json.loads(
            (data_folder / "answer_keys" / f"{case.encounter_id}.json").read_text(encoding="utf-8")
        )
        billing, episode = key["billing"], case.episode
        assert episode.remits, case.encounter_id
        if billing["story"] == "paid":
            assert (len(episode.remits), reasons(episode)) == (1, set())
        else:
            assert (billing["group_code"], billing["reason_code"]) in reasons(episode)
        paid = episode.remits[-1].decision.paid_cents
        assert (paid == 0) == (billing["story"] == "denied"), case.encounter_id
        frequencies = [claim.frequency for claim in episode.claims]
        assert frequencies == (["1", "7"] if billing["story"] == "denied, corrected, paid" else ["1"])


def reasons(episode: Episode) -> set[tuple[str, str]]:
    decision = episode.remits[0].decision
    rows = (*decision.adjustments, *(row for line in decision.lines for row in line.adjustments))
    return {(group, reason) for group, reason, _ in rows} - {
        ("CO", "45"),
        ("CO", "253"),
        ("PR", "1"),
        ("PR", "2"),
        ("PR", "3"),
    }
