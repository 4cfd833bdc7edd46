"""Totals of screens and reports beside the same totals summed plainly from the raw files."""
