"""The tabs of the dock itself."""
