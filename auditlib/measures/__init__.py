"""The measures: accuracy, denials, outcomes and totals, each with its denominator.

Every function takes a `Warehouse` (and, for accuracy, the frames of a review) and returns a polars frame.
Import the module that holds the idea, as in ``from auditlib.measures.denials import denial_rates``.
"""
