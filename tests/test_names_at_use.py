"""Names that a package imports when they are used."""

from __future__ import annotations

import json

import pytest

from auditlib.names_at_use import names_at_use


def test_a_name_comes_from_its_module() -> None:
    assert names_at_use("json", {"decoder": ("JSONDecoder",)})("JSONDecoder") is json.JSONDecoder


def test_an_unknown_name_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match="'json' has no attribute 'JSONReader'"):
        names_at_use("json", {"decoder": ("JSONDecoder",)})("JSONReader")


def test_a_module_hides_no_name() -> None:
    with pytest.raises(ValueError, match="hides: decoder"):
        names_at_use("json", {"decoder": ("decoder",)})
