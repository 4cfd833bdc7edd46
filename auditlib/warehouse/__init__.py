"""The analytical store: a DuckDB file that can be rebuilt from the source files at will."""

from auditlib.warehouse.store import FileStamp, Warehouse, Writer

__all__ = ["FileStamp", "Warehouse", "Writer"]
