"""Damage of an image file: what cannot be read of it, and how the rest is read."""
