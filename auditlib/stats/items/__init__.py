"""How well the items of a test measure: difficulty, discrimination, reliability."""
