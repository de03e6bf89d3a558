"""Right angles in a whole run: right on the ground, whatever the grid of the images; footprints stay as they are."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from shapely import affinity
from shapely.geometry import box

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_rasters import CENTRE, centred_transform, pixel_positions

#: Metres from the middle of the scene; each angle is two degrees from a right one.
CROOKED = [
    affinity.rotate(affinity.skew(box(x - 10, y - 6, x + 10, y + 6), 2), degrees)
    for x, y, degrees in ((-60, 40, 12), (-15, 45, 27), (30, 30, 38), (55, -35, 63), (-45, -30, 74), (5, -15, 51))
]


def draw(path, crs="EPSG:32616", size=(420, 360), **place):
    transform = centred_transform(crs, 0.5, *size, **place)
    x, y = pixel_positions(crs, transform, *size)
    u, v = x - CENTRE[0], y - CENTRE[1]
    image = np.full((3, size[1], size[0]), 90.0)
    image[1] = 50 + 10 * np.sin(u / 6) * np.cos(v / 5)
    image[0] = 10
    for house in CROOKED:
        image[:, shapely.contains_xy(house, u, v)] = 255
    with rasterio.open(
        path, "w", driver="GTiff", count=3, dtype="uint8", width=size[0], height=size[1], crs=crs, transform=transform,
        photometric="RGB",
    ) as file:  # fmt: skip
        file.write(np.rint(image).astype(np.uint8))
    return str(path)


def slants(frame):
    """How far the walls of each building are from right angles at most, degrees on the ground."""
    found = []
    for outline in frame.geometry:
        walls = np.diff(shapely.get_coordinates(outline.exterior), axis=0)
        angles = np.degrees(np.arctan2(walls[:, 1], walls[:, 0]))
        found.append(float(np.abs((np.diff(angles, append=angles[0]) + 45) % 90 - 45).max()))
    return np.array(found)


@pytest.mark.parametrize(
    "place",
    [{}, {"rotation": 20.0, "size": (540, 520)}, {"crs": "EPSG:4326"}, {"crs": "EPSG:3857"}],
    ids=["north-up", "rotated", "geographic", "web mercator"],
)
def test_angles_are_right_on_the_ground(tmp_path, model, place):
    pair = [draw(tmp_path / f"{name}.tif", **place) for name in ("pre", "post")]
    plain = in_metres(run(tmp_path, model, *pair))
    squared = in_metres(run(tmp_path, model, *pair, outlines="right-angled", overwrite=True))
    assert len(plain) == len(squared) == len(CROOKED)
    assert plain.damage.tolist() == squared.damage.tolist()
    # a corner that pixels cut off by more than a pixel stays so
    assert np.sort(slants(squared))[:4].max() < 0.5 < np.median(slants(plain))
    before, after = plain.geometry.to_numpy(), squared.geometry.to_numpy()
    assert shapely.hausdorff_distance(before, after, 0.02).max() <= 0.5 + 0.01  # metres: a pixel
    assert shapely.distance(shapely.centroid(before), shapely.centroid(after)).max() <= 0.5


def test_footprints_keep_their_outlines(tmp_path, model):
    pair = [draw(tmp_path / f"{name}.tif") for name in ("pre", "post")]
    crooked = [affinity.translate(house, *CENTRE) for house in CROOKED]
    geopandas.GeoDataFrame({"id": range(6)}, geometry=crooked, crs=32616).to_file(tmp_path / "f.gpkg")
    given = str(tmp_path / "f.gpkg")
    result = run(tmp_path, model, *pair, footprints=given, outlines="right-angled")
    mine = result[result.footprint_id.notna()].sort_values("footprint_id").geometry.to_numpy()
    assert len(mine) == len(crooked)
    assert shapely.equals(shapely.get_geometry(mine, 0), crooked).all()
