"""The damage raster: the class of every pixel as a GeoTIFF."""
