"""The algorithm that makes the map of a result: its parameters and its run."""
