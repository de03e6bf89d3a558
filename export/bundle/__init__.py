"""The bundle that is written: plan, card, roles, networks."""
