"""The algorithm ``xview2:assess``."""
