"""What may be opened: drivers, addresses, pipes, virtual rasters; how GDAL is set up for that."""
