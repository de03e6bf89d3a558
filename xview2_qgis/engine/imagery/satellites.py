"""Names of satellites as vendors write them into their files, and as people know them."""

from __future__ import annotations

import re

# Maxar and Vantor (satId), Airbus (MISSION with MISSION_INDEX), Planet (item_type), and the words of STAC catalogues
_NAMES = {
    "qb02": "QuickBird-2", "ik02": "IKONOS", "ge01": "GeoEye-1", "wv01": "WorldView-1", "wv02": "WorldView-2",
    "wv03": "WorldView-3", "wv04": "WorldView-4", "lg01": "WorldView Legion 1", "lg02": "WorldView Legion 2",
    "lg03": "WorldView Legion 3", "lg04": "WorldView Legion 4", "lg05": "WorldView Legion 5",
    "lg06": "WorldView Legion 6", "phr1a": "Pléiades 1A", "phr1b": "Pléiades 1B", "pneo3": "Pléiades Neo 3",
    "pneo4": "Pléiades Neo 4", "spot6": "SPOT 6", "spot7": "SPOT 7", "psscene": "PlanetScope",
    "psscene3band": "PlanetScope", "psscene4band": "PlanetScope", "psorthotile": "PlanetScope",
    "skysatcollect": "SkySat", "skysatscene": "SkySat",
    "sentinel2a": "Sentinel-2A", "sentinel2b": "Sentinel-2B", "sentinel2c": "Sentinel-2C",
}  # fmt: skip


def satellite(word: object) -> object:
    """Return the name of a satellite; whatever is not known stays as it is."""
    if not isinstance(word, str):
        return word
    return _NAMES.get(re.sub(r"[\s_-]", "", word.strip().strip('"')).lower(), word)
