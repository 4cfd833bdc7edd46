"""Readers: files as they come, to frames that keep the contracts of the core tables."""
