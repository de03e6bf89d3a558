"""What a map says: the facts of its result, and the words for them."""
