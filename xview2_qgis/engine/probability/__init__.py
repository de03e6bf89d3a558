"""Probabilities of a whole scene, on disk."""
