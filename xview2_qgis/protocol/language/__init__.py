"""Texts for people in their language, for plugin and engine: gettext catalogues, read with the standard library."""
