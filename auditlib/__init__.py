"""A workbench for auditing medical coding."""
