"""The page of the engine: install, test, repair and remove it, and the first steps with it."""
