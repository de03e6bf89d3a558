"""Whether there is room for a run."""

import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS

from tests.engine import stranger_files as stranger
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.scene import demand
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.demand import Demand, check_room
from xview2_qgis.engine.scene.overlap import Overlap

UTM = CRS.from_epsg(32633)


def needed(width, height, asked=None, drawn=0):
    """What a run over a grid at half a metre needs, of which a part may be asked for."""
    grid = Grid(UTM, Affine(0.5, 0, 0, 0, -0.5, 0), width, height, 0.5)
    shared = AreaOfInterest(shapely.box(0, -height / 2, width / 2, 0), UTM)
    part = None if asked is None else AreaOfInterest(asked, UTM)
    return Demand.of(grid, Overlap(shared, part), 128, drawn)


def test_small_scenes_are_stored_as_they_are_and_large_ones_packed():
    assert needed(1000, 500).disk == pytest.approx(1000 * 500 * 6 + 1000 * 128 * 48)
    assert needed(20_000, 20_000).disk < 0.5 * 20_000**2 * 6


def test_what_is_not_asked_for_takes_no_space():
    part = needed(40_000, 40_000, shapely.box(0, -5000, 5000, 0))
    assert part.pixels == pytest.approx(10_000**2)
    assert part.disk == pytest.approx(needed(40_000, 40_000).disk / 16)


def test_strips_between_rows_of_tiles_lie_on_the_disk():
    wide, square = needed(1_000_000, 1000), needed(31_623, 31_623)
    assert wide.disk - square.disk == pytest.approx((1_000_000 - 31_623) * 128 * 48, rel=1e-2)


@pytest.mark.parametrize("scene", [needed(33_366, 50_420), needed(200_000, 200_000, shapely.box(0, -9e3, 9e3, 0))])
def test_large_mosaics_fit_on_the_disk_of_a_notebook(tmp_path, monkeypatch, scene):
    monkeypatch.setattr(demand.shutil, "disk_usage", lambda folder: demand.shutil._ntuple_diskusage(0, 0, int(6e9)))
    check_room(scene, tmp_path)


@pytest.mark.parametrize(
    ("scene", "free", "code", "told"),
    [
        (needed(600_000, 600_000), 1e15, "too-large", "360 billion pixels"),
        (needed(1000, 1000, drawn=600_000**2), 1e15, "too-large", "360 billion pixels"),
        (needed(100_000, 100_000), 1e9, "disk-space", r"about 18\.6 GB .* has 1\.0 GB free"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_way_out(tmp_path, monkeypatch, scene, free, code, told):
    monkeypatch.setattr(demand.shutil, "disk_usage", lambda folder: demand.shutil._ntuple_diskusage(0, 0, int(free)))
    with pytest.raises((InputError, RuntimeFailure), match=told) as refusal:
        check_room(scene, tmp_path)
    assert refusal.value.code == code
    assert "--aoi" in refusal.value.hint


def test_a_folder_that_has_gone_is_told_as_such(tmp_path):
    with pytest.raises(RuntimeFailure, match="moved or removed") as refusal:
        check_room(needed(100, 100), tmp_path / "gone")
    assert refusal.value.code == "working-folder"


def test_two_texts_of_thousands_of_square_kilometres_are_refused_before_the_first_tile(tmp_path):
    image = stranger.sound_image(tmp_path / "a.tif")
    size = 600_000
    for name in ("pre.vrt", "post.vrt"):
        where = f'<SrcRect xSize="32" ySize="32"/><DstRect xSize="{size}" ySize="{size}"/>'
        text = stranger.virtual(str(image), size=size).replace("</SourceBand>", f"</SourceBand>{where}")
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("xview2")), "assess", "--pre", str(tmp_path / "pre.vrt"), "--post",
            str(tmp_path / "post.vrt"), "--output", str(tmp_path / "out.gpkg"), "--model",
            str(write_tiny_bundle(tmp_path / "tiny")), "--damage-raster", str(tmp_path / "out.tif"),
        ],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 3
    assert "infer" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: the scene has 360 billion pixels, too many for one run: give an area of interest")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tif", "post.vrt", "pre.vrt", "tiny"]
