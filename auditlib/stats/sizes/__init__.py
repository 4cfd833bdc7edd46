"""How many units to review, and how precise a design can be expected to be."""
