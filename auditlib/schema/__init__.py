"""Table contracts: column, type, unit, key and description, from which DDL and validation follow."""

from auditlib.schema.contract import Column, ColumnType, Table
from auditlib.schema.core import CORE_TABLES
from auditlib.schema.mart import MART_TABLES
from auditlib.schema.ref import REF_TABLES

ALL_TABLES: tuple[Table, ...] = (*CORE_TABLES, *REF_TABLES, *MART_TABLES)

__all__ = ["ALL_TABLES", "CORE_TABLES", "MART_TABLES", "REF_TABLES", "Column", "ColumnType", "Table"]
