"""The engine: from two rasters to a layer of buildings with their damage.

The way of the data is the order of the modules: ``rasters`` → ``alignment`` → ``tiling`` → ``inference`` →
``probability_raster`` → ``objects`` → ``geopackage`` / ``damage_raster`` / ``report``; ``assessment`` connects them.

The engine imports neither QGIS nor PyTorch.
"""

import os

# ONNX Runtime notes who runs it on what, in the user's folder, and would send it to its makers. Only what is set before
# its import counts, so it stands here, before everything.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
