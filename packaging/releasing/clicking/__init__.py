"""A new user who clicks in a real QGIS window on a virtual screen, and what may go wrong: development tools."""
