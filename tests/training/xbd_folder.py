"""Tiny xBD folders with drawn targets, whose classes a test chooses."""

import json

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


DEGREES = 1e-5  # a pixel


def write_labelled(folder, name, placed, corner=None, dates=("pre", "post"), size=64, ending=".png"):
    """Write random images and xBD labels of squares of 8 pixels, (row, column, class).

    ``corner`` is the place of the upper left corner in edges of the image, east and north, or None for labels without a
    place.
    """
    rng = np.random.default_rng(len(name))
    words = {1: "no-damage", 2: "minor-damage", 3: "major-damage", 4: "destroyed", 255: "un-classified"}
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for date in dates:
        image = rng.integers(0, 256, (size, size, 3), dtype=np.uint8)
        assert cv2.imwrite(str(folder / "images" / f"{name}_{date}_disaster{ending}"), image)
        features = {"xy": [], "lng_lat": []}
        for number, (row, column, value) in enumerate(placed):
            ring = np.array([(0, 0), (8, 0), (8, 8), (0, 8), (0, 0)]) + np.array([column, row])
            properties = {"uid": f"{number}"} | ({"subtype": words[value]} if date == "post" else {})
            features["xy"].append({"properties": properties, "wkt": _wkt(ring)})
            if corner is not None:
                east_north = np.array(corner) * size + ring * (1, -1)
                features["lng_lat"].append({"properties": properties, "wkt": _wkt(east_north * DEGREES)})
        label = {"features": features, "metadata": {"width": size, "height": size}}
        (folder / "labels" / f"{name}_{date}_disaster.json").write_text(json.dumps(label))


def _wkt(ring):
    return "POLYGON ((" + ", ".join(f"{x:.9f} {y:.9f}" for x, y in ring) + "))"
