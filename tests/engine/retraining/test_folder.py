"""Reviewed results as a folder to train on: classes, places in metres, pixels, and what is left out."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import cv2
import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import shapely
from rasterio.features import rasterize

from tests.engine.drawn_houses import HOUSES, House
from tests.engine.recorder import Recorder
from tests.engine.retraining.reviewed_pair import assess_houses, draw_building, review
from xview2_qgis.engine.errors import InputError, UsageError
from xview2_qgis.engine.retraining.folder import event_name, write_folder
from xview2_qgis.engine.run.context import RunContext

#: Of HOUSES: a class other than the model's, in any spelling; no building; not assessable; three that nobody looked at.
WORDS = ["destroyed", " Minor-Damage\n", "no-building", "unknown", None, None]
ADDED = House(-80, 70, 8, 8, 1)


def export(result, folder, *, images=(), event="Storm Ida_21"):
    return write_folder(folder, [result], images, event, RunContext(Recorder()))


def labels(folder, name="storm-ida-21_00000000"):
    """Outlines in pixels, outlines in degrees and classes of the post-event label."""
    content = json.loads((folder / "labels" / f"{name}_post_disaster.json").read_text())["features"]
    read = [[shapely.from_wkt(entry["wkt"]) for entry in content[key]] for key in ("xy", "lng_lat")]
    return *read, [entry["properties"]["subtype"] for entry in content["xy"]]


def image(folder, date, name="storm-ida-21_00000000"):
    """RGB (H, W, 3)."""
    return cv2.imread(str(folder / "images" / f"{name}_{date}_disaster.png"))[..., ::-1]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reviewed")
    result = assess_houses(folder)
    review(result, HOUSES, WORDS)
    draw_building(result, ADDED.polygon, "major-damage")
    return result


def test_classes_are_those_of_the_reviewers(reviewed, tmp_path):
    written = export(reviewed, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.*")) == [
        f"storm-ida-21_00000000_{date}_disaster.{ending}" for date in ("post", "pre") for ending in ("json", "png")
    ]
    xy, _, words = labels(tmp_path / "out")
    # the pair is smaller than a tile: pixels of the tile are those of the pre-event image
    with rasterio.open(reviewed.with_name("pre.tif")) as file:
        to_pixel = ~file.transform
        pre = file.read().transpose(1, 2, 0)
    for house, word in [*zip(HOUSES, WORDS, strict=True), (ADDED, "major-damage")]:
        column, row = to_pixel @ house.polygon.centroid.coords[0]
        here = [number for number, outline in enumerate(xy) if outline.contains(shapely.Point(column, row))]
        if word == "no-building":
            assert here == []
            continue
        (number,) = here
        named = (word or "").strip().lower()
        assert words[number] == (named if named not in ("", "unknown") else "un-classified")
        assert xy[number].area == pytest.approx(house.polygon.area * 4, rel=0.02)
    assert written.tiles == 1
    assert written.outlines == {"destroyed": 1, "minor-damage": 1, "major-damage": 1, "un-classified": 3}
    assert written.reviewed == 3
    before = image(tmp_path / "out", "pre")
    assert before.shape == (1024, 1024, 3)
    assert (before[: pre.shape[0], : pre.shape[1]] == pre).all()
    assert not before[pre.shape[0] :].any()


def test_labels_hold_what_xbd_has(reviewed, tmp_path):
    export(reviewed, tmp_path / "out")
    pre, post = (
        json.loads((tmp_path / "out" / "labels" / f"storm-ida-21_00000000_{date}_disaster.json").read_text())
        for date in ("pre", "post")
    )
    assert post["metadata"] == {
        "gsd": 0.5, "disaster": "storm-ida-21", "original_width": 1024, "original_height": 1024, "width": 1024,
        "height": 1024, "img_name": "storm-ida-21_00000000_post_disaster.png",
    }  # fmt: skip
    for key in ("xy", "lng_lat"):
        first, second = ([entry["properties"] for entry in label["features"][key]] for label in (pre, post))
        assert [entry["uid"] for entry in first] == [entry["uid"] for entry in second]
        assert not any("subtype" in entry for entry in first)
        assert {entry["feature_type"] for entry in second} == {"building"}


@pytest.mark.parametrize(
    ("pre", "post"),
    [
        ({"rotation": 20.0, "size": (520, 500)}, {"crs": "EPSG:32617", "size": (460, 420)}),
        ({"crs": "EPSG:4326"}, {"crs": "EPSG:3857", "gsd": 0.3, "size": (700, 620)}),
    ],
    ids=["rotated and other zone", "geographic and Mercator"],
)
def test_pairs_of_any_crs_lie_on_one_grid(pre, post, tmp_path):
    """Outlines lie on the houses of both images, and their degrees are those of the ground."""
    result = assess_houses(tmp_path, pre=pre, post=post)
    # all stand darker in the second image: the outline has to fit there, too
    review(result, HOUSES, ["major-damage"] * len(HOUSES))
    export(result, tmp_path / "out")
    xy, lng_lat, _ = labels(tmp_path / "out")
    assert len(xy) == len(HOUSES)
    drawn = rasterize(xy, (1024, 1024)) > 0
    seen = image(tmp_path / "out", "pre")[..., 0] > 128
    assert (drawn & seen).sum() / (drawn | seen).sum() > 0.9
    before, after = (image(tmp_path / "out", date).astype(int) for date in ("pre", "post"))
    changed = abs(before - after).max(axis=2) > 32
    for house, outline in ((h, o) for h in HOUSES if h.damage > 1 for o in xy if _is(h, o, xy, lng_lat)):
        inside = rasterize([outline], (1024, 1024)) > 0
        assert (changed & inside).sum() / inside.sum() > 0.85, house
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32616", always_xy=True)
    for house in HOUSES:
        centres = [shapely.Point(to_utm.transform(*outline.centroid.coords[0])) for outline in lng_lat]
        assert min(centre.distance(house.polygon.centroid) for centre in centres) < 0.5


def _is(house, outline, xy, lng_lat):
    """Whether an outline is that of a house."""
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32616", always_xy=True)
    place = shapely.Point(to_utm.transform(*lng_lat[xy.index(outline)].centroid.coords[0]))
    return place.distance(house.polygon.centroid) < 2


def test_buildings_across_tiles_are_cut_and_other_tiles_left_out(tmp_path):
    """2500 pixels wide: three columns of tiles, of which the right one has no review."""
    # the first edge is 1024 pixels from the left, at -113 m
    houses = tuple(replace(HOUSES[0], east=east, north=40, width=24) for east in (-400, -112, 450))
    size = {"houses": houses, "size": (2500, 340)}
    result = assess_houses(tmp_path, pre=size, post=size)
    review(result, houses, ["destroyed", "minor-damage", None])
    written = export(result, tmp_path / "out")
    assert written.tiles == 2
    assert written.outlines == {"destroyed": 1, "minor-damage": 2}
    (_, left), (right,) = (labels(tmp_path / "out", f"storm-ida-21_{number:08d}")[0] for number in (0, 1))
    assert left.bounds[2] == 1024
    assert right.bounds[0] == 0
    assert left.area + right.area == pytest.approx(24 * 10 * 4, rel=0.02)


def test_what_was_not_assessed_is_black(tmp_path):
    """Nobody knows whether there are buildings: training must not learn that there are none."""
    aoi = tmp_path / "aoi.geojson"
    corner = HOUSES[0].polygon.buffer(10, join_style="mitre")
    edge = pyproj.Transformer.from_crs("EPSG:32616", "EPSG:4326", always_xy=True)
    aoi.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(
        shapely.transform(corner, lambda xy: np.stack(edge.transform(*xy.T), axis=1)))}))  # fmt: skip
    result = assess_houses(tmp_path / "run", aoi=str(aoi))
    review(result, HOUSES[:1], ["destroyed"])
    export(result, tmp_path / "out")
    seen = image(tmp_path / "out", "post").any(axis=2)
    assert seen.sum() == pytest.approx(corner.area * 4, rel=0.05)
    (outline,) = labels(tmp_path / "out")[0]
    assert seen[rasterize([outline], (1024, 1024)) > 0].all()


def test_buildings_that_the_post_image_does_not_show(tmp_path):
    """They are unknown, and outside the assessed area: neither shown nor labelled, unless somebody knows the class."""
    result = assess_houses(tmp_path, post={"hole": lambda u, v: u > 0})
    review(result, HOUSES[:4], ["destroyed", None, "major-damage", None])
    written = export(result, tmp_path / "out")
    assert written.outlines == {"destroyed": 1, "un-classified": 2, "major-damage": 1}
    shown = image(tmp_path / "out", "pre").any(axis=2)
    drawn = rasterize(labels(tmp_path / "out")[0], (1024, 1024)) > 0
    assert shown[drawn].all()
    assert not (shown & ~drawn)[:, 205:].any()


def test_images_lie_elsewhere(reviewed, tmp_path):
    moved = tmp_path / "moved" / "damage.gpkg"
    moved.parent.mkdir()
    moved.write_bytes(reviewed.read_bytes())
    with pytest.raises(InputError, match=r"pre\.tif of damage\.gpkg was not found.*--images"):
        export(moved, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["moved"]
    assert export(moved, tmp_path / "out", images=[reviewed.parent]).tiles == 1
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "pre.tif").write_bytes(reviewed.with_name("pre.tif").read_bytes())
    with pytest.raises(InputError, match="several of the folders"):
        export(moved, tmp_path / "more", images=[reviewed.parent, copies])


def test_images_of_another_place(reviewed, tmp_path):
    moved = tmp_path / "damage.gpkg"
    moved.write_bytes(reviewed.read_bytes())
    assess_houses(tmp_path / "other", pre={"offset": (9000, 0)}, post={"offset": (9000, 0)})
    with pytest.raises(InputError, match=r"do not show what was assessed in damage\.gpkg"):
        export(moved, tmp_path / "out", images=[tmp_path / "other"])
    assert not (tmp_path / "out").exists()


def test_a_result_without_reviews(tmp_path):
    result = assess_houses(tmp_path)
    review(result, HOUSES[:1], ["unknown"])  # nothing to learn from
    with pytest.raises(InputError, match="given a class by a reviewer") as caught:
        export(result, tmp_path / "out")
    assert caught.value.code == "not-reviewed"


def test_a_result_of_one_image(reviewed, tmp_path):
    alone = tmp_path / "alone.gpkg"
    alone.write_bytes(reviewed.read_bytes())
    with closing(sqlite3.connect(alone)) as database, database:
        database.execute("UPDATE run SET pre = ''")
    with pytest.raises(InputError, match="training needs both") as caught:
        export(alone, tmp_path / "out")
    assert caught.value.code == "no-pre-image"


def test_nothing_is_replaced_or_left_behind(reviewed, tmp_path):
    (tmp_path / "out").mkdir()
    export(reviewed, tmp_path / "out")  # an empty folder is filled
    held = sorted(path.read_bytes() for path in (tmp_path / "out").rglob("*.*"))
    with pytest.raises(UsageError, match="not an empty folder"):
        export(reviewed, tmp_path / "out")
    assert sorted(path.read_bytes() for path in (tmp_path / "out").rglob("*.*")) == held
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("damage.gpkg", "pre.tif", "post.tif"):
        content = reviewed.with_name(name).read_bytes()
        (broken / name).write_bytes(content if name != "post.tif" else content[: len(content) // 2])
    with pytest.raises(InputError):
        export(broken / "damage.gpkg", tmp_path / "more")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "out"]


def test_several_results_share_a_folder(reviewed, tmp_path):
    written = write_folder(tmp_path / "out", [reviewed, reviewed], [], None, RunContext(Recorder()))
    assert written.tiles == 2
    names = {path.name.partition("_p")[0] for path in (tmp_path / "out" / "labels").iterdir()}
    assert names == {"damage_00000000", "damage_00000001"}


def test_names_of_events():
    assert event_name("Hurricane Michael (2018)_b") == "hurricane-michael-2018-b"
    assert event_name("…") == "event"


def test_layers_of_a_result_stay_as_they_are(reviewed, tmp_path):
    before = reviewed.read_bytes()
    export(reviewed, tmp_path / "out")
    assert reviewed.read_bytes() == before
    assert pyogrio.read_info(reviewed, layer="damage")["features"] == len(HOUSES) + 1
