"""QGIS layers: what is read from them for a run, and results as layers."""
