"""The map of a result as a print layout: composed, kept in the project, written as PDF and PNG."""
