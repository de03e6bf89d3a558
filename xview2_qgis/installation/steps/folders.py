"""Removing folders: never through links, and also on Windows, where files of others may be in use for a moment."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ...i18n.translation import tr
from ..outcome import InstallationError
from ..places import InstallationPlaces
from ..state_file import NAME

_TRIES = 5


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, if it is there; of a link only the link.

    Raises:
        InstallationError: something in it is in use, or may not be removed.
    """
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
        return
    for attempt in range(_TRIES):
        if not folder.exists():
            return
        try:
            if sys.version_info >= (3, 12):
                shutil.rmtree(folder, onexc=_make_writable)
            else:
                shutil.rmtree(folder, onerror=_make_writable)
        except OSError as error:
            if attempt == _TRIES - 1:
                raise InstallationError(
                    tr("“{path}” cannot be removed: {reason}.").format(
                        path=error.filename or folder, reason=error.strerror
                    ),
                    tr("Close other windows of QGIS and programs that use it, and try again."),
                ) from error
            time.sleep(0.2 * (attempt + 1))  # a virus scanner looks at files that have just been written


def remove_engine(places: InstallationPlaces) -> None:
    """Remove the engine that the plugin manages and what is left of installations; never another environment.

    Raises:
        InstallationError: the folder is not one that an installation has made, or something in it is in use.
    """
    engine = places.engine
    ours = (engine / NAME).is_file() or (engine / "pyvenv.cfg").is_file()
    if engine.is_dir() and not engine.is_symlink() and not ours and any(engine.iterdir()):
        raise InstallationError(
            tr("“{}” holds no engine and is left as it is.").format(engine), tr("Look at it and remove it by hand.")
        )
    # unusable at once, also where the removal of all its files is interrupted
    with suppress(OSError):
        os.rename(engine, places.replaced)
    for folder in (engine, places.replaced, places.unfinished, places.downloads, places.python):
        remove_folder(folder)


def _make_writable(remove: Callable[..., object], path: str, _: object) -> None:
    if not os.path.islink(path):  # the rights of what a link leads to are not ours to change
        os.chmod(path, stat.S_IRWXU)
    remove(path)
