-- Codes of ICD in any loaded release, by which a proposed mapping judges the columns of a table.
SELECT DISTINCT code_system, code
FROM ref.code
WHERE code_system IN ('ICD-10-CM', 'ICD-10-PCS')
