"""Known buildings: read, held on disk, and found by window."""
