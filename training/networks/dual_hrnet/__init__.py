"""The network of the 5th place."""
