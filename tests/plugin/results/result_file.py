"""A small result as a GeoPackage, written by the engine's own writer in the engine's Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from shapely.geometry import MultiPolygon, box
from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import write_result
from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.protocol.schema import Damage

rng, buildings = np.random.default_rng(3), []
for number in range(int(sys.argv[2])):
    x, y = ORIGIN[0] + 15 * (number % 20), ORIGIN[1] - 15 * (number // 20)
    likely = rng.dirichlet([2, 0.5, 0.5, 0.5]).tolist()
    vote = Vote(Damage(likely.index(max(likely)) + 1), tuple(likely), max(likely), 1.0)
    if number % 50 == 0:
        vote = Vote(Damage.UNKNOWN, None, None, 0.0)
    buildings.append(Building(box(x, y - 10, x + 10, y), UTM, vote, Source.MODEL))
area = MultiPolygon([box(ORIGIN[0] - 5, ORIGIN[1] - 5000, ORIGIN[0] + 400, ORIGIN[1] + 5)])
write_result(Path(sys.argv[1]), buildings, area=area)
"""


#: The Python that has the engine's packages.
PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")


def write_result_file(path: Path, buildings: int = 200) -> str:
    """Write a result and return its path; of each fifty buildings one is unknown."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "GDAL"))}
    subprocess.run(
        [PYTHON, "-c", _PROGRAM, str(path), str(buildings)], check=True, cwd=ROOT, env=variables, timeout=120
    )
    return str(path)
