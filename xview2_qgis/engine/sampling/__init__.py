"""The random sample of buildings to review, so that totals get a range."""
