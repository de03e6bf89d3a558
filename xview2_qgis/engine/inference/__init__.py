"""Networks: devices, sessions, ensembles, test-time augmentation, blending of tiles."""
