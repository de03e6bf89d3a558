"""Scenes to measure on, each written by a process of its own."""
