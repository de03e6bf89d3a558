"""From probabilities to classes: rules of pixels, votes of buildings."""
