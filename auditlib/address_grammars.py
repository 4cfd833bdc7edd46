"""The grammars of internationalised addresses, which jsonschema builds on import where they are installed.

There are 39 of them, which take two seconds. No chart, setting or notebook of ours has such an
address; without them jsonschema checks all else.
"""

import sys
from types import ModuleType


def leave_out_address_grammars() -> None:
    """Let jsonschema find no grammars when it is imported later in this process."""
    sys.modules.setdefault("rfc3987_syntax", ModuleType("rfc3987_syntax"))
