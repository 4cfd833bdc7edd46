"""Do two groups differ, and what difference could have been shown."""
