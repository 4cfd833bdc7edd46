"""Every command and code block of the documents runs, or is listed with the reason why it cannot."""
