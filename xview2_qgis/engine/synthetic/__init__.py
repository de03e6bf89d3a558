"""Drawn towns with known damage."""
