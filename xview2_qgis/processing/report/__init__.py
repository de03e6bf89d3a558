"""The algorithm that writes the report of a result."""
