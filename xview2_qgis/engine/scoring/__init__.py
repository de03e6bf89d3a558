"""Scores of a result against a reference: the official ones, of buildings, and how sure answers were."""
