"""Validate one X12 file with pyx12 in a separate process, so that a hostile file can harm only this process.

Run by path with the file's path as its argument; it prints one line of JSON: whether the file is accepted,
how many errors there are, and the first of them by place and code, never by value. It imports nothing of the
package.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_MOST_MEMORY_BYTES = 3_000_000_000
_KEPT = ("seg_id", "cur_line", "element", "component", "level", "code")


def main() -> int:
    """Validate the named file, print the verdict, return 0."""
    # Windows has no such limit, and macOS refuses it: there only the time is bounded.
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    # What pyx12 prints and logs may contain values of the file.
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        verdict = _validate(Path(sys.argv[1]))
    print(json.dumps(verdict))  # noqa: T201 - the answer
    return 0


def _validate(path: Path) -> dict[str, object]:
    import pyx12.errors  # noqa: PLC0415 - an optional extra
    import pyx12.params  # noqa: PLC0415
    import pyx12.x12n_document  # noqa: PLC0415

    text, report = io.StringIO(path.read_bytes().decode("latin-1"), newline=None), io.StringIO()
    try:
        accepted = pyx12.x12n_document.x12n_document(
            pyx12.params.params(),
            text,
            fd_997=None,
            fd_html=None,
            fd_json=report,
        )
    except pyx12.errors.EngineError as error:
        if "Map not found" in str(error):
            return {"without_guide": True}
        return {"failed": f"pyx12 failed on it: {type(error).__name__}"}
    except Exception as error:  # noqa: BLE001 - pyx12 raises what it likes on a broken file
        return {"failed": f"pyx12 failed on it: {type(error).__name__}"}
    errors = list(_errors(json.loads(report.getvalue() or "{}"), "file", {}))
    return {"accepted": bool(accepted), "error_count": len(errors), "first": errors[0] if errors else None}


def _errors(node: object, level: str, place: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield the errors below a node of pyx12's report, in order, each with its place."""
    if not isinstance(node, dict):
        return
    renamed = {"ele_pos": "element", "subele_pos": "component"}
    own = {renamed.get(name, name): node[name] for name in ("seg_id", "cur_line", *renamed) if node.get(name)}
    here = {**place, **own}
    for error in node.get("errors", ()):
        place_and_code = {**here, "level": level, "code": error.get("err_cde")}
        yield {name: place_and_code[name] for name in _KEPT if name in place_and_code}
    for name in ("interchanges", "groups", "transactions", "segments", "elements"):
        for child in node.get(name, ()):
            yield from _errors(child, name.removesuffix("s"), here)


if __name__ == "__main__":
    sys.exit(main())
