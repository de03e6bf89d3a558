"""The products, a module or a folder each, called as on the command line; each has a ``FORMAT``."""
