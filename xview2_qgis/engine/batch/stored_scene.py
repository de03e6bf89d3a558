"""What the result of a scene holds, read from its GeoPackage: the table of the batch is made of the results."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ...protocol.schema import CLASS_NAMES, Damage
from ...protocol.stored_result import DamagedError, InUseError, opened


@dataclass(frozen=True)
class StoredScene:
    """A result.

    Attributes:
        run_id: id of the run that made it.
        counts: buildings by their final class, keys in xBD's words; reviewed outlines without a building are in none.
        assessed_m2: assessed area, square metres.
        seconds: wall time of the run.
        device: what computed.
        precision: of its arithmetic.
        model: name of the model.
    """

    run_id: str
    counts: dict[str, int]
    assessed_m2: float
    seconds: float
    device: str
    precision: str
    model: str

    @property
    def buildings(self) -> int:
        """Number of all buildings."""
        return sum(self.counts.values())


def read_scene(path: Path) -> StoredScene | None:
    """Return what a result holds; None where there is no file, or none that can be read as a result."""
    if not path.is_file():
        return None
    try:
        with opened(path) as database:
            return None if database is None else _read(database)
    except (InUseError, DamagedError, sqlite3.Error, TypeError, ValueError):
        return None


def _read(database: sqlite3.Connection) -> StoredScene | None:
    run = database.execute("SELECT run_id, seconds, device, precision, model_id FROM run LIMIT 1").fetchone()
    if run is None:
        return None
    counts = dict.fromkeys((CLASS_NAMES[damage] for damage in Damage), 0)
    for name, count in database.execute("SELECT final_class, count(*) FROM damage GROUP BY final_class"):
        if name in counts:
            counts[name] = int(count)
    (area,) = database.execute("SELECT total(area_m2) FROM assessed_area").fetchone()
    run_id, seconds, device, precision, model = run
    return StoredScene(str(run_id), counts, float(area), float(seconds or 0.0), str(device), str(precision), str(model))
