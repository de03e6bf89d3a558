"""Which buildings are reviewed, in which order, and where one is."""
