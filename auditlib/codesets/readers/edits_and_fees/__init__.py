"""NCCI edits, add-on codes and fee schedules."""
