"""From reviewed units to the universe: estimates, bounds, sample sizes and their workpapers."""
