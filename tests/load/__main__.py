"""``python -m tests.load``, in QGIS's Python: 200 assessments in one session, 8 at once; prints figures.

The memory of QGIS is taken after each assessment, when all that it made was given back. The first 20 fill caches.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from qgis.core import QgsApplication, QgsSettings

from tests.load.own_process import children, memory_mb, open_files

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 20
GROWTH_MB = 50.0
AT_ONCE = 8


def main() -> int:
    """Run all and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--assessments", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(Path(place) / "profile")
        application = QgsApplication([], True, str(Path(place) / "profile"))
        application.initQgis()
        try:
            return measure(Path(place), options.assessments)
        finally:
            QgsSettings().sync()
            application.exitQgis()


def measure(place: Path, count: int) -> int:
    """Assess one after the other, then several at once; print what was seen."""
    from tests.load.assessments import Assessments
    from tests.load.drawn_town import draw_town
    from xview2_qgis.engine_process.environment import EngineEnvironment

    python = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")
    model = place / "tiny"
    words = [python, "-m", "tests.engine.tiny_bundle", str(model), "--tile-size", "128", "--overlap", "16"]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (place / "out").mkdir()
    session = Assessments(draw_town(place), str(model), EngineEnvironment(python), place / "out")

    faults, curve, began = [], {}, time.monotonic()
    handles: list[str] = []
    for number in range(1, count + 1):
        # new files and earlier ones in turn
        name = f"result-{number % 40}.gpkg"
        [outcome] = session.run([name])
        if session.show(name, outcome) != 2:
            faults.append(f"assessment {number} found not two buildings")
        curve[number] = memory_mb()
        if number == min(WARM_UP, count):
            handles = open_files()
        if number in (1, WARM_UP) or number % 50 == 0:
            seconds = time.monotonic() - began
            print(
                f"{number:4} assessments: {curve[number]:7.1f} MB, {len(open_files())} handles, {seconds:.0f} s",
                flush=True,
            )
    growth = curve[count] - curve[min(WARM_UP, count)]
    print(f"growth after the first {min(WARM_UP, count)}: {growth:.1f} MB")
    if growth >= GROWTH_MB:
        faults.append(f"the memory of QGIS grew by {growth:.0f} MB")
    if new := sorted((Counter(open_files()) - Counter(handles)).elements()):
        faults.append(f"open files were left: {', '.join(new)}")
    if left := children():
        faults.append(f"child processes were left: {', '.join(left)}")

    names = [f"at-once-{number}.gpkg" for number in range(AT_ONCE)]
    ended = session.run(names)
    right = sum(session.show(name, outcome) == 2 for name, outcome in zip(names, ended) if outcome.result)  # noqa: B905
    print(f"{AT_ONCE} at once: {right} right")
    if right != AT_ONCE:
        faults.append(f"{AT_ONCE - right} of {AT_ONCE} at once failed: {[e.failure for e in ended if e.failure]}")
    ended = session.run(["same.gpkg"] * AT_ONCE)
    done = [outcome for outcome in ended if outcome.result]
    refused = [outcome.failure.code for outcome in ended if outcome.failure]
    codes = ", ".join(sorted(set(refused)))
    print(f"{AT_ONCE} at once into one file: {len(done)} right, {len(refused)} refused ({codes})")
    if not done or set(refused) - {"output-locked", "output-changed"}:
        faults.append(f"into one file: {refused}")
    if left := sorted(path.name for path in (place / "out").iterdir() if path.name.startswith(".")):
        faults.append(f"hidden files were left: {', '.join(left)}")
    if left := children():
        faults.append(f"child processes were left: {', '.join(left)}")
    for fault in faults:
        print(f"FAULT: {fault}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
