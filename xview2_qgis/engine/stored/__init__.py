"""A stored result as the commands read it that come after a run: one way in, and nothing is ever written."""
