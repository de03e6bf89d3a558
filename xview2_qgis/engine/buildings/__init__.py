"""From probabilities to buildings: components, instances, outlines, classes."""
