"""Chances learned from history, and how well they hold."""
