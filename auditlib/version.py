"""The version of this program, from which the package's own metadata are made."""

__version__ = "0.1.0"
