"""From probabilities to classes: the decision rules and the formulas they stand on. NumPy only, for training too."""
