"""Export of trained networks to ONNX bundles."""

import xview2_qgis.engine  # noqa: F401 - keeps ONNX Runtime from telling its makers who uses it
