"""``python -m benchmarks.cluster``: one to three workers on this machine against a run without a cluster, as JSON.

Every worker computes with one thread. Wall time says something where the machine has more cores than workers; what a
tile costs the caller (seconds of its CPU, bytes that it is sent) says something anywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from xview2_qgis.engine.cluster.worker.sent_tile import SentTile
from xview2_qgis.engine.inference.devices import RuntimeOptions
from xview2_qgis.engine.scene.pair_tile import PairTile
from xview2_qgis.engine.session import Session

from ..performance.processes.local_cluster import local_cluster
from ..product import Silence
from ..scenes import draw_images, write_dense

_MOVING = {"started_at", "seconds", "run_id", "last_change", "update_time", "timestamp", "md_timestamp"}
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")  # in the description of the layer


@dataclass(frozen=True)
class ClusterRun:
    """A run with some workers.

    Attributes:
        workers: processes with one thread each; 0 for a run without a cluster, with one thread.
        seconds: wall time of the whole command.
        cpu_seconds: of the command's own process, workers excluded.
        tiles: that the networks saw.
        same: the layer and the raster are those of the run without a cluster.
    """

    workers: int
    seconds: float
    cpu_seconds: float
    tiles: int
    same: bool


@dataclass(frozen=True)
class ClusterFigures:
    """What was measured.

    Attributes:
        cores: of this machine.
        runs: by number of workers.
        tile_bytes: that one tile sends to the caller.
        worker_tile_seconds: CPU of a worker for a whole tile, reading excluded.
        caller_tile_seconds: CPU of the caller for each tile: receiving, blending, storing, buildings and files; from
            the runs with workers, their start-up (a run of a single tile) taken off.
    """

    cores: int
    runs: tuple[ClusterRun, ...]
    tile_bytes: int
    worker_tile_seconds: float
    caller_tile_seconds: float


def measure_cluster(folder: Path, model: str, edge: int, workers: Sequence[int]) -> ClusterFigures:
    """Assess a dense drawn pair without a cluster and with some workers.

    Args:
        folder: for images and results.
        model: name or path.
        edge: of the pair, in images of 1024 pixels.
        workers: how many, each at least 1.
    """
    os.environ["XVIEW2_THREADS"] = "1"
    small, large = write_dense(folder / "small", 1), write_dense(folder / "large", edge)
    here = _assess(folder, "here", large, model, None)
    runs, each = [ClusterRun(0, *here, same=True)], []
    for count in workers:
        with local_cluster(folder, count) as address:
            _assess(folder, f"first-{count}", small, model, address)  # workers import the engine
            single = _assess(folder, f"small-{count}", small, model, address)
            many = _assess(folder, f"large-{count}", large, model, address)
        same = _contents(folder / f"large-{count}") == _contents(folder / "here")
        runs.append(ClusterRun(count, *many, same=same))
        each.append((many[1] - single[1]) / (many[2] - single[2]))
    return ClusterFigures(os.cpu_count() or 1, tuple(runs), *_of_a_tile(model), round(statistics.median(each), 4))


def main() -> int:
    """Measure, print the figures, and return 1 where a result differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="compact")
    parser.add_argument("--edge", type=int, default=4, help="of the pair, in images of 1024 pixels")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xview2-cluster-") as name:
        figures = measure_cluster(Path(name), options.model, options.edge, options.workers)
    print(json.dumps(asdict(figures), indent=2))
    return 0 if all(run.same for run in figures.runs) else 1


def _assess(
    folder: Path, name: str, pair: tuple[Path, Path], model: str, scheduler: str | None
) -> tuple[float, float, int]:
    """Run the command and return its wall time, its CPU time and the number of its tiles."""
    place = folder / name
    place.mkdir()
    command = [
        sys.executable, "-m", "xview2_qgis.engine", "assess", "--pre", str(pair[0]), "--post", str(pair[1]),
        "--model", model, "--device", "cpu", "--output", str(place / "damage.gpkg"), "--damage-raster",
        str(place / "damage.tif"), "--events", "json", *(["--scheduler", scheduler] if scheduler else []),
    ]  # fmt: skip
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("no output stream")
        lines = process.stdout.read().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("\n".join(lines[-3:]))
    events = [json.loads(line) for line in lines]
    tiles = max(event["total"] for event in events if event["event"] == "progress" and event["stage"] == "infer")
    return round(time.perf_counter() - begin, 2), round(usage.ru_utime + usage.ru_stime, 2), int(tiles)


def _contents(folder: Path) -> tuple[dict[str, list[list[object]]], bytes]:
    """Return all tables of a result without times and its id, and the bytes of its raster."""
    found: dict[str, list[list[object]]] = {}
    with closing(sqlite3.connect(folder / "damage.gpkg")) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = database.execute(f'SELECT * FROM "{table}"')
            kept = [place for place, field in enumerate(cursor.description) if field[0] not in _MOVING]
            found[table] = [[_timeless(row[place]) for place in kept] for row in cursor]
    return found, re.sub(rb"[0-9a-f]{32}", b"", (folder / "damage.tif").read_bytes())


def _timeless(value: object) -> object:
    return _TIME.sub("", value) if isinstance(value, str) else value


def _of_a_tile(model: str) -> tuple[int, float]:
    """Return the bytes that a predicted tile sends, and the seconds of CPU that it takes."""
    pre, post = draw_images(1024)
    tile = PairTile.of_images(pre, post)
    with Session(model, RuntimeOptions("cpu", threads=1)) as session:
        predictor = session.predictor(2, Silence())
        predictor.predict([tile])  # the first run takes memory
        begin = time.process_time()
        (prediction,) = predictor.predict([tile])
        sent = SentTile.of(tile, prediction)
        seconds = time.process_time() - begin
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(sent, 5, buffer_callback=buffers.append)
    return len(head) + sum(buffer.raw().nbytes for buffer in buffers), round(seconds, 3)


if __name__ == "__main__":
    sys.exit(main())
