"""Values of pixels: which count as data, and how they become 8 bits."""
