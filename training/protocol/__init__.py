"""Protocols: one configuration trained several times, each time without a part of the pairs, and what all say."""
