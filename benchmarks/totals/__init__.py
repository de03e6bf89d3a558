"""How sound the ranges of the totals are."""
