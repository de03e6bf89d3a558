"""Which warnings are about the result, and which about the machine.

Standard library only: the plugin receives the same codes.
"""

from __future__ import annotations

#: The run is slower, but its result is the same.
OF_THE_MACHINE = frozenset({"device-fallback"})
