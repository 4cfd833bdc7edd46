"""Write the generated parts of docs/checks and of the README: ``python -m tools.check_pages``."""

from __future__ import annotations

from tools.check_pages.pages import written_pages

for _path, _text in written_pages().items():
    if not _path.exists() or _path.read_text(encoding="utf-8") != _text:
        _path.write_text(_text, encoding="utf-8")
