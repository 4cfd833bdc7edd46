"""FHIR resources: claims, responses and charts, read by column."""

from auditlib.sources.fhir.reader import looks_like_fhir, read_fhir

__all__ = ["looks_like_fhir", "read_fhir"]
