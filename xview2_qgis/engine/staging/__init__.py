"""Files of a result: where they may be written, staged and locked until all are put in place together."""
