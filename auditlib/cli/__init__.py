"""The command line: parse, call the workbench, print one outcome, end with its exit code."""

from auditlib.cli.main import main

__all__ = ["main"]
