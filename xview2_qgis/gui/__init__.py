"""The dialog and its parts. Everything here runs in the main thread."""
