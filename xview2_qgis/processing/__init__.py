"""The Processing provider ``xview2`` and its algorithms."""
