"""The fuzzers' targets hold on their seeds and on mutations of them, without a fuzzer to drive them."""

from __future__ import annotations

import random

import pytest

from tests.fuzz import targets
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_their_mutations_keep_every_promise(name: str) -> None:
    target = TARGETS[name]
    dice = random.Random(17)
    for seed in target.seeds():
        target.run(seed)
        changed = seed
        for _ in range(12):
            changed = MUTATIONS[target.mutation](changed, dice)[:16_384]
            target.run(changed)


@pytest.mark.parametrize("name", TARGETS)
def test_the_readers_take_the_seeds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target whose seeds are all refused would test the refusal only."""
    kept = []
    monkeypatch.setattr(targets, "_require", lambda holds, sentence: kept.append(holds or sentence))
    for seed in TARGETS[name].seeds():
        for file_name in TARGETS[name].file_names:
            TARGETS[name].read(seed, file_name)
    assert name == "settings" or len(kept) >= 2  # settings give no frames
    assert set(kept) <= {True}


def test_a_broken_promise_is_told() -> None:
    with pytest.raises(targets.BrokenPromiseError, match="a sentence"):
        targets._require(holds=False, sentence="a sentence")
