"""Comparing the two images of a result on the map: swipe, blink, opacity."""
