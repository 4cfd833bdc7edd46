"""Columns with hashes of names and member numbers, which no table of a user fills."""

from __future__ import annotations

import pytest

from auditlib.errors import BadInputError
from auditlib.schema.core_columns import PATIENT_KEYS
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.user_tables import cells_of, user_tables

MAPPING = """tables:
  - table: claim
    columns: {claim_id: a, form: {constant: P}, from_date: d, charge_amount: c, family_name_key: surname}
"""


def test_a_mapping_cannot_put_a_name_where_its_hash_belongs() -> None:
    with pytest.raises(BadInputError, match="claim has no column 'family_name_key'") as refused:
        parse_mapping(MAPPING, name="map.yaml")
    assert "given_name_key" not in (refused.value.hint or "")
    keys = {column.name for column in PATIENT_KEYS}
    assert not any(keys & set(cells_of(table)) for table in user_tables().values())
