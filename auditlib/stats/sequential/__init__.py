"""Bounds valid at every look, and trials of sampling plans before a chart is pulled."""
