"""Files into the warehouse: each once, all or nothing."""
