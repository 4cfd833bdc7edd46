"""Small files in the publishers' layouts, made for the tests."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from auditlib.codesets.fiscal_year import MARK_FILE
from auditlib.embedded import embedded_folder


def marked_codes(code_system: str, fiscal_year: int) -> set[str]:
    """Codes that a year's list needs to pass for that year's."""
    text = (embedded_folder("codesets") / MARK_FILE).read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["code_system"] == code_system]
    return {
        row["code"] for row in rows if (row["change"] == "added") == (int(row["fiscal_year"]) <= fiscal_year)
    }


def order_lines(
    fiscal_year: int, titles: Mapping[str, str] | None = None, *, code_system: str = "ICD-10-CM"
) -> list[str]:
    """Lines of an order file with the year's marks and the codes given; a category may be a heading."""
    last = "U099" if code_system == "ICD-10-CM" else "XY0YX37"
    known = dict.fromkeys({*marked_codes(code_system, fiscal_year), last}, "A title") | dict(titles or {})
    codes = [*sorted(code for code in known if code != last), last]
    lines = []
    for number, code in enumerate(codes, start=1):
        flag = 0 if len(code) == 3 and f"{code}0" in known else 1
        lines.append(f"{number:05d} {code:<7} {flag} {known[code][:60]:<60} {known[code]}")
    return lines


def write_order(
    folder: Path, fiscal_year: int, titles: Mapping[str, str] | None = None, name: str = ""
) -> Path:
    path = folder / (name or f"icd10cm_order_{fiscal_year}.txt")
    path.write_text("\r\n".join(order_lines(fiscal_year, titles)) + "\r\n", encoding="ascii", newline="")
    return path


def write_zip(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def hcpcs_line(
    code: str,
    record: str,
    text: str,
    *,
    sequence: int = 100,
    short: str = "",
    added: str = "20200101",
    action: str = "",
    ended: str = "",
) -> str:
    """One record of HCPCS in fixed columns: codes in 1-5, modifiers in 4-5."""
    start = f"{code:>5}{sequence:05d}{record}{text:<80}"
    if record in "48":
        return start
    filled = f"{start}{short:<28}".ljust(229) + "C"
    return f"{filled.ljust(268)}{added:<8}{action or added:<8}{ended:<8}N".ljust(320)


def write_lines(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding, newline="")
    return path
