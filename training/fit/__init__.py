"""The loop of a training, its validation, and what is made from finished runs."""
