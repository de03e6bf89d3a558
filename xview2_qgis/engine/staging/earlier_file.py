"""An earlier file: what stood under the name of an output when a run began, and whether it still does at its end.

A run takes hours. What may be replaced is what was there when the user said so, and nothing that came meanwhile.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ...protocol.stored_result import DamagedError, InUseError, contents

_IN_USE = "in use"


@dataclass(frozen=True)
class EarlierFile:
    """What stood under a name.

    Attributes:
        path: the name.
        state: changes with what people may do to the file; None where nothing stood there.
    """

    path: Path
    state: str | None

    @classmethod
    def look(cls, path: Path) -> EarlierFile:
        """Look at what stands under a name now."""
        return cls(path, _state(path))

    def change(self) -> str | None:
        """Return what happened to the file meanwhile, in words that follow its name; None where nothing did."""
        now = _state(self.path)
        if now == _IN_USE:
            return "is in use"
        if now == self.state:
            return None
        if self.state is None:
            return "appeared while the run went on"
        if now is None:
            return None  # nothing is left that could be lost
        return "was changed while the run went on"


def _state(path: Path) -> str | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    if stat.S_ISLNK(found.st_mode):
        return "link"
    if not stat.S_ISREG(found.st_mode):
        return "no file"
    plain = f"{found.st_size} {found.st_mtime_ns}"
    if path.suffix.lower() != ".gpkg":
        return plain
    try:
        return contents(path) or plain
    except InUseError:
        return _IN_USE
    except DamagedError:
        return f"damaged {plain}"
