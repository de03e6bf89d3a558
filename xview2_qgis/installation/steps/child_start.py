"""Runs a module of the Python that runs this file: ``python child_start.py MODULE ARGUMENTS…``.

It ends, with all it has started, when its standard input closes: when QGIS has crashed or was killed, nothing goes on
writing into a folder that the next QGIS repairs. Standard library only; nothing of the plugin is imported.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def _end_with_parent() -> None:
    try:
        while os.read(0, 1):  # not sys.stdin, whose lock would be held when this program ends
            pass
    except OSError:
        pass
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def main() -> None:
    """Run the module with the rest of the arguments."""
    folder = os.path.dirname(os.path.abspath(__file__))
    # the files beside this one are called like modules that others import
    sys.path[:] = [entry for entry in sys.path if entry and os.path.abspath(entry) != folder]
    watch = threading.Thread(target=_end_with_parent, daemon=True)
    watch.start()
    del sys.argv[0]
    if os.path.exists(sys.argv[0].split(os.pathsep)[0]):  # wheels, which Python imports from as they are
        sys.path[:0] = sys.argv[0].split(os.pathsep)
        del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except BrokenPipeError:
        watch.join()  # QGIS is gone, and nobody else would end what was started here
        raise


if __name__ == "__main__":
    main()
