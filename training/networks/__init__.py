"""Networks: one family per file, from shared blocks."""
