"""Tables: one row for a building, as CSV and as a workbook."""
