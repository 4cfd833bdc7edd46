"""Claims and remittances that are made for measuring, and the files that hold them."""
