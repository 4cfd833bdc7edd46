"""A second opinion on X12 files by pyx12's strict validation."""
