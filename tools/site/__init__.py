"""The documentation as a site: its navigation, what Sphinx needs to make it, and what may not be in it."""
