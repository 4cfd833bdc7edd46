"""The names of the code systems in tables and messages.

A code's system is always stated, never guessed from its form: thousands of ICD-10-CM codes have the form of a
HCPCS code.
"""

from __future__ import annotations

from typing import Final

ICD10CM: Final = "ICD-10-CM"
ICD10PCS: Final = "ICD-10-PCS"
ICD9CM: Final = "ICD-9-CM"
ICD9CM_PROCEDURE: Final = "ICD-9-CM procedure"
CPT: Final = "CPT"
HCPCS: Final = "HCPCS"
PLACE_OF_SERVICE: Final = "place of service"
DENIAL_REASON: Final = "denial reason"
OWN_DENIAL_REASON: Final = "own denial reason"
CONTRACT_FEES: Final = "contract fees"
PROVIDER_RATES: Final = "provider rates"
MODIFIER: Final = "modifier"
REVENUE_CODE: Final = "revenue code"
TYPE_OF_BILL: Final = "type of bill"
DISCHARGE_STATUS: Final = "discharge status"
CARC: Final = "CARC"
RARC: Final = "RARC"
MS_DRG: Final = "MS-DRG"
TAXONOMY: Final = "provider taxonomy"
NDC: Final = "NDC"
NPI: Final = "NPI"
