"""The sheet of paper: where things stand on it, and how texts are fitted into their boxes."""
