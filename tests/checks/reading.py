"""Read a whole table of a test warehouse."""

from __future__ import annotations

import polars as pl

from auditlib.schema import Table
from auditlib.warehouse import Warehouse
from auditlib.warehouse.connection import Connection


def table(warehouse: Warehouse, contract: Table) -> pl.DataFrame:
    with warehouse._reading() as connection:
        return rows_of(connection, contract)


def rows_of(connection: Connection, contract: Table) -> pl.DataFrame:
    return connection.select(f"select * from {contract.full_name} order by {', '.join(contract.key)}", None)
