"""Pairs: files, cache, splits, samples, drawn towns."""
