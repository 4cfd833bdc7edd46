"""Read X12 files into core tables, column by column."""
