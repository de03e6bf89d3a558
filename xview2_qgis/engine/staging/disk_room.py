"""A full disk beside an output: one message, wherever it is noticed first."""

from __future__ import annotations

import errno

from ..errors import RuntimeFailure

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: OSError) -> bool:
    """Return whether a disk, a quota or the largest size of a file is exhausted."""
    return error.errno in _FULL


def no_room_beside(name: str, error: OSError) -> RuntimeFailure:
    """Return the error for an output beside which nothing can be written (``working-folder``)."""
    return RuntimeFailure(f"cannot write beside {name} ({error.strerror})", "free space on this disk", "working-folder")
