"""The error of a layer that cannot be given to the engine."""

from __future__ import annotations


class UnusableLayerError(Exception):
    """A layer cannot be given to the engine. The text says why and what to do."""
