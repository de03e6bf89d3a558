"""What this process holds: memory, child processes, open files. Read from ``/proc``: Linux only."""

from __future__ import annotations

import ctypes
import gc
import os
import re
from pathlib import Path

AVAILABLE = Path("/proc/self/statm").exists()


def memory_mb() -> float:
    """Return the resident memory in MB, after Python and the C library gave back what they need not."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def children() -> list[str]:
    """Return the command lines of the child processes of this process."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name stands in brackets and may hold anything
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            words = (status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except (OSError, ValueError):
            continue  # it has just ended
        if parent == os.getpid():
            found.append(words or status.parent.name)
    return found


def open_files() -> list[str]:
    """Return what the open file descriptors of this process lead to: pipes and sockets as such, without numbers.

    Temporary names are without their random part.
    """
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            place = re.sub(r"^(pipe|socket):\[\d+\]$", r"\1", os.readlink(link))
            found.append(re.sub(r"\w{6}(?=/\w{6}_styles\.db$)|\w{6}(?=_styles\.db$)", "", place))
        except OSError:
            continue
    return sorted(found)
