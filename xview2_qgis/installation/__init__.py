"""Installing the engine with clicks: what would be installed, how far it is, doing it, and taking it away again."""
