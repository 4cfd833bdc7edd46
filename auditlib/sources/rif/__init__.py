"""Medicare's research identifiable files (RIF): claims as delimited rows with a header, read by column."""

from auditlib.sources.rif.layout import looks_like_rif
from auditlib.sources.rif.reader import read_rif

__all__ = ["looks_like_rif", "read_rif"]
