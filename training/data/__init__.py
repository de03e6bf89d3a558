"""Pairs: files, cache, splits, samples, submissions."""
