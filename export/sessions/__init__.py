"""ONNX Runtime on image pairs."""
