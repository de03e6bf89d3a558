"""The handbook as the plugin shows it."""
