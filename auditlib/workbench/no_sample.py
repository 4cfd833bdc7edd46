"""What answers say where no sample is drawn."""

from __future__ import annotations

from typing import Final

NO_SAMPLE_YET: Final = "No sample is drawn in this workspace yet."
DRAW_HINT: Final = "Plan and draw one by wb.samples.plan(), or by 'auditlib sample draw' on the command line."
NO_SAMPLE: Final = f"{NO_SAMPLE_YET} {DRAW_HINT}"
