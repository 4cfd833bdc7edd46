"""Ask pip-audit what is known of faults in locked packages, and say which it could not ask about.

``python -m tools.vulnerabilities PIP-AUDIT LOCK...``, as ``make vulnerabilities`` calls it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

FAULTS, NOT_ASKED = 1, 2


def answer(said: str, *, lock: str) -> tuple[int, str]:
    """Return the exit code and the text for what pip-audit printed as JSON of one lock.

    Notes
    -----
    pip-audit ends with 0 where it could ask about nothing: a package that it skipped is not a sound one.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError):
        return NOT_ASKED, f"{lock}: nothing is known: the database of pypi.org cannot be reached."
    asked = [one for one in packages if "skip_reason" not in one]
    faults = [
        f"  {one['name']} {one['version']}: {fault['id']}, "
        f"mended in {', '.join(fault['fix_versions']) or 'no version'}"
        for one in asked
        for fault in one["vulns"]
    ]
    skipped = len(packages) - len(asked)
    lines = [f"{lock}: {len(asked)} packages asked about, {len(faults)} known faults.", *faults]
    if skipped:
        lines.append(f"  Of {skipped} packages nothing is known: the database of pypi.org does not answer.")
    return (FAULTS if faults else NOT_ASKED if skipped else 0), "\n".join(lines)


def main(words: Sequence[str]) -> int:
    """Print what is known of each lock; return 1 for a fault, else 2 where one could not be asked about."""
    program, *locks = words
    codes = []
    for lock in locks:
        options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
        done = subprocess.run(
            [program, *options, "--requirement", lock], capture_output=True, text=True, check=False
        )
        code, text = answer(done.stdout, lock=lock)
        print(text)
        codes.append(code)
    return FAULTS if FAULTS in codes else max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
