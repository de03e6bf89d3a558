"""The part of the assess window about the event and where the images come from."""
