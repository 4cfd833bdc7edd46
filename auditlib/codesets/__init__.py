"""Official code sets: readers of publishers' files, search, and the library of a workspace."""
