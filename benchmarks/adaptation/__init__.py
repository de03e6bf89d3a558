"""What reviews are worth to ``xview2 adapt``."""
