"""The ONNX graph: tracing, simplification, half precision."""
