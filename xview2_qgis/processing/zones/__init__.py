"""The algorithm that counts buildings by zones."""
