"""Functions for expressions in QGIS: filters, labels, styles, the field calculator."""
