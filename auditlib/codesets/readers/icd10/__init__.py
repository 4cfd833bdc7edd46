"""ICD-10-CM and ICD-10-PCS: order files, tabular list, index, tables and addenda."""
