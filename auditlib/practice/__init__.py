"""Practice on cases with a key: packs, attempts, scores, sealed keys, and how well each item measures."""
