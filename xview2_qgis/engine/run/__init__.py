"""What goes with a run: events, warnings, cancellation."""
