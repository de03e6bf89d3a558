"""What was measured already, so that a measurement that was interrupted goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas

from xview2_qgis.engine.scene.pair_images import Shift
from xview2_qgis.engine.scoring.challenge import Confusion, Score

from .stability import Stability
from .trial import Trial


@dataclass(frozen=True)
class Store:
    """Trials in a folder: a file for each, and the buildings of each undistorted pair.

    Attributes:
        folder: is made where there is none. One folder is for one model.
    """

    folder: Path

    def trial(self, pair: str, distortion: str) -> Trial | None:
        """Return a trial that was kept, None where there is none."""
        path = self._path(pair, distortion)
        return _trial(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None

    def keep(self, pair: str, distortion: str, trial: Trial) -> None:
        """Keep a trial."""
        path = self._path(pair, distortion)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(trial), indent=1), encoding="utf-8")

    def buildings(self, pair: str) -> geopandas.GeoDataFrame | None:
        """Return the buildings of an undistorted pair, None where they were not kept."""
        path = self.folder / pair / "buildings.gpkg"
        return geopandas.read_file(path) if path.is_file() else None

    def keep_buildings(self, pair: str, buildings: geopandas.GeoDataFrame) -> None:
        """Keep the buildings of an undistorted pair."""
        (self.folder / pair).mkdir(parents=True, exist_ok=True)
        buildings.to_file(self.folder / pair / "buildings.gpkg", layer="damage")

    def _path(self, pair: str, distortion: str) -> Path:
        return self.folder / pair / f"{distortion.replace(' ', '-').replace(',', '')}.json"


def _trial(stored: dict[str, Any]) -> Trial:
    score = stored["score"]
    damage = tuple(Confusion(**counts) for counts in score["damage"])
    return Trial(
        Shift(**stored["shift"]),
        Score(Confusion(**score["localization"]), damage, score["rates_damage"]),
        Stability(**stored["stability"]),
        tuple(stored["warnings"]),
    )
