"""Adaptation: the other buildings of an event, rated anew from those that a person has reviewed."""
