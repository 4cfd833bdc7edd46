"""The code set library of a workspace: load, compare, coverage, search and code pages."""
