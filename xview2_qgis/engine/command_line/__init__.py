"""The command line of ``xview2``: its parser, and how a command is found by its name."""
