"""Bundles: networks with their manifest, read with limits, installed and listed."""

from .bundle import Bundle, Network, by_precision, open_bundle

__all__ = ["Bundle", "Network", "by_precision", "open_bundle"]
