"""Folders of images: their layout, their files, and what is said of one that cannot be used."""
