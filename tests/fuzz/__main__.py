"""`make fuzz MINUTES=10`: every target for its share of the time, by coverage, with atheris on Linux."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path

_SLOWEST_SECONDS = 20
_MOST_MEMORY_MB = 3_000
_LARGEST_INPUT = 16_384


def main() -> int:
    """Run all targets one after the other, or the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--folder", type=Path, required=True, help="where found inputs and crashers are kept")
    parser.add_argument("--target", help="run only this one, in this process")
    arguments = parser.parse_args()
    if arguments.target:
        return _fuzz(arguments.target, arguments.minutes * 60, arguments.folder)
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - the one that fuzzes imports it instrumented

    share = arguments.minutes / len(TARGETS)
    failed = []
    for name in TARGETS:
        print(f"--- {name}: {share:.1f} minutes", flush=True)
        command = [sys.executable, "-m", "tests.fuzz", "--target", name, "--minutes", str(share)]
        done = subprocess.run([*command, "--folder", str(arguments.folder)], check=False)
        if done.returncode:
            failed.append(name)
    crashers = sorted(str(path) for path in arguments.folder.glob("crashers/*"))
    print(
        f"Failed: {', '.join(failed)}. Inputs: {', '.join(crashers)}" if failed else "Every target ran clean."
    )
    return 1 if failed else 0


def _fuzz(name: str, seconds: float, folder: Path) -> int:
    import atheris  # noqa: PLC0415 - installed beside the environment, for this alone

    with atheris.instrument_imports(include=["auditlib"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - so that its imports are instrumented

    from tests.fuzz.mutations import MUTATIONS  # noqa: PLC0415 - after them

    target = TARGETS[name]
    corpus, crashers = folder / name, folder / "crashers"
    for made in (corpus, crashers):
        made.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed[:_LARGEST_INPUT])

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)
        if dice.randrange(3) == 0:
            return bytes(atheris.Mutate(data, most))
        return MUTATIONS[target.mutation](data, dice)[:most]

    flags = [
        f"-max_total_time={int(seconds)}",
        f"-timeout={_SLOWEST_SECONDS}",
        f"-rss_limit_mb={_MOST_MEMORY_MB}",
        f"-max_len={_LARGEST_INPUT}",
        f"-artifact_prefix={crashers}/{name}-",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], target.run, custom_mutator=mutate)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
