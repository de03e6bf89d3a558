"""Polygon layers of the user: files, layers, features in batches."""
