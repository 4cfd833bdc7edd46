"""X12 written: segments and envelopes, the claim of a file with its own segments, and its correction."""
