"""The clock, read at the outermost edge only: everything below takes the time as an argument."""

from __future__ import annotations

import datetime as dt


def utc_now() -> dt.datetime:
    """Return the current time in UTC."""
    return dt.datetime.now(dt.UTC)
