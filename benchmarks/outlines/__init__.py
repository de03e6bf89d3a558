"""How well outlines fit, and what becomes of them when touching buildings are separated otherwise."""
