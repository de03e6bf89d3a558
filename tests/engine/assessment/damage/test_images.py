"""Images that are damaged in places: what cannot be read has no data, is counted and told; too much ends the run."""

from __future__ import annotations

import sqlite3

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import Polygon, box

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.drawn_rasters import CENTRE
from tests.engine.raster.damage.damaged_files import damage_blocks
from tests.engine.recorder import Recorder
from xview2_qgis.engine.errors import InputError
from xview2_qgis.protocol.events import Result, Warned


def in_blocks(path):
    """The same image in compressed blocks of 32 pixels."""
    with rasterio.open(path) as file:
        pixels, profile = file.read(), file.profile
    profile.update(tiled=True, blockxsize=32, blockysize=32, compress="deflate", interleave="pixel")
    with rasterio.open(path, "w", **profile) as file:
        file.write(pixels)
    return path


@pytest.fixture
def pair(tmp_path):
    return [in_blocks(draw_houses(tmp_path / f"{name}.tif", name == "post")) for name in ("pre", "post")]


def block_of(house):
    return int((170 - house.north / 0.5) // 32), int((200 + house.east / 0.5) // 32)


def told(events, code):
    return [event.message for event in events.events if isinstance(event, Warned) and event.code == code]


@pytest.mark.parametrize("which", ["pre", "post"])
def test_a_damaged_block_is_nodata_and_counted(tmp_path, model, pair, which):
    house = HOUSES[3]
    row, column = block_of(house)
    blocks = [(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    damage_blocks(pair[which == "post"], blocks)
    events = Recorder()
    report = tmp_path / "damage.html"
    result = in_metres(run(tmp_path, model, *pair, events=events, report=report))
    for other in HOUSES:
        mine = result[result.intersects(other.polygon.centroid)]
        if other is not house:
            assert mine.damage.tolist() == [other.damage]
        elif which == "pre":
            assert mine.empty
        else:
            assert mine.damage_class.tolist() == ["unknown"]
    # 9 blocks of 16 m; the area is that on the ellipsoid, UTM is off by less than a tenth of a percent
    area = 9 * 16.0**2
    done = next(event for event in events.events if isinstance(event, Result))
    assert done.figures["unreadable_m2"] == pytest.approx(area, rel=2e-3)
    assert done.figures["unreadable_tiles"] >= 1
    with sqlite3.connect(tmp_path / "damage.gpkg") as file:
        [(tiles, square_metres)] = file.execute("select unreadable_tiles, unreadable_m2 from run").fetchall()
        [(assessed,)] = file.execute("select area_m2 from assessed_area").fetchall()
    assert (tiles, square_metres) == (done.figures["unreadable_tiles"], done.figures["unreadable_m2"])
    # of an area without post-event pixels nothing is assessed
    assert assessed == pytest.approx(200 * 170 - area, rel=3e-3)
    assert len(told(events, "unreadable-part")) == len(told(events, "unreadable-tiles")) == 1
    name = f"{which}.tif"
    assert name in told(events, "unreadable-tiles")[0]
    assert "could not be read" in report.read_text()
    assert name in report.read_text()


def test_damage_outside_the_area_asked_for_is_no_matter(tmp_path, model, pair):
    damage_blocks(pair[1], [block_of(HOUSES[3])])
    x, y = CENTRE
    geopandas.GeoDataFrame(geometry=[box(x - 80, y + 20, x - 40, y + 60)], crs="EPSG:32616").to_file(
        tmp_path / "a.gpkg"
    )
    events = Recorder()
    run(tmp_path, model, *pair, events=events, aoi=str(tmp_path / "a.gpkg"))
    done = next(event for event in events.events if isinstance(event, Result))
    assert done.figures == {}
    assert told(events, "unreadable-tiles") == []


def test_more_than_a_tenth_ends_the_run(tmp_path, model, pair):
    damage_blocks(pair[1], [(row, column) for row in (0, 1) for column in range(12)])
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(InputError) as caught:
        run(tmp_path, model, *pair)
    assert (caught.value.code, caught.value.exit_code) == ("raster-damaged", 3)
    assert "post.tif" in caught.value.message
    assert "--resume" in caught.value.hint
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "damage.gpkg").exists()
    assert before <= {path.name for path in tmp_path.iterdir()}


def test_a_file_whose_end_is_missing(tmp_path, model, pair):
    """The last rows of blocks are gone, as after a download that was cut short: 5 % of the ground."""
    with rasterio.open(pair[1]) as file:
        start = min(int(file.get_tag_item(f"BLOCK_OFFSET_{column}_10", "TIFF", bidx=1)) for column in range(13))
    with open(pair[1], "r+b") as file:
        file.truncate(start)
    events = Recorder()
    result = in_metres(run(tmp_path, model, *pair, events=events))
    assert len(result) == len(HOUSES)
    assert len(told(events, "unreadable-tiles")) == 1
    done = next(event for event in events.events if isinstance(event, Result))
    assert done.figures["unreadable_m2"] == pytest.approx(200 * 10, rel=5e-3)


@pytest.mark.parametrize("crs", ["EPSG:32617", "EPSG:4326"])
def test_where_images_are_resampled_the_same_ground_is_lost(tmp_path, model, crs):
    pre = in_blocks(draw_houses(tmp_path / "pre.tif", False))
    post = in_blocks(draw_houses(tmp_path / "post.tif", True, crs=crs))
    [window] = damage_blocks(post, [(5, 6)])
    with rasterio.open(post) as file:
        corners = [
            file.transform @ (window.col_off + x, window.row_off + y) for x, y in ((0, 0), (32, 0), (32, 32), (0, 32))
        ]
    area = geopandas.GeoSeries([Polygon(corners)], crs=crs).to_crs("EPSG:32616").area[0]
    events = Recorder()
    run(tmp_path, model, pre, post, events=events)
    done = next(event for event in events.events if isinstance(event, Result))
    assert done.figures["unreadable_m2"] == pytest.approx(area, rel=5e-3)


def test_the_stretch_of_a_damaged_image_is_that_of_what_can_be_read(tmp_path, model):
    pair = []
    for name in ("pre", "post"):
        path = draw_houses(tmp_path / f"{name}.tif", name == "post")
        with rasterio.open(path) as file:
            pixels, profile = file.read().astype(np.uint16) * 9 + 100, file.profile
        profile.update(dtype="uint16")
        with rasterio.open(path, "w", **profile) as file:
            file.write(pixels)
        pair.append(in_blocks(path))
    damage_blocks(pair[0], [(9, 1), (0, 0)])
    assert len(run(tmp_path, model, *pair)) == len(HOUSES)
