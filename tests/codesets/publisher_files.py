"""Small files in the publishers' layouts, made for the tests."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from auditlib.codesets.readers.icd10.known_releases import MARK_FILE
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


def tabular_document(fiscal_year: int) -> str:
    """A tabular list with the year's marks, one note of each kind that is asked for, in invented words."""
    marks = "".join(
        f"<diag><name>{code[:3]}.{code[3:]}</name><desc>A title</desc></diag>"
        for code in sorted(marked_codes("ICD-10-CM", fiscal_year))
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><version>{fiscal_year}</version>
<chapter><name>4</name><desc>Own words (E00-E89)</desc><section id="E08-E13"><desc>Own words (E08-E13)</desc>
 <diag><name>E11</name><desc>Own title</desc><excludes1><note>own words (E10.-)</note></excludes1>
  <useAdditionalCode><note>say more (Z79.4)</note></useAdditionalCode>
  <diag><name>E11.0</name><desc>Own title below</desc>
   <inclusionTerm><note>sweet   water sickness</note></inclusionTerm></diag></diag>
 {marks}</section></chapter>
<chapter><name>19</name><desc>Own words (S00-T88)</desc><section id="S70-S79"><desc>Own words (S70-S79)</desc>
 <diag><name>S72</name><desc>Own title</desc>
  <sevenChrNote><note>say which visit</note></sevenChrNote>
  <sevenChrDef><extension char="A">first</extension><extension char="D">later</extension></sevenChrDef>
  <diag><name>S72.0</name><desc>Own title below</desc></diag></diag></section></chapter>
</ICD10CM.tabular>"""


def index_document(body: str, fiscal_year: int = 2026) -> str:
    """An alphabetic index or one of its tables."""
    return f"<ICD10CM.index><version>{fiscal_year}</version><title>Own words</title>{body}</ICD10CM.index>"


INDEX = """<letter><title>S</title>
<mainTerm><title>Unsteady <nemod>(of gait)</nemod></title><code>F44.4</code></mainTerm>
<mainTerm><title>Sugar</title><term level="1"><title>high</title><see>Sweetness</see>
 <term level="2"><title>kidney</title><code>E11.2-</code><manif>N08</manif></term>
</term></mainTerm></letter>"""
NEOPLASMS = """<indexHeading><head col="1">Neoplasm</head><head col="2">Malignant Primary</head>
<head col="6">Uncertain Behavior</head></indexHeading><letter><mainTerm><title>Growth</title>
<term level="1"><title>chest</title><cell col="2">C34.9-</cell><cell col="3">-</cell>
<cell col="6">D38.1</cell></term></mainTerm></letter>"""
DRUGS = """<indexHeading><head col="1">Substance</head><head col="2">Poisoning Accidental</head>
<head col="7">Underdosing</head></indexHeading><letter><mainTerm><title>Pain pill</title>
<cell col="2">T39.311</cell><cell col="7">T39.316</cell></mainTerm></letter>"""
PROCEDURE_TABLES = """<?xml version="1.0" encoding="utf-8"?>
<ICD10PCS.tabular><version>2026</version><pcsTable>
<axis pos="1" values="1"><title>Section</title><label code="0">Surgery</label></axis>
<axis pos="2" values="1"><title>Body System</title><label code="0">Nerves</label></axis>
<axis pos="3" values="1"><title>Operation</title><label code="1">Detour</label>
 <definition>Going another way</definition></axis>
<pcsRow codes="2">
 <axis pos="4" values="1"><title>Body Part</title><label code="6">Hollow</label></axis>
 <axis pos="5" values="1"><title>Approach</title><label code="0">Open</label></axis>
 <axis pos="6" values="2"><title>Device</title><label code="7">Own</label><label code="J">Made</label></axis>
 <axis pos="7" values="1"><title>Qualifier</title><label code="0">Nose</label></axis></pcsRow>
<pcsRow codes="2">
 <axis pos="4" values="1"><title>Body Part</title><label code="U">Cord</label></axis>
 <axis pos="5" values="2"><title>Approach</title><label code="0">Open</label>
  <label code="3">Through the skin</label></axis>
 <axis pos="6" values="1"><title>Device</title><label code="Z">None</label></axis>
 <axis pos="7" values="1"><title>Qualifier</title><label code="4">Ureter</label></axis></pcsRow>
</pcsTable></ICD10PCS.tabular>"""
