"""What runs in a worker, and what is sent between it and the caller."""
