"""Medicare's research identifiable files: claims as rows of text under a header, read in columns."""

from auditlib.sources.rif.layout import looks_like_rif
from auditlib.sources.rif.reader import read_rif

__all__ = ["looks_like_rif", "read_rif"]
