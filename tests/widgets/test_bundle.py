"""What the wheel carries of the screens is what their sources make."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from auditlib.widgets.bundle import STATIC

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "auditlib" / "widgets" / "js"
BUILD = ROOT / "tools" / "bundle"
NODE = shutil.which("node")


def bundled_into(folder: Path) -> dict[str, bytes]:
    if NODE is None:
        pytest.skip("node is not installed: only who changes a screen needs it")
    if not (BUILD / "node_modules" / "esbuild").is_dir():
        pytest.skip("esbuild is not installed: 'make bundle' puts it into tools/bundle/node_modules")
    subprocess.run([NODE, str(BUILD / "build.js"), str(folder)], check=True, cwd=ROOT, timeout=60)
    return files_in(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes().replace(b"\r\n", b"\n") for path in folder.iterdir()}


def test_the_bundle_is_made_of_the_sources_as_they_are(tmp_path: Path) -> None:
    made, committed = bundled_into(tmp_path), files_in(STATIC)
    assert set(made) == set(committed)
    stale = [name for name in sorted(made) if made[name] != committed[name]]
    assert stale == [], "run 'make bundle' and commit auditlib/widgets/static"


def test_every_source_is_part_of_the_bundle() -> None:
    bundle = "".join(path.read_text(encoding="utf-8") for path in STATIC.iterdir())
    scripts_and_styles = [path for path in SOURCES.rglob("*.*") if path.suffix in {".js", ".css"}]
    sources = [path.relative_to(ROOT).as_posix() for path in scripts_and_styles]
    assert len(sources) > 15
    assert [source for source in sources if source not in bundle] == []


def test_colours_are_in_the_theme_alone() -> None:
    for path in SOURCES.rglob("*.css"):
        if path.name != "theme.css":
            text = path.read_text(encoding="utf-8")
            assert "var(--jp-" not in text, path
            assert "#" not in text, path


def test_the_pinned_packages_come_from_the_public_registry() -> None:
    lock = json.loads((BUILD / "package-lock.json").read_text())
    pinned = json.loads((BUILD / "package.json").read_text())["devDependencies"]["esbuild"]
    assert lock["packages"]["node_modules/esbuild"]["version"] == pinned
    for name, package in lock["packages"].items():
        assert package.get("resolved", "https://registry.npmjs.org/").startswith(
            "https://registry.npmjs.org/"
        )
        assert not name or package["integrity"].startswith("sha512-")
