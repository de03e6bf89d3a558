"""Journals of runs, which make it possible to go on with one that was stopped."""
