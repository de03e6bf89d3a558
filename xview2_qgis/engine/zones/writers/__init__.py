"""Files of counted zones: a layer for maps, tables for people."""
