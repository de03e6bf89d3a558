"""Setting the engine up: what would be installed, and the ways to an engine."""
