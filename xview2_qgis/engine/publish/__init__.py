"""A result in the schemas of others: one module for each product, one table of classes for all of them."""
