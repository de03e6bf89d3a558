"""The review dock: one building after the other, judged by keys."""
