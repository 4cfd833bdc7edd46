"""Read one file with one reader, several times, in the process and environment of that reader.

``compare.py`` runs this file with the Python of each reader: ``python readers.py NAME PATH ROUNDS``. Printed
is one line of JSON: the seconds of each round, on the clock and of the processors, and what came out, or why
nothing did.
"""

from __future__ import annotations

import contextlib
import json
import logging
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def auditlib(path: Path) -> str:
    """Read every table of the file."""
    read_x12 = import_module("auditlib.sources.x12").read_x12
    row_count = sum(
        frame.height for batch in read_x12(path, source_file_id=1) for frame in batch.frames.values()
    )
    return f"{row_count} rows of tables"


def auditlib_load(path: Path) -> str:
    """Load the file into a new workspace, derived tables included."""
    loading, workspaces = (
        import_module("auditlib.loading.load"),
        import_module("auditlib.workspace.folder"),
    )
    moment = import_module("datetime").datetime(2026, 1, 1)
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspaces.Workspace.create(Path(folder) / "workspace")
        started, used = time.perf_counter(), time.process_time()
        report = loading.load_files(workspace, [path], loaded_at=moment)
        _measured[:] = time.perf_counter() - started, time.process_time() - used
        return f"{report.files['claim_count'].sum()} claims in a warehouse"


def duckdb_text_column(path: Path) -> str:
    """Read the same bytes into one text column: what any reader has to do at least."""
    with import_module("duckdb").connect() as connection:
        (rows,) = connection.execute(
            f"select count(*), sum(strlen(line)) from {_LINES}", [str(path)]
        ).fetchall()
    return f"{rows[0]} lines"


def duckdb_text_table(path: Path) -> str:
    """Load the same bytes into one text column of a database: what any load has to do at least."""
    with tempfile.TemporaryDirectory() as folder:
        with import_module("duckdb").connect(f"{folder}/warehouse.duckdb") as connection:
            connection.execute(f"create table text as select line from {_LINES}", [str(path)]).fetchall()
        return "a table of lines"


def python_split(path: Path) -> str:
    """Cut the text into segments and elements, one segment at a time, and keep none."""
    count = 0
    for segment in path.read_text(encoding="ascii").split("~"):
        segment.split("*")
        count += 1
    return f"{count} segments, none kept"


def pyx12_segments(path: Path) -> str:
    """Walk the segments."""
    with import_module("pyx12.x12file").X12Reader(str(path)) as reader:
        return f"{sum(1 for _ in reader)} segments"


def pyx12_validation(path: Path) -> str:
    """Validate against the implementation guide, which names every element."""
    parameters = import_module("pyx12.params").params()
    valid = import_module("pyx12.x12n_document").x12n_document(parameters, str(path), None, None)
    return "found valid" if valid else "found not valid"


def linuxforhealth_segments(path: Path) -> str:
    """Walk the segments."""
    with import_module("linuxforhealth.x12.io").X12SegmentReader(str(path)) as reader:
        return f"{sum(1 for _ in reader.segments())} segments"


def linuxforhealth_models(path: Path) -> str:
    """Build a validated model of each transaction."""
    with import_module("linuxforhealth.x12.io").X12ModelReader(str(path)) as reader:
        return f"{sum(1 for _ in reader.models())} models"


def hccinfhir_lines(path: Path) -> str:
    """Read service lines of claims, without their charges."""
    extract = import_module("hccinfhir.extractor_837").extract_sld_837
    return f"{len(extract(path.read_text(encoding='ascii')))} lines"


def edi_835_parser(path: Path) -> str:
    """Read claim payments, lines and adjustments into objects."""
    (parsed,) = import_module("edi_835_parser").parse(str(path), debug=True)
    return f"{sum(len(claim.services) for claim in parsed.claims)} lines"


def oxedi(path: Path) -> str:
    """Read payments, claims, lines and adjustments into columns."""
    result = import_module("oxedi").parse_file(str(path))
    return f"{result.count_claims()} claims, {result.tables}"


def oxedi_claims(path: Path) -> str:
    """Read claims, lines and diagnoses into columns, by a specification of what stands in the file."""
    module = import_module("oxedi")
    known = json.loads(module.Spec.builtin().to_json())
    result = module.parse_file(str(path), spec=module.Spec.from_json(json.dumps(_claim_specification(known))))
    return str(result.tables)


