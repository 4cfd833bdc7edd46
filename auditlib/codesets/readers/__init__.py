"""Publishers' files of code sets, read into frames for the ``ref`` tables."""
