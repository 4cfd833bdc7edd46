"""The code sets of one workspace: loaded, compared, covered, searched and shown."""
