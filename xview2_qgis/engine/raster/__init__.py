"""One raster of the user: opening it, its bands, windows and sample of it."""
