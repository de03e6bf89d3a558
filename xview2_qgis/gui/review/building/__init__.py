"""What is known about the current building, and what can be said about it."""
