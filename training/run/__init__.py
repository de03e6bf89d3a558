"""A run: its configuration, folder, state, checkpoints and log, and which pairs it knows."""
