"""Pictures of KMZ: the colour of each class for the list of places, which is the legend there."""

from __future__ import annotations

import cv2
import numpy as np

from ....protocol.schema import Damage, rgb

_SIDE, _EDGE = 32, 2  # pixels
_DARK = 32


def icon_names() -> dict[Damage, str]:
    """Return the names of the pictures in the archive."""
    return {damage: f"files/damage-{int(damage)}.png" for damage in Damage}


def icon(damage: Damage) -> bytes:
    """Return a square in the colour of a class with a dark edge, PNG."""
    pixels = np.full((_SIDE, _SIDE, 3), _DARK, np.uint8)
    pixels[_EDGE:-_EDGE, _EDGE:-_EDGE] = rgb(damage)[::-1]
    return bytes(cv2.imencode(".png", pixels)[1])
