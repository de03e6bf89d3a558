"""The engine: from two rasters to a layer of buildings with their damage.

The rooms follow the way of the data: ``raster`` → ``scene`` → ``inference`` → ``probability`` → ``buildings`` →
``output``; ``assessment`` connects them.

The engine imports neither QGIS nor PyTorch.
"""

import os

# ONNX Runtime notes who runs it on what, in the user's folder, and would send it to its makers. Only what is set before
# its import counts, so it stands here, before everything.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
