"""Measuring a command as a whole process: wall time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One finished process.

    Attributes:
        seconds: wall time.
        peak_gb: largest resident memory in GB (10⁹ bytes), as the operating system counted it.
        output: what it printed.
    """

    seconds: float
    peak_gb: float
    output: str


def measure(arguments: list[str]) -> Measurement:
    """Run ``python arguments…`` and measure it.

    Modules are compiled once, as those of an installed program are, even where the machine is told to keep nothing:
    else each process would compile all of its program anew, which takes the engine a tenth of a second.

    Raises:
        RuntimeError: the process failed; the message holds its last lines.
    """
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=variables
    ) as process:
        if process.stdout is None:
            raise RuntimeError("no output stream")
        output = process.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("\n".join(output.splitlines()[-5:]))
    return Measurement(time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e9, output)
