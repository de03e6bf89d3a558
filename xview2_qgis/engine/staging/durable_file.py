"""Durable files: what has its name is whole, also after the power failed.

A file is written under another name, synchronised with the disk and renamed, and the folder that holds the name is
synchronised, too. Windows has no way to ask for the last of these; its disks keep a journal of names. There, programs
that look at each new file hold it for a moment, in which it gets no other name.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

#: Seconds for which a renaming is tried: virus scanners and synchronised folders hold a new file for a moment.
PATIENCE_S = 3.0
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES)


def write_durably(path: Path, content: bytes) -> None:
    """Write a whole file, which has its name only when it is on the disk; an earlier one is replaced.

    Raises:
        OSError: the disk failed or is full.
    """
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    patiently(lambda: os.replace(part, path))
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a file is on the disk.

    Raises:
        OSError: the disk failed or is full.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system knows how.

    Raises:
        OSError: the disk failed.
    """
    if os.name == "nt":  # a folder cannot be opened there
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one that may be written and not read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:  # some network drives know files only
        if error.errno not in _UNKNOWN:
            raise
    finally:
        os.close(descriptor)


def patiently(rename: Callable[[], None]) -> None:
    """Rename, and try again for some seconds where another program holds one of the files.

    Raises:
        OSError: it fails all the time; FileExistsError at once.
    """
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            rename()
            return
        except FileExistsError:
            raise
        except OSError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.2)
