"""The summary of a batch: one row for each scene of the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...protocol.schema import CLASS_NAMES, Damage
from ..output.small_outputs import write_table
from .failures import SceneFailure
from .scenes.catalog import Scene
from .stored_scene import StoredScene

#: What has become of a scene: assessed now, assessed by an earlier batch, failed, or not yet tried.
Status = Literal["done", "kept", "failed", "waiting"]
#: A cell of the table.
Cell = str | int | float | None


@dataclass(frozen=True)
class SceneRow:
    """A scene and what has become of it.

    Attributes:
        scene: the line of the list.
        output: its GeoPackage.
        status: see :data:`Status`.
        stored: its result, of a scene that is done or kept.
        failure: why there is none.
    """

    scene: Scene
    output: Path
    status: Status = "waiting"
    stored: StoredScene | None = None
    failure: SceneFailure | None = None

    def cells(self) -> tuple[Cell, ...]:
        """Return the values of :data:`COLUMNS`."""
        stored, failure, scene = self.stored, self.failure, self.scene
        told = (scene.event or None, scene.pre_date or None, scene.post_date or None)
        error = (None, None) if failure is None else (failure.code, f"{failure.message}: {failure.hint}")
        if stored is None:
            return (scene.id, self.status, *error, *[None] * (len(COLUMNS) - 7), *told)
        return (
            scene.id, self.status, *error, stored.buildings, *stored.counts.values(),
            round(stored.assessed_m2 / 1e6, 6), stored.seconds, stored.device, stored.precision, stored.model,
            self.output.name, *told,
        )  # fmt: skip


#: Columns of the table, with their types in SQL.
COLUMNS: dict[str, str] = {
    "scene": "TEXT", "status": "TEXT", "error_code": "TEXT", "error_message": "TEXT", "buildings": "INTEGER",
    **{CLASS_NAMES[damage].replace("-", "_"): "INTEGER" for damage in Damage},
    "assessed_km2": "REAL", "seconds": "REAL", "device": "TEXT", "precision": "TEXT", "model": "TEXT", "output": "TEXT",
    "event": "TEXT", "pre_date": "TEXT", "post_date": "TEXT",
}  # fmt: skip


def write_summary(path: Path, rows: Iterable[SceneRow]) -> None:
    """Write the table as CSV; it appears when it is complete.

    Raises:
        RuntimeFailure: it cannot be written (``output-write``).
    """
    write_table(path, [list(COLUMNS), *(row.cells() for row in rows)])
