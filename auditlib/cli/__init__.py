"""The command line: parse, call the workbench, print one result, and end with a code that says how it went."""

from auditlib.cli.main import main

__all__ = ["main"]
