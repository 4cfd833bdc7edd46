"""How many typical exports load right with the mapping that is proposed for them, unchanged."""
