"""Configuration of a training."""
