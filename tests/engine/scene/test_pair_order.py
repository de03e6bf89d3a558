from __future__ import annotations

import pytest
import rasterio

from tests.engine.drawn_rasters import draw
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.pair_order import order_doubt


@pytest.mark.parametrize(
    ("pre", "post", "words"),
    [
        ("a", "b", None),
        ("before", "after", None),
        ("after", "before", "by their names after.tif is the post-event image"),
        ("apres", "avant", "by their names apres.tif is the post-event image"),
        ("20230212", "20230201", "later than the post-event image"),
        ("20230201", "20230212", None),
        ("x_20230206", "y_20230206", "the same date"),
        # the day of the event in both names
        ("20230206_pre", "20230206_post", None),
        ("20230206_post", "20230206_pre", "the same date"),
        # dates are told by cameras, words by people
        ("after_20230201", "before_20230212", None),
    ],
)
def test_names(tmp_path, pre, post, words):
    pair = [open_source(draw(tmp_path / f"{name}.tif", size=(64, 64))) for name in (pre, post)]
    doubt = order_doubt(*pair)
    assert doubt is None if words is None else words in doubt.message


def test_metadata_before_names(tmp_path):
    pre, post = (draw(tmp_path / f"{name}.tif", size=(64, 64)) for name in ("pre", "post"))
    for path, moment in ((pre, "2023-02-12 10:00:00"), (post, "2023-02-01 10:00:00")):
        with rasterio.open(path, "r+") as file:
            file.update_tags(ns="IMAGERY", ACQUISITIONDATETIME=moment)
    assert "later than" in order_doubt(open_source(pre), open_source(post)).message
