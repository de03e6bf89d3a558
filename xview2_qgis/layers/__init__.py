"""QGIS layers: what a run reads of them, as the engine opens it."""
