"""Read publishers' code set files into frames for the ``ref`` tables."""
