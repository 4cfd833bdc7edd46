"""The kinds of RIF files, identified by their headers, and the columns read from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BOM: Final = b"\xef\xbb\xbf"
SEPARATOR: Final = "|"
_NEEDED: Final = frozenset({"BENE_ID", "CLM_ID"})
_MOST_DIAGNOSES, _MOST_CAUSES, _MOST_PROCEDURES, _MOST_REASONS = 25, 12, 25, 3


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of RIF file.

    Attributes
    ----------
    name
        Medicare's name for it.
    form
        P professional or I institutional.
    marks
        Columns that only this kind has; any of them identifies it.
    """

    name: str
    form: str
    marks: frozenset[str]


KINDS: Final = (
    Kind("DME", "P", frozenset({"DMERC_LINE_SUPPLR_TYPE_CD", "DMERC_LINE_PRCNG_STATE_CD"})),
    Kind("carrier", "P", frozenset({"CARR_LINE_PRCNG_LCLTY_CD", "CARR_CLM_BLG_NPI_NUM", "PRF_PHYSN_NPI"})),
    Kind("HHA", "I", frozenset({"CLM_HHA_LUPA_IND_CD", "CLM_HHA_TOT_VISIT_CNT"})),
    Kind("hospice", "I", frozenset({"CLM_HOSPC_START_DT_ID", "BENE_HOSPC_PRD_CNT"})),
    Kind("SNF", "I", frozenset({"NCH_QLFYD_STAY_FROM_DT", "NCH_QLFYD_STAY_THRU_DT"})),
    Kind("outpatient", "I", frozenset({"CLM_OP_PRVDR_PMT_AMT", "RSN_VISIT_CD1"})),
    Kind("inpatient", "I", frozenset({"CLM_PPS_CPTL_DRG_WT_NUM", "CLM_DRG_OUTLIER_STAY_CD"})),
)

CLAIM_COLUMNS: Final = (
    "DML_IND",
    "BENE_ID",
    "CLM_ID",
    "FINAL_ACTION",
    "CLM_DISP_CD",
    "CLM_FROM_DT",
    "CLM_THRU_DT",
    "NCH_WKLY_PROC_DT",
    "FI_CLM_PROC_DT",
    "CLM_ADMSN_DT",
    "CLM_HOSPC_START_DT_ID",
    "CLM_FAC_TYPE_CD",
    "CLM_SRVC_CLSFCTN_TYPE_CD",
    "CLM_FREQ_CD",
    "PTNT_DSCHRG_STUS_CD",
    "CLM_DRG_CD",
    "ORG_NPI_NUM",
    "AT_PHYSN_NPI",
    "CARR_CLM_BLG_NPI_NUM",
    "PRVDR_NPI",
    "PRVDR_NUM",
    "PRF_PHYSN_NPI",
    "RNDRNG_PHYSN_NPI",
    "FI_DOC_CLM_CNTL_NUM",
    "FI_ORIG_CLM_CNTL_NUM",
    "CARR_CLM_CNTL_NUM",
    "CARR_CLM_PMT_DNL_CD",
    "CLM_TOT_CHRG_AMT",
    "NCH_CARR_CLM_SBMTD_CHRG_AMT",
    "CLM_PMT_AMT",
    "NCH_BENE_IP_DDCTBL_AMT",
    "NCH_BENE_PTA_COINSRNC_LBLTY_AM",
)
LINE_COLUMNS: Final = (
    "CLM_LINE_NUM",
    "LINE_NUM",
    "REV_CNTR",
    "REV_CNTR_DT",
    "HCPCS_CD",
    "HCPCS_1ST_MDFR_CD",
    "HCPCS_2ND_MDFR_CD",
    "HCPCS_3RD_MDFR_CD",
    "HCPCS_4TH_MDFR_CD",
    "REV_CNTR_UNIT_CNT",
    "REV_CNTR_TOT_CHRG_AMT",
    "REV_CNTR_PMT_AMT_AMT",
    "REV_CNTR_CASH_DDCTBL_AMT",
    "REV_CNTR_BLOOD_DDCTBL_AMT",
    "REV_CNTR_COINSRNC_WGE_ADJSTD_C",
    "REV_CNTR_IDE_NDC_UPC_NUM",
    "REV_CNTR_NDC_QTY",
    "REV_CNTR_NDC_QTY_QLFR_CD",
    "REV_CNTR_1ST_ANSI_CD",
    "REV_CNTR_2ND_ANSI_CD",
    "REV_CNTR_3RD_ANSI_CD",
    "REV_CNTR_4TH_ANSI_CD",
    "LINE_1ST_EXPNS_DT",
    "LINE_LAST_EXPNS_DT",
    "LINE_SRVC_CNT",
    "LINE_PLACE_OF_SRVC_CD",
    "LINE_SBMTD_CHRG_AMT",
    "LINE_ALOWD_CHRG_AMT",
    "LINE_NCH_PMT_AMT",
    "LINE_BENE_PTB_DDCTBL_AMT",
    "LINE_COINSRNC_AMT",
    "LINE_NDC_CD",
    "LINE_ICD_DGNS_CD",
    "LINE_ICD_DGNS_VRSN_CD",
)
ANSI_COLUMNS: Final = tuple(name for name in LINE_COLUMNS if name.endswith("_ANSI_CD"))


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """A code column with its version column and its POA indicator or date column."""

    code: str
    version: str
    extra: str | None = None


