"""Official code sets and the project's own lists, read into frames for the ``ref`` tables."""

from auditlib.codesets.embedded import embedded_code_sets, embedded_icd10cm
from auditlib.codesets.release import CodeSetRelease

__all__ = ["CodeSetRelease", "embedded_code_sets", "embedded_icd10cm"]
