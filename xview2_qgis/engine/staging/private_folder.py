"""Folders that no other user can write to, for files that are trusted by their place alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def make_private(folder: Path) -> None:
    """Make a folder of mode 700, or make sure that it is one of this user's own; on Windows it is only made.

    Args:
        folder: its parent exists.

    Raises:
        PermissionError: it belongs to another user, is a link, or others may or might have put something in it.
        OSError: it cannot be made.
    """
    if os.name == "nt":  # the user's own folders are closed to others there
        folder.mkdir(exist_ok=True)
        return
    parent = folder.parent.stat()
    if parent.st_mode & _OTHERS_WRITE and not parent.st_mode & stat.S_ISVTX:
        raise PermissionError(f"others may exchange what is in {folder.parent}")
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError(f"{folder} is not a folder of this user") from None
        if found.st_mode & _OTHERS_WRITE:
            raise PermissionError(f"others may write to {folder}") from None
        if stat.S_IMODE(found.st_mode) != 0o700:  # made by an earlier version
            folder.chmod(0o700)
