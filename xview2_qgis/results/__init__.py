"""Results of runs in QGIS: their layers, names and styles, and what is open of them."""
