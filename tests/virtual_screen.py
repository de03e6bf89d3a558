"""A virtual screen for one process of tests: windows of two processes on one screen take each other's focus."""

from __future__ import annotations

import os
import shutil
import subprocess

_SCREEN = "1280x1024x24"


def start_virtual_screen() -> subprocess.Popen[bytes] | None:
    """Start Xvfb and make it the screen of this process; None where it is missing, and Qt draws without a screen."""
    if shutil.which("Xvfb") is None:
        return None
    read, write = os.pipe()
    # -terminate: it ends with its last client, also when this process is killed
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-terminate"],
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    if not number:
        server.wait()
        return None
    os.environ["DISPLAY"] = f":{number}"
    os.environ.pop("XAUTHORITY", None)
    return server
