"""The ONNX graph: tracing, simplification, half precision, parity with the network."""
