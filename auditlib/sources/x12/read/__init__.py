"""X12 files to core tables, column by column."""
