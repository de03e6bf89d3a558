"""The handbook: its pages, its site, and what in it is made by programs."""
