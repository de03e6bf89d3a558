"""The pair on one grid: order, overlap, area of interest, shift, tiles."""
