"""Scenes to measure on."""

import json

import geopandas
import numpy as np
import pytest
import rasterio
from affine import Affine

from benchmarks.performance.scenes import dense, sparse


@pytest.fixture
def real(tmp_path):
    """Two pairs in the layout of xBD: one with two buildings, one with a single one."""
    folder = tmp_path / "real"
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    for number, count in ((1, 1), (2, 2)):
        square = "POLYGON ((10 20, 30 20, 30 40, 10 40, 10 20))"
        label = {"features": {"xy": [{"wkt": square}] * count}}
        (folder / "labels" / f"storm_{number:08}_post_disaster.json").write_text(json.dumps(label))
        for date, value in (("pre", 10 * number), ("post", 0)):
            profile = {"driver": "GTiff", "width": 1024, "height": 1024, "count": 3, "dtype": "uint8"}
            path = folder / "images" / f"storm_{number:08}_{date}_disaster.tif"
            with rasterio.open(path, "w", transform=Affine(1, 0, 5, 0, 1, 5), **profile) as raster:
                raster.write(np.full((3, 1024, 1024), value, np.uint8))
    return folder


def test_real_pairs_lie_side_by_side_with_their_outlines(real, tmp_path):
    dense.main(str(tmp_path / "scene"), "2", str(real))
    with rasterio.open(tmp_path / "scene" / "pre.tif") as raster:
        assert raster.shape == (2048, 2048)
        # the fuller pair first, then the other one, and over again
        assert raster.read(1)[[0, 0, -1, -1], [0, -1, 0, -1]].tolist() == [20, 10, 20, 10]
        corner = raster.xy(20, 10, offset="ul")
    with rasterio.open(tmp_path / "scene" / "post.tif") as raster:
        assert raster.read(1).min() == 1  # black is not nodata
    outlines = geopandas.read_file(tmp_path / "scene" / "footprints.gpkg")
    assert len(outlines) == 6
    assert outlines.geometry[0].bounds == pytest.approx((corner[0], corner[1] - 10, corner[0] + 10, corner[1]))


def test_a_sparse_scene_holds_its_towns_and_is_small(tmp_path):
    sparse.main(str(tmp_path / "scene"), "9000", "3000", "2")
    path = tmp_path / "scene" / "post.tif"
    with rasterio.open(path) as raster:
        assert raster.shape == (3000, 9000)
        assert raster.nodata == 0
        assert np.count_nonzero(raster.read(1)) == 2 * 1024 * 1024
    assert path.stat().st_size < 9000 * 3000
