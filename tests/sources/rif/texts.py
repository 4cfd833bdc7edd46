"""Small rows made by hand for the tests."""

from __future__ import annotations

from pathlib import Path

CARRIER = {
    "DML_IND": "INSERT",
    "BENE_ID": "-100",
    "CLM_ID": "C1",
    "FINAL_ACTION": "F",
    "CLM_DISP_CD": "01",
    "CLM_FROM_DT": "27-OCT-2025",
    "CLM_THRU_DT": "28-OCT-2025",
    "NCH_WKLY_PROC_DT": "20251106",
    "CARR_CLM_PMT_DNL_CD": "1",
    "CLM_PMT_AMT": "60.5",
    "NCH_CARR_CLM_SBMTD_CHRG_AMT": "245.04",
    "PRNCPAL_DGNS_CD": "I10",
    "PRNCPAL_DGNS_VRSN_CD": "0",
    "ICD_DGNS_CD1": "I10",
    "ICD_DGNS_VRSN_CD1": "0",
    "ICD_DGNS_CD2": "25000",
    "ICD_DGNS_VRSN_CD2": "9",
    "CARR_CLM_CNTL_NUM": "CTRL",
    "CARR_CLM_BLG_NPI_NUM": "1234567893",
    "LINE_NUM": "1",
    "PRF_PHYSN_NPI": "1999999992",
    "LINE_SRVC_CNT": "2",
    "LINE_PLACE_OF_SRVC_CD": "11",
    "LINE_1ST_EXPNS_DT": "27-OCT-2025",
    "LINE_LAST_EXPNS_DT": "28-OCT-2025",
    "HCPCS_CD": "99213",
    "HCPCS_1ST_MDFR_CD": "25",
    "LINE_NCH_PMT_AMT": "60.50",
    "LINE_BENE_PTB_DDCTBL_AMT": "20",
    "LINE_COINSRNC_AMT": "15.12",
    "LINE_SBMTD_CHRG_AMT": "245.04",
    "LINE_ALOWD_CHRG_AMT": "95.62",
    "LINE_ICD_DGNS_CD": "E119",
    "LINE_ICD_DGNS_VRSN_CD": "0",
    "LINE_NDC_CD": "000000000",
}
INPATIENT = {
    "BENE_ID": "7",
    "CLM_ID": "I1",
    "CLM_FROM_DT": "2025-10-01",
    "CLM_THRU_DT": "2025-10-09",
    "CLM_FAC_TYPE_CD": "1",
    "CLM_SRVC_CLSFCTN_TYPE_CD": "1",
    "CLM_FREQ_CD": "1",
    "FI_DOC_CLM_CNTL_NUM": "DCN",
    "FI_ORIG_CLM_CNTL_NUM": "OLD",
    "FI_CLM_PROC_DT": "20-OCT-2025",
    "CLM_PMT_AMT": "9000",
    "ORG_NPI_NUM": "1234567893",
    "AT_PHYSN_NPI": "1999999992",
    "PTNT_DSCHRG_STUS_CD": "1",
    "CLM_TOT_CHRG_AMT": "10000",
    "CLM_ADMSN_DT": "01-OCT-2025",
    "NCH_BENE_IP_DDCTBL_AMT": "1600",
    "NCH_BENE_PTA_COINSRNC_LBLTY_AM": "0",
    "CLM_DRG_CD": "470",
    "CLM_DRG_OUTLIER_STAY_CD": "0",
    "ADMTG_DGNS_CD": "R07.9",
    "PRNCPAL_DGNS_CD": "I214",
    "ICD_DGNS_CD1": "I214",
    "CLM_POA_IND_SW1": "Y",
    "ICD_DGNS_CD2": "E119",
    "CLM_POA_IND_SW2": "n",
    "FST_DGNS_E_CD": "W19XXXA",
    "ICD_DGNS_E_CD1": "W19XXXA",
    "CLM_E_POA_IND_SW1": "1",
    "ICD_PRCDR_CD1": "02703ZZ",
    "ICD_PRCDR_VRSN_CD1": "0",
    "PRCDR_DT1": "02-OCT-2025",
    "CLM_LINE_NUM": "1",
    "REV_CNTR": "120",
    "HCPCS_CD": "",
    "REV_CNTR_UNIT_CNT": "8",
    "REV_CNTR_TOT_CHRG_AMT": "10000",
    "REV_CNTR_1ST_ANSI_CD": "CO45",
}


def rif_text(*rows: dict[str, str], line_end: str = "\n", closed: str = "") -> str:
    """A header of all columns that the rows have, and the rows."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["|".join(columns), *("|".join(row.get(name, "") for name in columns) + closed for row in rows)]
    return line_end.join(lines) + line_end


def written(path: Path, *rows: dict[str, str], line_end: str = "\n", closed: str = "") -> Path:
    """A file of rows."""
    path.write_bytes(rif_text(*rows, line_end=line_end, closed=closed).encode())
    return path
