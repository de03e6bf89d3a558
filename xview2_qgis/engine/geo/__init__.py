"""Coordinates: transforms between CRS, areas, georeference of a raster, windows of pixels."""
