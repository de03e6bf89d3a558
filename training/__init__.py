"""Training of the xView2 networks (PyTorch)."""
