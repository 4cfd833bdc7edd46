"""The currency of amounts: all columns hold US dollars, so that amounts in others are not loaded."""

from __future__ import annotations

from typing import Final

US_DOLLARS: Final = "USD"
IN_ANOTHER_CURRENCY: Final = "not loaded: its amounts are in another currency"
EXPECTED_CURRENCY: Final = "amounts in US dollars (USD), or no currency"
