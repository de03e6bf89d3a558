"""Shapefile: with names of ten letters that can be read, a code book, and styles for QGIS and for others."""
