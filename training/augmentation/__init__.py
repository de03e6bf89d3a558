"""Augmentation: geometry, colours, degradations, CutMix."""
