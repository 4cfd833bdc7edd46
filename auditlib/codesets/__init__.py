"""Official code sets: readers of publishers' files, search, and the code set library of a workspace."""
