"""Pictures: a frame of measures in, an `altair` chart out; never a database.

Altair is slow to import, so each function imports it when it is called.
"""

from auditlib.address_grammars import leave_out_address_grammars
from auditlib.plots.accuracy import accuracy_by_coder
from auditlib.plots.errors import errors_by_kind
from auditlib.plots.flow import claim_flow
from auditlib.plots.months import denial_rate_by_month
from auditlib.plots.pareto import denial_pareto
from auditlib.plots.renderer import enable_renderer, svg_of

__all__ = [
    "accuracy_by_coder",
    "claim_flow",
    "denial_pareto",
    "denial_rate_by_month",
    "enable_renderer",
    "errors_by_kind",
    "svg_of",
]

# Altair imports jsonschema.
leave_out_address_grammars()
