"""Damaged images: which tiles and how much ground of a scene cannot be read."""
