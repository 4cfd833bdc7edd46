"""Do reviewers judge alike: coefficients for judgements and for sets of codes."""
