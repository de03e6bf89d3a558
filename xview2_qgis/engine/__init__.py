"""The engine: from two rasters to a layer of buildings with their damage.

The way of the data is the order of the modules: ``rasters`` → ``alignment`` → ``tiling`` → ``inference`` →
``probability_raster`` → ``objects`` → ``geopackage`` / ``damage_raster`` / ``report``; ``assessment`` connects them.

The engine imports neither QGIS nor PyTorch.
"""

__version__ = "0.1.0"
