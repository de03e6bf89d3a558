"""The algorithm that writes a result in the schemas of others."""
