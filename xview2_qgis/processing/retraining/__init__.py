"""Reviewed results as data to train on."""
