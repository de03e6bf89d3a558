"""Export of trained networks to ONNX bundles."""
