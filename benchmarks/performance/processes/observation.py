"""What a watched assessment tells: CPU time by stage, and when its networks ran."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from ...measurement import Measurement, measure
from .assessment import Assessment

#: Names of threads, by what they do; a name begins with one of these. Others stand on the page by their own name.
STAGES = {
    "tile-reader": "reading, grid, pre-processing",
    "network": "networks",
    "block-writer": "blending, probabilities to disk",
    "building-writer": "buildings and results",
    "building": "buildings and results",
    "MainThread": "start, preparation, end",
    "threads of libraries": "threads inside ONNX Runtime and GDAL",
}


@dataclass(frozen=True)
class Disk:
    """What a process wrote.

    Attributes:
        syncs: times that it waited until something was on the disk.
        sync_seconds: that it waited, added up over all threads.
        written: bytes that went to a disk.
    """

    syncs: int = 0
    sync_seconds: float = 0.0
    written: int = 0


@dataclass(frozen=True)
class Observation:
    """A watched assessment.

    Attributes:
        measurement: of its process.
        threads: CPU seconds by name of thread.
        runs: begin and end of each run of a network, seconds from the call.
        disk: what it cost to make things durable.
    """

    measurement: Measurement
    threads: dict[str, float]
    runs: tuple[tuple[float, float], ...]
    disk: Disk

    @classmethod
    def of(cls, assessment: Assessment, folder: Path) -> Observation:
        """Run an assessment in a process that watches itself.

        Raises:
            RuntimeError: it failed; the message holds its last lines.
        """
        report = folder / "observed.json"
        arguments = assessment.arguments(folder / "damage.gpkg")[2:]  # without `-m xview2_qgis.engine`
        called = time.monotonic()
        done = measure(["-m", "benchmarks.performance.processes.observed", str(report), *arguments])
        said = json.loads(report.read_text(encoding="utf-8"))
        runs = tuple((begin - called, end - called) for begin, end in said["runs"])
        return cls(done, said["threads"], runs, Disk(said["syncs"], said["sync_seconds"], said["written"]))

    @property
    def first_run(self) -> float:
        """Seconds from the call to the begin of the first run of a network."""
        return min(begin for begin, _ in self.runs)

    @property
    def network_seconds(self) -> float:
        """Seconds in which a network ran, however many at once."""
        seconds, until = 0.0, 0.0
        for begin, end in sorted(self.runs):
            seconds += max(0.0, end - max(begin, until))
            until = max(until, end)
        return seconds

    def stages(self) -> dict[str, float]:
        """Return CPU seconds by stage, most first."""
        seconds: dict[str, float] = {}
        for name, spent in self.threads.items():
            stage = next((title for start, title in STAGES.items() if name.startswith(start)), name)
            seconds[stage] = seconds.get(stage, 0.0) + spent
        return dict(sorted(seconds.items(), key=lambda item: -item[1]))
