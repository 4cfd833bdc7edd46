"""Build the documentation as a site: ``python -m tools.site FOLDER``; a warning of Sphinx is an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.licences import EXPLAINED_OF_DOCS, locked, not_permitted
from tools.site.navigation import FRONT, ROOT
from tools.site.outside import asked_outside

_FRONT = FRONT.replace(".md", ".html")

site = Path(sys.argv[1])
if faults := not_permitted(locked(ROOT / "docs.lock"), EXPLAINED_OF_DOCS):
    sys.exit("Licences that are neither permissive nor explained:\n" + "\n".join(faults))
words = ["-c", str(Path(__file__).parent), "-d", str(site.with_name("doctrees"))]
built = subprocess.run(
    [
        sys.executable,
        "-m",
        "sphinx",
        "--jobs",
        "2",
        "--fail-on-warning",
        "--quiet",
        *words,
        str(ROOT),
        str(site),
    ],
    check=False,
)
if built.returncode:
    sys.exit(built.returncode)
if outside := asked_outside(site):
    sys.exit("The site would ask elsewhere:\n" + "\n".join(outside))
(site / "index.html").write_text(
    f'<!DOCTYPE html><html lang="en"><title>Documentation</title>'
    f'<meta http-equiv="refresh" content="0; url={_FRONT}"><a href="{_FRONT}">Documentation</a></html>\n',
    encoding="utf-8",
)
sys.stdout.write(f"{site / 'index.html'}\n")
