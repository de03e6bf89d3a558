"""The review on the map: the current building, and drawing a missed one."""
