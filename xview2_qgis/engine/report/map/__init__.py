"""The map of a report: buildings on the post-event image or on plain ground, and the frame that makes it a map."""
