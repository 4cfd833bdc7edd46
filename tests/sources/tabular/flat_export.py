"""A flat export of charges with its mapping, and what is read of it, for tests of single cells and rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.tables import read_table

HEADER = "Claim,DOS,CPT,Qty,Charge,Dx 1,Dx 2,Payer"


def mapping_of(
    *,
    file: str = "",
    code: str = "CPT",
    diagnosis: str = '["Dx 1", "Dx 2"]',
    system: str = "ICD-10-CM",
    lines: str = "",
) -> str:
    """Return the mapping of the export; a part may be given otherwise, in YAML."""
    return f"""{f"file: {{{file}}}" if file else ""}
tables:
  - table: claim
    one_row_per: claim_id
    columns:
      claim_id: Claim
      form: {{constant: P}}
      from_date: DOS
      charge_amount: {{column: Charge, take: sum}}
      payer_name: Payer
  - table: claim_line
    columns: {{claim_id: Claim, code: {code}, unit_count: Qty, charge_amount: Charge{lines}}}
  - table: claim_diagnosis
    one_row_per: claim_id
    columns: {{claim_id: Claim, code_system: {{constant: {system}}}, code: {diagnosis}}}
"""


def read(path: Path, content: str | bytes | None, mapping: str) -> SourceBatch:
    """Return what a file gives by a mapping; its content is written first, if given."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return next(read_table(path, source_file_id=3, mapping=parse_mapping(mapping, name="map.yaml")))


def claims(batch: SourceBatch) -> list[tuple[str, str]]:
    """Return account and charge of each claim."""
    rows = batch.frames["claim"].select("patient_control_number", pl.col("charge_amount").cast(pl.String))
    return rows.rows()


def codes(batch: SourceBatch, table: str = "claim_diagnosis") -> list[str]:
    """Return the codes of a table in their order."""
    return batch.frames[table]["code"].to_list()


def reasons(batch: SourceBatch) -> list[tuple[int, str]]:
    """Return the number and the reason of each record that was not loaded."""
    return batch.rejected.select("record_number", "reason").rows()
