"""Intervals and bounds: for proportions, counts of a finite universe, and skewed amounts."""
