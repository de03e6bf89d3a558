"""Languages: the texts of the plugin in that of QGIS, where a translation is there."""
