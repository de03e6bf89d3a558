"""A cluster on this machine: a scheduler and worker processes of one thread each, as docs/cluster.md starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

_PATIENCE_S = 60.0


@contextmanager
def local_cluster(folder: Path, workers: int) -> Iterator[str]:
    """Start a cluster, yield the address of its scheduler when all workers are there, and end it.

    Raises:
        RuntimeError: it did not come up.
    """
    place = folder / f"scheduler-{workers}.json"
    place.unlink(missing_ok=True)
    with ExitStack() as processes:
        quiet = ["--scheduler-file", str(place), "--no-dashboard"]
        processes.enter_context(_process(["scheduler", "--host", "127.0.0.1", "--port", "0", *quiet], folder))
        _wait_for(place.exists)
        address = str(json.loads(place.read_text(encoding="utf-8"))["address"])
        one = ["worker", "--nthreads", "1", "--host", "127.0.0.1", "--memory-limit", "0", *quiet]
        for _ in range(workers):
            processes.enter_context(_process(one, folder))
        _wait_for_workers(address, workers)
        yield address


@contextmanager
def _process(arguments: list[str], folder: Path) -> Iterator[None]:
    # a core for each worker, as on machines of their own
    root = Path(__file__).parents[3]
    environment = os.environ | {"XVIEW2_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment, cwd=folder,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("the cluster did not come up")
        time.sleep(0.1)


def _wait_for_workers(address: str, workers: int) -> None:
    from distributed import Client

    kind: Any = Client  # only a part of Dask has types
    with kind(address, timeout=_PATIENCE_S, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=_PATIENCE_S)
