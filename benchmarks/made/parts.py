"""Made claims and their answers in files, a part at a time; each part can be written without the others."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.made.claims import PART_CLAIM_COUNT, made_part
from benchmarks.made.codes import CodePool, usual_codes
from benchmarks.made.files import KINDS, part_text, part_texts

_SAMPLED_CLAIMS = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written, and into how many parts."""

    claim_count: int
    seed: int = 1
    part_claim_count: int = PART_CLAIM_COUNT

    @property
    def part_count(self) -> int:
        """The number of parts, the last of which may be smaller."""
        return -(-self.claim_count // self.part_claim_count)

    def claims_of(self, number: int) -> int:
        """Return how many claims a part has."""
        return min(self.part_claim_count, self.claim_count - number * self.part_claim_count)


def part_paths(folder: Path, number: int) -> dict[str, Path]:
    """Return where the files of a part stand."""
    return {kind: folder / f"{number:05d}.{kind}" for kind in KINDS}


def write_part(plan: Plan, folder: Path, codes: CodePool, number: int) -> bool:
    """Write the files of a part unless they are there; a file that is there is whole."""
    paths = part_paths(folder, number)
    if all(path.exists() for path in paths.values()):
        return False
    for kind, text in part_texts(made_part(plan.seed, number, plan.claims_of(number), codes)).items():
        unfinished = paths[kind].with_suffix(f".{kind}.unfinished")
        unfinished.write_text(text, encoding="ascii", newline="")
        unfinished.replace(paths[kind])
    return True


def write(
    plan: Plan, folder: Path, *, codes: CodePool | None = None, parts: range | None = None, processes: int = 1
) -> Iterator[tuple[int, bool]]:
    """Write parts, all of them unless some are named; yield each number, and whether it was written now."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = parts if parts is not None else range(plan.part_count)
    one = partial(write_part, plan, folder, codes or usual_codes())
    if processes == 1:
        yield from zip(numbers, map(one, numbers), strict=True)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from zip(numbers, pool.map(one, numbers), strict=True)


def file_of(kind: str, byte_count: int, path: Path, *, seed: int = 1) -> None:
    """Write one file of one kind and of about that many bytes."""
    codes = usual_codes()

    def text(claim_count: int) -> str:
        return part_text(made_part(seed, 0, claim_count, codes), kind)

    bytes_a_claim = len(text(_SAMPLED_CLAIMS)) / _SAMPLED_CLAIMS
    path.write_text(text(max(int(byte_count / bytes_a_claim), 1)), encoding="ascii", newline="")
