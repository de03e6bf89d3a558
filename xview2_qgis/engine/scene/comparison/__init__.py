"""What the two images of a pair say about each other: displacement, colours."""
