"""Charts and their documents: text, RTF, PDF and C-CDA, alone, in folders or in lists."""
