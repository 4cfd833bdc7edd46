from __future__ import annotations

import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.plots.ribbons import Path, laid_out

ORDERS = (("all",), ("a", "b", "c"), ("x", "y"), ("p", "q", "r"))
PATHS = st.lists(
    st.builds(
        Path,
        st.tuples(*(st.sampled_from(order) for order in ORDERS)),
        st.floats(min_value=0.01, max_value=1e6),
    ),
    min_size=1,
    max_size=15,
)


@given(PATHS)
def test_every_stage_holds_all_and_ribbons_fill_their_blocks_without_overlap(paths: list[Path]) -> None:
    layout = laid_out(paths, ORDERS, height=400, gap=30)
    total = sum(path.size for path in paths)
    for stage in range(len(ORDERS)):
        assert sum(block.size for block in layout.blocks if block.node[0] == stage) == pytest.approx(total)
    sides: dict[tuple[object, str], list[tuple[float, float]]] = defaultdict(list)
    for ribbon in layout.ribbons:
        sides[ribbon.start, "leaving"].append((ribbon.start_top, ribbon.start_top + ribbon.thickness))
        sides[ribbon.stop, "arriving"].append((ribbon.stop_top, ribbon.stop_top + ribbon.thickness))
    tops = {block.node: (block.top, block.bottom) for block in layout.blocks}
    for (node, _), spans in sides.items():
        spans.sort()
        top, bottom = tops[node]  # type: ignore[index]
        assert spans[0][0] == pytest.approx(top)
        assert spans[-1][1] == pytest.approx(bottom)
        for (_, above), (below, _) in itertools.pairwise(spans):
            assert below == pytest.approx(above)


@given(PATHS)
def test_blocks_stay_in_the_chart_and_leave_room_for_labels(paths: list[Path]) -> None:
    layout = laid_out(paths, ORDERS, height=400, gap=30)
    for stage in range(len(ORDERS)):
        column = sorted((block.top, block.bottom) for block in layout.blocks if block.node[0] == stage)
        assert column[0][0] >= -1e-6
        assert column[-1][1] <= 400 + 1e-6
        assert all(below - above >= 30 - 1e-6 for (_, above), (below, _) in itertools.pairwise(column))
