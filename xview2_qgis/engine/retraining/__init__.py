"""Back to training: reviewed results and their images as a folder in the layout of xBD."""
