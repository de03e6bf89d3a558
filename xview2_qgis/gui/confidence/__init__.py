"""The window *Filter by confidence*."""
