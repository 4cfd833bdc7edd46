"""A workbench for auditing medical coding.

>>> from auditlib import Workbench, Universe
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from auditlib.version import __version__

if TYPE_CHECKING:
    from auditlib.errors import AuditError
    from auditlib.report.table import display_table as show
    from auditlib.sampling import SampleRequest, Universe, verify_manifest
    from auditlib.workbench import Workbench
    from auditlib.workbench.letters import check_demand_letter

_HOMES = {
    "AuditError": "auditlib.errors",
    "SampleRequest": "auditlib.sampling",
    "Universe": "auditlib.sampling",
    "Workbench": "auditlib.workbench",
    "check_demand_letter": "auditlib.workbench.letters",
    "show": "auditlib.report.table",
    "verify_manifest": "auditlib.sampling",
}

_OWN_NAMES = {"show": "display_table"}

__all__ = [
    "AuditError",
    "SampleRequest",
    "Universe",
    "Workbench",
    "__version__",
    "check_demand_letter",
    "show",
    "verify_manifest",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that ``import auditlib`` stays light."""
    if name not in _HOMES:
        message = f"module 'auditlib' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), _OWN_NAMES.get(name, name))


def __dir__() -> list[str]:
    return sorted(__all__)
