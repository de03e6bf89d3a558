"""A full disk beside an output, told alike by whoever finds out first."""

from __future__ import annotations

import errno

from ..errors import RuntimeFailure

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: OSError) -> bool:
    """Whether a disk, a quota or the largest size of a file is exhausted."""
    return error.errno in _FULL


def no_room_beside(name: str, error: OSError) -> RuntimeFailure:
    """Return what to say where nothing can be written beside an output (``working-folder``)."""
    return RuntimeFailure(f"cannot write beside {name} ({error.strerror})", "free space on this disk", "working-folder")
