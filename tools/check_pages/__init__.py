"""The generated parts of the pages about checks: ``python -m tools.check_pages`` writes them anew."""
