"""Totals with ranges: how many buildings of each class there are, by a random sample that people have reviewed.

The engine draws the sample and prints the totals, the plugin shows them: the arithmetic is here, once.
"""
