"""The review of a result, without widgets: which buildings, in which order, and what is written about them."""
