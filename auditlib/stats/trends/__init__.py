"""Rates and times over time: control charts and survival."""
