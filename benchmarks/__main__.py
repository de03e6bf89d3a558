"""``python -m benchmarks``: prints the table of ratios; exits with 1 when a limit is not kept.

Limits: an assessment takes at most 1.15 times as long as bare ONNX Runtime on the same tiles; on a raster that is
mostly nodata it takes at most 1.3 times as long as on its valid tiles alone and at most 2 GB; importing the plugin
into QGIS takes less than 0.1 s.

An assessment is timed as its user waits for it, from the start of its process to the end. So is bare ONNX Runtime in
the first comparison: a process that reads the tiles, one after the other, and runs the network on each. In the second,
where such a process would mostly read empty tiles, only the runs of the network count.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .measurement import Measurement, measure
from .scenes import write_dense, write_sparse

_REPETITIONS = 3

_IMPORT = """
import time, qgis.core, qgis.gui
begin = time.perf_counter()
import xview2_qgis.plugin
print(time.perf_counter() - begin)
"""


def main() -> int:
    """Run the benchmarks; return 0 when every limit is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="compact")
    parser.add_argument("--tiles", type=int, default=5, help="edge of the dense scene in images of 1024 pixels")
    parser.add_argument("--mosaic", nargs=2, type=Path, metavar=("PRE", "POST"), help="a real sparse pair instead")
    parser.add_argument("--skip-sparse", action="store_true")
    parser.add_argument("--skip-dense", action="store_true")
    options = parser.parse_args()
    kept = []
    with tempfile.TemporaryDirectory(prefix="xview2-bench-") as name:
        folder = Path(name)
        if not options.skip_dense:
            kept.append(_dense(folder, options.tiles, options.model))
        if not options.skip_sparse:
            kept.append(_sparse(folder, options.mosaic, options.model))
        kept.append(_plugin_import())
    return 0 if all(kept) else 1


def _assess(folder: Path, pair: tuple[Path, Path], model: str) -> Measurement:
    pre, post = pair
    return measure(
        ["-m", "xview2_qgis.engine", "assess", "--pre", str(pre), "--post", str(post), "--model", model, "--overwrite",
         "--output", str(folder / "damage.gpkg"), "--events", "json", "--register", "off", "--device", "cpu"]
    )  # fmt: skip


@dataclass(frozen=True)
class _Bare:
    """Bare ONNX Runtime on the tiles of a pair: number of tiles, seconds of the process and of the network alone."""

    tiles: int
    seconds: float
    network_seconds: float

    @classmethod
    def measured(cls, pair: tuple[Path, Path], model: str) -> _Bare:
        """Run it in a process of its own."""
        pre, post = pair
        done = measure(["-m", "benchmarks.bare", str(pre), str(post), model])
        said = json.loads(done.output.splitlines()[-1])
        return cls(said["tiles"], done.seconds, said["seconds"])


def _row(name: str, value: float, limit: float, unit: str = "") -> bool:
    kept = value <= limit
    print(f"{name:<64} {value:8.2f}{unit:<4} limit {limit:.2f}{unit} {'' if kept else '  NOT KEPT'}", flush=True)
    return kept


def _dense(folder: Path, tiles: int, model: str) -> bool:
    pair = write_dense(folder, tiles)
    ratios = []
    for _ in range(_REPETITIONS):
        # in turn, so that a machine that drifts drifts for both
        bare = _Bare.measured(pair, model)
        done = _assess(folder, pair, model)
        ratios.append(done.seconds / bare.seconds)
        print(
            f"dense scene: {bare.tiles} tiles, bare runtime {bare.seconds:.1f} s ({bare.network_seconds:.1f} s in the "
            f"network), assess {done.seconds:.1f} s: {ratios[-1]:.2f} ({done.seconds / bare.network_seconds:.2f}), "
            f"peak {done.peak_gb:.2f} GB",
            flush=True,
        )
    return _row("assess / bare ONNX Runtime on the same tiles (median)", statistics.median(ratios), 1.15)


def _sparse(folder: Path, mosaic: list[Path] | None, model: str) -> bool:
    pair = (mosaic[0], mosaic[1]) if mosaic else write_sparse(folder)
    bare = _Bare.measured(pair, model)
    done = _assess(folder, pair, model)
    print(
        f"sparse scene: {bare.tiles} valid tiles, {bare.network_seconds:.1f} s in bare runtime, "
        f"assess {done.seconds:.1f} s"
    )
    ratio = _row("sparse: assess / bare ONNX Runtime on its valid tiles", done.seconds / bare.network_seconds, 1.3)
    return _row("sparse: peak memory", done.peak_gb, 2.0, "GB") and ratio


def _plugin_import() -> bool:
    try:
        done = subprocess.run(
            [os.environ.get("QGIS_PYTHON", "/usr/bin/python3"), "-c", _IMPORT],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    except (OSError, subprocess.SubprocessError) as error:
        print(f"plugin import: not measured, QGIS is not installed ({error})")
        return True
    return _row("import of the plugin in QGIS", float(done.stdout.split()[-1]), 0.1, "s")


if __name__ == "__main__":
    sys.exit(main())
