"""Changes of a check's SQL that its spec tests must notice."""
