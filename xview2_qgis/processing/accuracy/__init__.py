"""The algorithms about how right a result is: sample, totals, score."""
