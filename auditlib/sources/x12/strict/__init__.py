"""Strict validation of X12 files by pyx12."""
