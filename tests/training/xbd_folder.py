"""Tiny xBD folders with drawn targets, whose classes a test chooses."""

import cv2
import numpy as np


def write_pair(folder, name, damage, seed=0):
    """Write a pair of random images with the given damage mask into ``images`` and ``targets``."""
    rng = np.random.default_rng(seed)
    for part in ("images", "targets"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for date, mask in (("pre", (damage > 0).astype(np.uint8)), ("post", damage)):
        image = rng.integers(0, 256, (*damage.shape, 3), dtype=np.uint8)
        assert cv2.imwrite(str(folder / "images" / f"{name}_{date}_disaster.png"), image)
        assert cv2.imwrite(str(folder / "targets" / f"{name}_{date}_disaster_target.png"), mask)


def squares(size, *placed):
    """Return a damage mask with squares of 8 pixels, each given as (row, column, class)."""
    mask = np.zeros((size, size), np.uint8)
    for row, column, value in placed:
        mask[row : row + 8, column : column + 8] = value
    return mask
