"""Names in a bundle: of its files and of itself, fit for every system the bundle may be carried to."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# devices of Windows, whatever extension follows
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions)
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))}


def is_file_name(name: str) -> bool:
    """Return True if a name is a bare one: no folders, no drive, no stream, nothing hidden, no device."""
    return bool(_PLAIN.fullmatch(name)) and _portable(name)


def is_model_id(name: str) -> bool:
    """Return True if a name can be the id of a model, which becomes the name of a folder."""
    return bool(_IDENTIFIER.fullmatch(name)) and _portable(name)


def _portable(name: str) -> bool:
    # Windows drops a dot at the end, so that two names become one
    return not name.endswith(".") and name.split(".")[0].lower() not in _DEVICES
