"""Augmentation: presets, geometry, colours, degradations."""
