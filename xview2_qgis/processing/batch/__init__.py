"""The algorithm ``xview2:batch``: many scenes with one model."""
