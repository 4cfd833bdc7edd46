"""FHIR resources of claims, answers to them, and charts, read in columns."""

from auditlib.sources.fhir.reader import looks_like_fhir, read_fhir

__all__ = ["looks_like_fhir", "read_fhir"]
