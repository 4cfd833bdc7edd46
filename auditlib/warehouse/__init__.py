"""The analytical store: a DuckDB file that can be rebuilt from the source files at will."""

from auditlib.warehouse.store import Warehouse, Writer

__all__ = ["Warehouse", "Writer"]
