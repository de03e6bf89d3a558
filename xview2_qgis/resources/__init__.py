"""Files that come with the plugin: icons and its metadata."""
