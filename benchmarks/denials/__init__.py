"""Denials: the method of the chance of overturn on independent reviews of California."""
