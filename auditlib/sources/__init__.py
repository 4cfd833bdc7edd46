"""Readers: files to frames that conform to the contracts of the core tables."""
