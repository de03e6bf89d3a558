"""The report: page, map picture, backdrop."""
