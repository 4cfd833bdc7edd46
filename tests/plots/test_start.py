"""What drawing does not load."""

from __future__ import annotations

import subprocess
import sys


def test_altair_is_loaded_without_the_grammars_of_addresses() -> None:
    code = "import auditlib.plots, altair, sys; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
