"""Losses: one family per file; all are computed in float32, whatever the precision of the network."""
