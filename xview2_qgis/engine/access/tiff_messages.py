"""Messages that libtiff writes to standard error past GDAL: a line for every block that a full disk does not take.

GDAL hears of the failure all the same and the run reports it in one line. Since version 4.5 every open file has its own
handler of errors, which GDAL uses, and only what GDAL's own code for reading and writing says goes to the handler for
all files, which writes to standard error; that one is taken away. In older versions it is GDAL's and stays.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .package_folders import package_folders

_OF_EVERY_FILE = "TIFFOpenOptionsSetErrorHandlerExtR"  # what 4.5 brought
_HANDLERS = ("TIFFSetErrorHandler", "TIFFSetErrorHandlerExt", "TIFFSetWarningHandler", "TIFFSetWarningHandlerExt")


def keep_tiff_messages_back() -> None:
    """Let libtiff write nothing by itself, as far as its library is found. Call when rasterio has been imported."""
    for path in _libraries():
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(str(path))  # that which rasterio has loaded
            if hasattr(library, _OF_EVERY_FILE):
                for name in _HANDLERS:
                    setter = getattr(library, name)
                    setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
                    setter(None)


def _libraries() -> Iterator[Path]:
    """Yield libtiff as the wheels of rasterio bring it for Linux and Windows, and for macOS."""
    for place in package_folders("rasterio"):
        for folder in (Path(f"{place}.libs"), place / ".dylibs"):
            yield from sorted(folder.glob("*tiff*"))
