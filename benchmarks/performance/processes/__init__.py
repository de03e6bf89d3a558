"""Processes that are measured: assessments, watched ones, bare ONNX Runtime, a cluster."""
