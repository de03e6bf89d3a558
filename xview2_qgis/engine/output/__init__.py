"""The results of a run: the list of output formats, a room for each of them, and what all of them state."""
