"""A process that has loaded the engine and forks for every run: ten times as quick as a new interpreter, as separate.

Requests come as JSON lines on standard input, answers go to standard output. Nothing of a run is left in this process.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from typing import NoReturn


def serve() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _load()
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line))) + "\n")
        answers.flush()


def _load() -> None:
    """Import what a run imports, as a run does it, without starting a thread."""
    from xview2_qgis.engine.access.geodata_environment import close_doors, forget_foreign_data, keep_messages_back

    forget_foreign_data()
    close_doors()
    keep_messages_back()
    import onnxruntime
    import pyogrio
    import rasterio

    import xview2_qgis.engine.assessment
    import xview2_qgis.engine.bundle.registry
    import xview2_qgis.engine.cli
    import xview2_qgis.engine.session

    del onnxruntime, pyogrio, rasterio, xview2_qgis


def _answer(request: dict) -> dict:
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _run(request)
    status, usage, timed_out = 0, None, False
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        if not timed_out and time.monotonic() - began > request["wall_s"]:
            timed_out = True
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "timed_out": timed_out,
        "seconds": time.monotonic() - began,
        "peak_mb": usage.ru_maxrss / 1024,
    }


def _run(request: dict) -> NoReturn:
    try:
        for descriptor, path in ((0, os.devnull), (1, request["stdout"]), (2, request["stderr"])):
            opened = os.open(path, os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(opened, descriptor)
            os.close(opened)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_s"], request["cpu_s"] + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        from xview2_qgis.engine.cli import main

        code = main(request["arguments"])
    except BaseException:
        traceback.print_exc()
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
