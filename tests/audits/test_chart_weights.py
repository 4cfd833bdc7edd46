"""What a reviewed chart represents, by the design of its sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from auditlib.audits.chart_weights import ChartWeights, chart_weights
from auditlib.audits.spares import SpareUse
from auditlib.sampling import Manifest, draw_stratified, make_manifest
from auditlib.workspace import Workspace
from tests.sampling.conftest import encounter_frame, example_manifest


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.create(tmp_path_factory.mktemp("weights") / "workspace")


def manifest_of(counts: Mapping[str, int]) -> Manifest:
    """Of 40 units: 10 emergency, 10 inpatient, 20 office."""
    example = example_manifest(encounter_frame(40))
    drawn = draw_stratified(encounter_frame(40), seed="4613", stratum_counts=counts, spare_count=1)
    return make_manifest(
        drawn,
        name="q1",
        universe=example.universe,
        size_basis="plan",
        software_version="0",
        drawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


def drawn(manifest: Manifest, role: str = "sample") -> dict[str, list[str]]:
    units: dict[str, list[str]] = {}
    for unit in manifest.selected:
        if unit.role == role:
            units.setdefault(unit.stratum, []).append(unit.unit_id)
    return units


def weights_in(found: ChartWeights) -> dict[str, float]:
    assert found.frame is not None
    return dict(found.frame.iter_rows())


def test_strata_in_proportion_are_not_weighted(workspace: Workspace) -> None:
    manifest = manifest_of({"emergency": 2, "inpatient": 3, "office": 5})
    reviewed = [name for names in drawn(manifest).values() for name in names]
    assert chart_weights(workspace, manifest, [], reviewed) == ChartWeights()


def test_a_quota_is_weighted_and_says_so(workspace: Workspace) -> None:
    manifest = manifest_of({"emergency": 5, "inpatient": 5, "office": 5})
    units = drawn(manifest)
    found = chart_weights(workspace, manifest, [], [name for names in units.values() for name in names])
    weights = weights_in(found)
    assert {weights[name] for name in units["office"]} == {4.0}
    assert {weights[name] for name in units["inpatient"]} == {2.0}
    assert sum(weights.values()) == pytest.approx(40)
    assert found.note.startswith("Weighted by strata, which were not reviewed alike")


def test_a_stratum_reviewed_behind_the_others_is_weighted_by_its_reviewed_charts(
    workspace: Workspace,
) -> None:
    manifest = manifest_of({"emergency": 3, "inpatient": 3, "office": 6})
    units = drawn(manifest)
    found = chart_weights(
        workspace, manifest, [], [*units["emergency"], *units["inpatient"], *units["office"][:2]]
    )
    assert weights_in(found)[units["office"][0]] == 10
    without = chart_weights(workspace, manifest, [], [*units["emergency"], *units["inpatient"]])
    assert without.note.endswith("Not covered, because no chart of them is reviewed: 20 units of 'office'.")


def test_a_unit_outside_counts_among_those_looked_at(workspace: Workspace) -> None:
    manifest = manifest_of({"emergency": 5, "inpatient": 5, "office": 5})
    units, spares = drawn(manifest), drawn(manifest, "spare")
    out, spare = units["office"][0], spares["office"][0]
    use = SpareUse(out, spare, "office", "outside", "Ada", dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    reviewed = [name for names in units.values() for name in names if name != out]
    weights = weights_in(chart_weights(workspace, manifest, [use], [*reviewed, spare]))
    assert out not in weights
    assert weights[spare] == pytest.approx(20 / 6)


def test_unequal_chances_weigh_by_their_inverse(workspace: Workspace) -> None:
    example = manifest_of({"emergency": 2, "inpatient": 2, "office": 2})
    selected = tuple(replace(unit, inclusion_probability=Decimal("0.25")) for unit in example.selected)
    by_size = replace(example, design=replace(example.design, method="PPS"), selected=selected)
    names = drawn(example)["office"]
    assert set(weights_in(chart_weights(workspace, by_size, [], names)).values()) == {4.0}
    rhc = replace(by_size, design=replace(example.design, method="RHC"))
    assert chart_weights(workspace, rhc, [], names).frame is None
    assert "unequal chances" in chart_weights(workspace, rhc, [], names).note


def test_a_judgmental_sample_describes_itself_alone(workspace: Workspace) -> None:
    example = manifest_of({"emergency": 2, "inpatient": 2, "office": 2})
    judged = replace(example, design=replace(example.design, method="judgmental"))
    assert "describe them alone" in chart_weights(workspace, judged, [], []).note


def test_nothing_reviewed_has_no_weights(workspace: Workspace) -> None:
    manifest = manifest_of({"emergency": 5, "inpatient": 5, "office": 5})
    assert chart_weights(workspace, manifest, [], []).frame is None
