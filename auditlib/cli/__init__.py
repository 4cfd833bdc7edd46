"""The command line: parse, call the workbench, print, and end with an exit code that says how it went."""

from auditlib.cli.main import main

__all__ = ["main"]
