"""Where models lie, and what the one is called that is used where no other is named."""

from __future__ import annotations

#: The model that comes with the program.
DEFAULT_MODEL = "compact"
