"""Contracts of the ``core`` tables: what was loaded, one row per the thing the table is named for.

Codes are upper-case without dots. Every row from a file carries ``source_file_id`` and ``source_offset``,
the byte at which its segment or record starts.
"""

from __future__ import annotations

from auditlib.schema.core_acknowledgments import (
    ACKNOWLEDGMENT,
    ACKNOWLEDGMENT_ERROR,
    ACKNOWLEDGMENT_TABLES,
    CLAIM_STATUS,
)
from auditlib.schema.core_charts import (
    CARRIED_TEXT,
    CHART_TABLES,
    COMPUTED_TABLES,
    DOCUMENT,
    DOCUMENT_ORIGINAL,
    DOCUMENT_PAGE,
    DOCUMENT_REQUIREMENT,
    DOCUMENT_WORD,
    ENCOUNTER,
    ENCOUNTER_CODE,
    ORIGINAL_TABLES,
    PATIENT,
)
from auditlib.schema.core_claims import (
    CLAIM,
    CLAIM_ADDRESS,
    CLAIM_CODE,
    CLAIM_DIAGNOSIS,
    CLAIM_LINE,
    CLAIM_PROCEDURE,
    CLAIM_TABLES,
    CLAIM_TOOTH,
)
from auditlib.schema.core_coordination import (
    CLAIM_ADJUSTMENT,
    CLAIM_AMOUNT,
    CLAIM_OTHER_PAYER,
    COORDINATION_TABLES,
    LINE_ADJUDICATION,
)
from auditlib.schema.core_derived import (
    BALANCE,
    CLAIM_CHAIN,
    CLAIM_ENCOUNTER,
    CLAIM_LINK,
    DERIVED_TABLES,
    DIAGNOSIS,
)
from auditlib.schema.core_files import (
    ENVELOPE,
    FILE_NOTE,
    FILE_TABLES,
    REJECTED_RECORD,
    SOURCE_FILE,
    SOURCE_TRANSACTION,
)
from auditlib.schema.core_remittances import (
    ADJUSTMENT,
    ANSWERED_ADDRESS,
    PROVIDER_ADJUSTMENT,
    PROVIDER_SUMMARY,
    REMARK,
    REMIT_AMOUNT,
    REMIT_CLAIM,
    REMIT_LINE,
    REMITTANCE,
    REMITTANCE_TABLES,
)

CORE_TABLES = (
    *FILE_TABLES,
    *CHART_TABLES,
    *CLAIM_TABLES,
    *COORDINATION_TABLES,
    *REMITTANCE_TABLES,
    *ACKNOWLEDGMENT_TABLES,
    *DERIVED_TABLES,
    *COMPUTED_TABLES,
)

__all__ = [
    "ACKNOWLEDGMENT",
    "ACKNOWLEDGMENT_ERROR",
    "ACKNOWLEDGMENT_TABLES",
    "ADJUSTMENT",
    "ANSWERED_ADDRESS",
    "BALANCE",
    "CARRIED_TEXT",
    "CHART_TABLES",
    "CLAIM",
    "CLAIM_ADDRESS",
    "CLAIM_ADJUSTMENT",
    "CLAIM_AMOUNT",
    "CLAIM_CHAIN",
    "CLAIM_CODE",
    "CLAIM_DIAGNOSIS",
    "CLAIM_ENCOUNTER",
    "CLAIM_LINE",
    "CLAIM_LINK",
    "CLAIM_OTHER_PAYER",
    "CLAIM_PROCEDURE",
    "CLAIM_STATUS",
    "CLAIM_TABLES",
    "CLAIM_TOOTH",
    "COMPUTED_TABLES",
    "COORDINATION_TABLES",
    "CORE_TABLES",
    "DERIVED_TABLES",
    "DIAGNOSIS",
    "DOCUMENT",
    "DOCUMENT_ORIGINAL",
    "DOCUMENT_PAGE",
    "DOCUMENT_REQUIREMENT",
    "DOCUMENT_WORD",
    "ENCOUNTER",
    "ENCOUNTER_CODE",
    "ENVELOPE",
    "FILE_NOTE",
    "FILE_TABLES",
    "LINE_ADJUDICATION",
    "ORIGINAL_TABLES",
    "PATIENT",
    "PROVIDER_ADJUSTMENT",
    "PROVIDER_SUMMARY",
    "REJECTED_RECORD",
    "REMARK",
    "REMITTANCE",
    "REMITTANCE_TABLES",
    "REMIT_AMOUNT",
    "REMIT_CLAIM",
    "REMIT_LINE",
    "SOURCE_FILE",
    "SOURCE_TRANSACTION",
]
