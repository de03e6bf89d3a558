"""The options of the commands: declared once, for the command line, QGIS and the record of a run."""
