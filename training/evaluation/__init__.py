"""Predictions, official scores, files of the challenge, calibration and the search of thresholds."""
