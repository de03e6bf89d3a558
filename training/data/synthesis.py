"""Synthesis: an xBD-like folder of synthetic towns with exact truth, to try everything without the data set."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from xview2_qgis.engine.synthetic.town import TownBuilding, TownOptions, draw_town
from xview2_qgis.protocol.schema import CLASS_NAMES

#: Event name of drawn pairs, one per hazard.
_EVENT = "town-{hazard}"
_HAZARDS = ("wind", "fire", "flood")
_PALETTES = ("temperate", "arid", "tropical")


def synthesize(folder: Path, pairs: int, size: int = 1024, seed: int = 0) -> None:
    """Write drawn pairs in the layout of xBD: ``images/`` and ``labels/``.

    Args:
        folder: created if it does not exist; pairs that exist already are drawn again.
        pairs: number of pairs.
        size: edge length in pixels.
        seed: seed of the first town.
    """
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "labels").mkdir(exist_ok=True)
    for number in tqdm(range(pairs), unit="pair"):
        rng = np.random.default_rng([seed, number])
        hazard = _HAZARDS[number % len(_HAZARDS)]
        options = TownOptions(
            density=float(rng.uniform(0.4, 1.0)),
            palette=_PALETTES[int(rng.integers(len(_PALETTES)))],
            hazard=hazard,
            sun_azimuth=float(rng.uniform(90, 270)),
        )
        scene = draw_town(seed * 100_003 + number, size, size, options)
        name = f"{_EVENT.format(hazard=hazard)}_{number:08d}"
        _write_image(folder / "images" / f"{name}_pre_disaster.png", scene.pre)
        _write_image(folder / "images" / f"{name}_post_disaster.png", scene.post)
        for date in ("pre", "post"):
            label = _label(scene.buildings, size, hazard, with_damage=date == "post")
            (folder / "labels" / f"{name}_{date}_disaster.json").write_text(json.dumps(label), encoding="utf-8")


def _write_image(path: Path, image: NDArray[np.uint8]) -> None:
    if not cv2.imwrite(str(path), np.ascontiguousarray(image.transpose(1, 2, 0)[..., ::-1])):
        raise OSError(f"cannot write {path}")


def _label(buildings: tuple[TownBuilding, ...], size: int, hazard: str, with_damage: bool) -> dict[str, object]:
    features = []
    for number, building in enumerate(buildings):
        properties = {"feature_type": "building", "uid": str(uuid.UUID(int=number + 1))}
        if with_damage:
            properties["subtype"] = CLASS_NAMES[building.damage]
        features.append({"properties": properties, "wkt": building.polygon.wkt})
    metadata = {"width": size, "height": size, "disaster": f"town-{hazard}", "disaster_type": hazard, "gsd": 0.5}
    return {"features": {"xy": features, "lng_lat": []}, "metadata": metadata}
