"""Kinds of zones: polygons of the user, a square grid, hexagons."""
