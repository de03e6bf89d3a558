"""Where models lie and what can be made again is kept: the same for the engine and the plugin.

The folders are those of the system's own rules, as the package platformdirs has them; QGIS's Python lacks that, and two
readings of the rules would not find each other's models.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: The model that comes with the program and is used where no other is named.
DEFAULT_MODEL = "compact"
#: The same network with 8-bit weights and arithmetic, for processors on which that is faster.
DEFAULT_MODEL_INT8 = "compact-int8"
#: Stands for one of both: which one is measured once for a processor.
AUTOMATIC_MODEL = "auto"

_NAME = "xview2-qgis"


def embedded_folder() -> Path:
    """Return the folder of the models that come with the program."""
    return Path(__file__).resolve().parents[1] / "models"


def installed_folder() -> Path:
    """Return the folder of installed models: of the variable ``XVIEW2_MODELS``, else in the user's data folder."""
    named = os.environ.get("XVIEW2_MODELS")
    if named:
        return Path(named)
    return _user_folder("XDG_DATA_HOME", mac="Library/Application Support", other=".local/share") / _NAME / "models"


def cache_folder() -> Path:
    """Return the folder for what can be made again: of ``XVIEW2_CACHE``, else in the user's cache folder."""
    named = os.environ.get("XVIEW2_CACHE")
    if named:
        return Path(named)
    folder = _user_folder("XDG_CACHE_HOME", mac="Library/Caches", other=".cache") / _NAME
    return folder / "Cache" if sys.platform == "win32" else folder


def _user_folder(variable: str, *, mac: str, other: str) -> Path:
    # for a user without a home, ~ stays as it is: a folder that does not exist
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local"))
    named = os.environ.get(variable, "")
    if os.path.isabs(named):  # others do not count (XDG Base Directory Specification)
        return Path(named)
    return Path(os.path.expanduser("~"), mac if sys.platform == "darwin" else other)
