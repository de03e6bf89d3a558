"""An image as a worker opens it again."""

from __future__ import annotations

import pickle

from rasterio.windows import Window

from tests.engine.drawn_rasters import draw
from tests.engine.raster.damage.damaged_files import damage_blocks
from xview2_qgis.engine.cluster.worker.shared_image import SharedImage
from xview2_qgis.engine.cluster.worker.tile_answer import SentDamage
from xview2_qgis.engine.raster.opening import open_source


def test_what_a_worker_cannot_read_is_passed_on_each_time_it_is_met(tmp_path):
    path = tmp_path / "a.tif"
    draw(path, size=(500, 450), tiled=True, blockxsize=64, blockysize=64, compress="deflate")
    damage_blocks(path, [(2, 3)])
    with open_source(str(path)) as source:
        sent = pickle.loads(pickle.dumps(SharedImage.of(source)))
        with sent.open("tcp://worker:1") as there:
            there.read_around_damage(Window(0, 0, 64, 64))
            assert SentDamage.taken_from((there,)) == ()
            for _ in range(2):  # another caller, or the same one after the first answer was lost
                there.read_around_damage(Window(0, 0, 500, 450))
                (damage,) = pickle.loads(pickle.dumps(SentDamage.taken_from((there,))))
                damage.note((source,))
        assert source.unreadable.boxes == damage.boxes
        (box,) = damage.boxes
        assert (box.left, box.top, box.right, box.bottom) == (192, 128, 256, 192)
        assert source.unreadable.first.code == "raster-read"
