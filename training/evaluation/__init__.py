"""Predictions, official scores, calibration and the search of thresholds."""
