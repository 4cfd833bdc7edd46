"""Sequential draws: each next unit with chances in proportion to size among those left."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

import polars as pl

from auditlib.sampling.tickets import lowest_tickets

# Decimal logarithms are correctly rounded and reproducible; floats only select the units that need one.
_EXACT = Context(prec=40)
_ALL_TICKETS = Decimal(1 << 256)
_LEADING_DIGITS, _LEADING_ONE = 13, float(1 << 52)
_MARGIN = 1 + 1e-6


def sequential_order(
    seed: str, unit_ids: pl.Series, sizes: Sequence[int], count: int
) -> list[tuple[int, str]]:
    """Return the first units of a sequential draw as positions with their tickets.

    Parameters
    ----------
    seed
        The seed, as typed.
    unit_ids, sizes
        Ids, and sizes in whole cents; units of size 0 are never drawn.
    count
        Number of units, at most the number of units with a size.

    Notes
    -----
    Ascending order of -ln(u) / size, with u the ticket as a fraction of 1, is the order of successive draws
    without replacement with chances in proportion to size.

    References
    ----------
    P. S. Efraimidis and P. G. Spirakis, "Weighted random sampling with a reservoir", Information Processing
    Letters 97 (2006), 181-185.
    """
    import numpy as np  # noqa: PLC0415 - numpy is slow to import

    tickets = lowest_tickets(seed, unit_ids).sort("row_number")["ticket"]
    leading = tickets.str.slice(0, _LEADING_DIGITS).str.to_integer(base=16, dtype=pl.Int64).to_numpy()
    weights = np.asarray(sizes, dtype=np.float64)
    with np.errstate(divide="ignore"):
        keys = -np.log((leading + 0.5) / _LEADING_ONE) / weights
    keys = np.where(weights > 0, keys, np.inf)
    last = np.partition(keys, count - 1)[count - 1]
    candidates = np.flatnonzero(keys <= last * _MARGIN + 1e-300)
    exact = {int(place): _key(tickets[int(place)], sizes[int(place)]) for place in candidates}
    first = sorted(exact, key=lambda place: (exact[place], unit_ids[place]))[:count]
    return [(place, tickets[place]) for place in first]


def _key(ticket: str, size: int) -> Decimal:
    # Adding one on both sides gives even the lowest ticket a logarithm.
    chance = _EXACT.divide(Decimal(int(ticket, 16) + 1), _ALL_TICKETS + 1)
    return _EXACT.divide(-_EXACT.ln(chance), Decimal(size))
