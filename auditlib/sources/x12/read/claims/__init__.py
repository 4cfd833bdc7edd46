"""837: claims with their lines, codes, patients and other payers."""