def _claim_specification(known: dict[str, dict[str, dict[str, object]]]) -> dict[str, object]:
    """Return what oxedi has to know of an 837P; the envelope is that of its own specification."""
    text: dict[str, object] = {"max": 80, "min": 1, "type": "AN"}
    amount: dict[str, object] = {"max": 18, "min": 1, "type": "R"}
    parts = {str(number): {**text, "name": f"part_{number}"} for number in range(1, 10)}
    composite: dict[str, object] = {"type": "AN", "composite": parts}

    def elements(**others: dict[str, object]) -> dict[str, object]:
        given = {f"_{number}": text for number in range(1, 21)} | others
        return {"elements": {key[1:]: {"name": f"element{key}", **one} for key, one in given.items()}}

    def loop(parent: str, trigger: str, segments: str) -> dict[str, object]:
        # All but the first at one position, so that no order is asked for.
        one = {"pos": 200, "usage": "situational"}
        return {
            "parent": parent,
            "trigger": {"segment": trigger},
            "occurrences": {
                name.lower(): {"segment": name, **one, **({"pos": 100} if name == trigger else {})}
                for name in segments.split()
            },
            "usage": "situational",
        }

    envelope = {name: known["loops"][name] for name in ("interchange", "group", "transaction")}
    of_transaction = loop("group", "ST", "ST BHT NM1 PER SE")["occurrences"]
    plain = "GS ST BHT NM1 PER HL SBR N3 N4 DMG REF PRV DTP AMT OI LX SVD CAS"
    every_code = {f"_{number}": composite for number in range(1, 13)}
    return {
        "name": "837P",
        "version": {"element": 8, "segment": "GS", "values": ["005010X222A1"]},
        "balancing": {},
        "segments": {
            **{name: known["segments"][name] for name in ("ISA", "TA1", "SE", "GE", "IEA")},
            **{name: elements() for name in plain.split()},
            "CLM": elements(_2=amount, _5=composite),
            "SV1": elements(_1=composite, _2=amount, _4=amount, _7=composite),
            "HI": elements(**every_code),
        },
        "loops": {
            **envelope,
            "transaction": {**envelope["transaction"], "occurrences": of_transaction},
            "2000": loop("transaction", "HL", "HL SBR NM1 N3 N4 DMG REF"),
            "2300": loop("2000", "CLM", "CLM REF HI NM1 PRV SBR AMT OI"),
            "2400": loop("2300", "LX", "LX SV1 DTP REF SVD CAS"),
        },
        "tables": {
            "claims": {
                "loops": ["2300"],
                "ref": "claim",
                "columns": {
                    "account": {"segment": "CLM", "element": 1},
                    "charge": {"segment": "CLM", "element": 2},
                },
            },
            "lines": {
                "loops": ["2400"],
                "ref": "line",
                "columns": {
                    "code": {"segment": "SV1", "element": 1, "component": 2},
                    "charge": {"segment": "SV1", "element": 2},
                    "units": {"segment": "SV1", "element": 4},
                },
            },
            "diagnoses": {
                "loops": ["2300"],
                "segment": "HI",
                "repeat": {"from": 1, "step": 1},
                "columns": {"code": {"group_element": 0}},
            },
        },
    }


_LINES = (
    "read_csv(?, columns = {'line': 'varchar'}, delim = '\x01', quote = '', escape = '', header = false,"
    " auto_detect = false, max_line_size = 1000000)"
)
_measured: list[float] = []


def main(reader: Callable[[Path], str], path: Path, round_count: int) -> None:
    """Read several times and print the seconds of each, or why it cannot be read."""
    logging.disable()
    seconds: list[float] = []
    processor_seconds: list[float] = []
    outcome: dict[str, object] = {"seconds": seconds, "processor_seconds": processor_seconds}
    # What a reader prints is its own affair.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            for _ in range(round_count):
                _measured.clear()
                started, used = time.perf_counter(), time.process_time()
                outcome["read"] = reader(path)
                whole = (time.perf_counter() - started, time.process_time() - used)
                # A load leaves out what it takes to make a workspace.
                on_clock, of_processors = _measured or whole
                seconds.append(on_clock)
                processor_seconds.append(of_processors)
        except Exception as error:  # noqa: BLE001 - whatever another program raises is its result
            outcome["error"] = " ".join(f"{type(error).__name__}: {error}".split())[:160]
    # Linux counts kilobytes.
    outcome["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(json.dumps(outcome))


if __name__ == "__main__":
    main(globals()[sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3]))
