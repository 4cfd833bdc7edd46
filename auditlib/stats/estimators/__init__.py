"""Point estimates with standard error, limits and cautions, for every design."""