PRINCIPAL: Final = CodeColumn("PRNCPAL_DGNS_CD", "PRNCPAL_DGNS_VRSN_CD")
FIRST_CAUSE: Final = CodeColumn("FST_DGNS_E_CD", "FST_DGNS_E_VRSN_CD")
ADMITTING: Final = CodeColumn("ADMTG_DGNS_CD", "ADMTG_DGNS_VRSN_CD")
DIAGNOSES: Final = tuple(
    CodeColumn(f"ICD_DGNS_CD{n}", f"ICD_DGNS_VRSN_CD{n}", f"CLM_POA_IND_SW{n}")
    for n in range(1, _MOST_DIAGNOSES + 1)
)
CAUSES: Final = tuple(
    CodeColumn(f"ICD_DGNS_E_CD{n}", f"ICD_DGNS_E_VRSN_CD{n}", f"CLM_E_POA_IND_SW{n}")
    for n in range(1, _MOST_CAUSES + 1)
)
REASONS: Final = tuple(
    CodeColumn(f"RSN_VISIT_CD{n}", f"RSN_VISIT_VRSN_CD{n}") for n in range(1, _MOST_REASONS + 1)
)
PROCEDURES: Final = tuple(
    CodeColumn(f"ICD_PRCDR_CD{n}", f"ICD_PRCDR_VRSN_CD{n}", f"PRCDR_DT{n}")
    for n in range(1, _MOST_PROCEDURES + 1)
)
_CODE_COLUMNS: Final = (PRINCIPAL, FIRST_CAUSE, ADMITTING, *DIAGNOSES, *CAUSES, *REASONS, *PROCEDURES)
READ_COLUMNS: Final = (
    *CLAIM_COLUMNS,
    *LINE_COLUMNS,
    *(name for one in _CODE_COLUMNS for name in (one.code, one.version, one.extra) if name is not None),
)
"""Columns to read if a file has them; others cost nothing."""


def header_columns(head: bytes) -> tuple[str, ...]:
    """Return the column names in the first line of a RIF file, upper-case; empty if it is not a header."""
    line = head.removeprefix(_BOM).split(b"\n", 1)[0]
    names = tuple(
        name.strip().upper() for name in line.decode("ascii", "replace").strip("\r\n").split(SEPARATOR)
    )
    return names if _NEEDED.issubset(names) else ()


def kind_of(columns: tuple[str, ...]) -> Kind | None:
    """Return the kind of file with these columns, or None."""
    return next((kind for kind in KINDS if kind.marks.intersection(columns)), None)


def looks_like_rif(head: bytes) -> bool:
    """Return True if the head of a file is that of a RIF file: pipes, and Medicare's column names."""
    return bool(header_columns(head))
