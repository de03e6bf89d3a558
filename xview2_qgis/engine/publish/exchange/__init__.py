"""Texts and metadata for the Humanitarian Data Exchange (HDX)."""
