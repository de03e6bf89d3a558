"""What is written into a damage layer, and taken back."""
