"""How well the record's sentences tell a case's own codes from others: python -m benchmarks.evidence."""
