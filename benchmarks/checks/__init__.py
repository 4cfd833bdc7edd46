"""How long the checks take, on made-up claims."""
