"""Rights of a file that is replaced: the new one can be read by the readers of the earlier one and by no others.

Rights of Windows come from the folder; there nothing is done.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

_ACCESS_LIST = "system.posix_acl_access"  # Linux


def take_rights(file: Path, earlier: Path) -> None:
    """Give a file the mode, and where the system allows it the owner, group and access list, of an earlier one.

    Args:
        file: a file of this process.
        earlier: the file that it is about to replace; where it is missing, nothing happens.
    """
    if sys.platform == "win32":
        return
    try:
        wanted = os.stat(earlier, follow_symlinks=False)
    except OSError:
        return
    mode = stat.S_IMODE(wanted.st_mode)
    with suppress(OSError):
        os.chown(file, wanted.st_uid, -1)  # only root may
    try:
        os.chown(file, -1, wanted.st_gid)
    except OSError:
        mode = mode & ~0o070 | (mode & 0o007) << 3  # another group has no more rights than everybody
    with suppress(OSError):
        os.chmod(file, mode)
    if sys.platform == "linux":
        with suppress(OSError):
            os.setxattr(file, _ACCESS_LIST, os.getxattr(earlier, _ACCESS_LIST))
