"""X12 written: segments and envelopes."""
