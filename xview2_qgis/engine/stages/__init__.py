"""Threads that work one after the other on the same run."""
