"""An image as a worker opens it again."""

from __future__ import annotations

import pickle

import pytest
from rasterio.windows import Window

from tests.engine.drawn_rasters import draw
from tests.engine.raster.damage.damaged_files import damage_blocks
from xview2_qgis.engine.cluster.worker.shared_image import SharedImage
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.opening import open_source


def test_a_damaged_image_is_an_error_on_a_worker(tmp_path):
    """Nobody would count there what is missing."""
    path = tmp_path / "a.tif"
    draw(path, size=(500, 450), tiled=True, blockxsize=64, blockysize=64, compress="deflate")
    damage_blocks(path, [(2, 3)])
    with open_source(str(path)) as source:
        sent = pickle.loads(pickle.dumps(SharedImage.of(source)))
    with sent.open("tcp://worker:1") as there:
        there.read_around_damage(Window(0, 0, 64, 64))
        with pytest.raises(InputError) as caught:
            there.read_around_damage(Window(0, 0, 500, 450))
    assert caught.value.code == "raster-read"
