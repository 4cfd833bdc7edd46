"""Write the invented universe: ``python -m tools.synthetic data``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.synthetic.readme import render_readme
from tools.synthetic.universe import DEFAULT_SEED, make_universe, universe_files, write_universe


def main() -> None:
    """Read the arguments, make the universe, write it, say what was written."""
    parser = argparse.ArgumentParser(prog="python -m tools.synthetic", description=__doc__)
    parser.add_argument("folder", type=Path, help="the data folder")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="default %(default)s")
    arguments = parser.parse_args()
    universe = make_universe(arguments.seed, folder=arguments.folder)
    files = {**universe_files(universe), "README.md": render_readme(universe)}
    write_universe(arguments.folder, files)
    size = sum(len(text.encode()) for text in files.values())
    sys.stdout.write(f"{len(files)} files, {size / 1e6:.1f} MB in {arguments.folder}\n")


if __name__ == "__main__":
    main()
