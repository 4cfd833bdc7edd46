"""Files into the warehouse: each once; a part of a load lands as a whole or not at all."""
