"""Charts and their documents: text, RTF, DOCX, HTML, PDF, scans and C-CDA, alone, in folders or in lists."""
