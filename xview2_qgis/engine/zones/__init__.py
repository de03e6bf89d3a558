"""Zones: the buildings of a result by districts, by the cells of a grid, or by hexagons."""
