"""KML and KMZ: for Google Earth and phones; a folder with its colour for each class."""
